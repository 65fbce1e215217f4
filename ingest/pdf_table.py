"""What is a table on a page, before its text has a place in the document?"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.pdf_lines import Row
from ingest.pdf_words import Fragment

Interval = tuple[float, float]


@dataclass(slots=True)
class Cell:
    """`lines` are its fragments in reading order."""

    column: int
    lines: list[Fragment]


@dataclass(slots=True)
class Table:
    """Cells of a row are sorted by column; a row that spans no text has none.

    `heads[column]` are its head cells, from the top down.
    """

    rows: list[list[Cell]]
    num_columns: int
    num_head_rows: int = 0
    heads: list[list[Cell]] = field(default_factory=list)


Block = Row | Table
"""What a region holds, from top to bottom: lines of running text, and tables."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line that lies flat: from x0 to x1 at y."""

    x0: float
    x1: float
    y: float


def overlap(one: Interval, other: Interval) -> float:
    """By how much two intervals overlap; negative where a gap lies between them."""
    return min(one[1], other[1]) - max(one[0], other[0])


def merged(intervals: list[Interval]) -> list[Interval]:
    """The union of intervals, as disjoint ones in order."""
    union: list[Interval] = []
    for low, high in sorted(intervals):
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return union
