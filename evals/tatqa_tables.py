"""Which rows of a table in TAT-QA are heads, and over which columns does each head stand?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_VALUE = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*(?:bps|x|pts?)?|[-–—]")
_YEAR = re.compile(r"(?:19|20)\d\d|2 0 \d \d")


@dataclass(frozen=True, slots=True)
class HeadCell:
    """`first` and `last` columns are both included."""

    text: str
    first: int
    last: int


def num_head_rows(rows: Sequence[Sequence[str]]) -> int:
    """The rows above the first with a label and a value, without a section's title between."""
    for index, row in enumerate(rows):
        if row[0] and any(map(_is_value, row[1:])):
            while index > 1 and not any(rows[index - 1][1:]):
                index -= 1
            return index
    return min(1, len(rows))


def head_cells(row: Sequence[str]) -> list[HeadCell]:
    """A head alone in its row stands over all columns of values; of several, each over the
    blanks that follow it."""
    filled = [column for column, cell in enumerate(row) if cell]
    over = [column for column in filled if column]
    cells = [HeadCell(row[0], 0, 0)] if row[0] else []
    if len(over) == 1 and len(row) > 2:
        return [*cells, HeadCell(row[over[0]], 1, len(row) - 1)]
    stops = [*over[1:], len(row)][: len(over)]
    return cells + [
        HeadCell(row[column], column, stop - 1) for column, stop in zip(over, stops, strict=True)
    ]


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None and _YEAR.search(cell) is None
