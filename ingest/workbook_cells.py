"""What stands in one sheet, cell by cell, before anyone asks what is a table?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Merge = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1, both ends included."""


class CellKind(IntEnum):
    TEXT = 0
    NUMBER = 1
    YEAR = 2  # a whole number that people read as a year: it may head a column
    DATE = 3
    BOOLEAN = 4
    ERROR = 5


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells that hold text, sorted by row and column, both from 1.

    `merges` are by the (row, column) of the cell that holds the text of the merged range.
    """

    name: str
    rows: Ints
    columns: Ints
    kinds: Bytes
    is_bold: Bools
    texts: list[str]
    is_hidden: bool = False
    merges: Mapping[tuple[int, int], Merge] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)

    def box(self, cell: int) -> Merge:
        row, column = int(self.rows[cell]), int(self.columns[cell])
        return self.merges.get((row, column), (column, row, column, row))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns up to the last cell that holds text."""
        if not self.texts:
            return 0, 0
        return int(self.rows.max()), int(self.columns.max())
