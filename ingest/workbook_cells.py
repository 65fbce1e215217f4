"""What stands in one sheet, cell by cell, before anyone asks what is a table?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Merge = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1, both ends included."""
Runs = tuple[tuple[int, int], ...]
"""First and last, from 1, of rows or columns that follow one another."""


class CellKind(IntEnum):
    TEXT = 0
    NUMBER = 1
    YEAR = 2  # a whole number that people read as a year: it may head a column
    DATE = 3
    BOOLEAN = 4
    ERROR = 5


@dataclass(frozen=True, slots=True)
class Style:
    number_format: str = "General"
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote on a cell, or in a box that lies over it; answers follow in its text."""

    column: int
    row: int
    author: str
    text: str
    what: str = "comment"


@dataclass(frozen=True, slots=True)
class NamedRange:
    name: str
    box: Merge


@dataclass(frozen=True)
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
    hidden_rows: Runs = ()
    hidden_columns: Runs = ()
    comments: tuple[Comment, ...] = ()
    names: tuple[NamedRange, ...] = ()

    def box(self, cell: int) -> Merge:
        row, column = int(self.rows[cell]), int(self.columns[cell])
        return self.merges.get((row, column), (column, row, column, row))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns up to the last cell that holds text."""
        if not self.texts:
            return 0, 0
        return int(self.rows.max()), int(self.columns.max())

    @cached_property
    def merged_cells(self) -> dict[int, Merge]:
        """The cells whose text is that of a merged range, with the range."""
        return {
            cell: merge
            for (row, column), merge in self.merges.items()
            if (cell := self.cell_at(row, column)) is not None
        }

    def cell_at(self, row: int, column: int) -> int | None:
        """The cell that stands there, where one holds text."""
        first, last = np.searchsorted(self.rows, (row, row + 1)).tolist()
        at = first + int(np.searchsorted(self.columns[first:last], column))
        return at if at < last and int(self.columns[at]) == column else None


def runs_of(numbers: list[int]) -> Runs:
    """Of numbers in order, those that follow one another."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)
