"""In what are the numbers of a table told, and which words say so?

The scale stands in the head of the column, the label of the row, a row of the table above, in
the head of another column, right above the table or in the heading of its section.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.segments import segment_at
from engine.units import scales_named
from schemas.document import Document, Grid, Segment, SegmentKind

_CHARACTERS_ABOVE = 400
_SEGMENTS_ABOVE = 200
_NO_AMOUNT = re.compile(
    r"%|\bper\s?cent|\bpercentage|\bper\s+(?:[\w-]+\s+){0,3}(?:share|unit|day)\b|\bratio\b"
    r"|\b(?:rates?|yield)(?=\s*(?:\(\w\)\s*)?$)|\bnumber of\b|\bprices?\b",
    re.IGNORECASE | re.MULTILINE,
)
_OF_ALL_TABLES = re.compile(
    r"\b(?:tabular\s|all\s+(?:\w+\s+){0,2}(?:amounts|figures|dollars)\s)[^.\n]{0,80}", re.IGNORECASE
)
_MONEY = re.compile(r"[$£¥€\u20a0-\u20c0]")
_EXCEPTED = re.compile(r"\b(?:except|other than|unless)\b[^)\n]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scale:
    """1000000 for a table in millions; `start`..`stop` are the words that say so."""

    factor: int
    start: int
    stop: int


def scale_of(document: Document, position: int) -> Scale | None:
    """What scales the number that stands at a position of the text. None of a number in no table,
    and of a share, a rate or an amount per share, which the words of its row or column tell."""
    number = segment_at(document, position)
    if number is None or document.segments[number].grid < 0:
        return None
    segment = document.segments[number]
    grid = document.grids[segment.grid]
    labels = list(_labels(grid, segment.row, position))
    group = list(_group_above(grid, segment.row))
    told = _EXCEPTED.sub("", "\n".join(document.text[a:b] for a, b in [*labels, *group]))
    if _NO_AMOUNT.search(told):
        return None
    for start, stop in [*labels, *_above(document, grid, number)]:
        for factor, first, last in reversed(list(scales_named(document.text[start:stop]))):
            scale = Scale(factor, start + first, start + last)
            return None if _is_excepted(document.text, scale, told) else scale
    return _of_all_tables(document.text) if _holds_money(document, grid, position) else None


def _labels(grid: Grid, row: int, position: int) -> Iterator[tuple[int, int]]:
    """The heads of a cell's column, from the lowest up, and the label of its row."""
    cells = [_ints(cell) for cell in grid.row_cells(row)]
    for _, column, start, stop in cells:
        if start <= position < stop and column < len(grid.heads):
            yield from reversed(grid.heads[column])
    if cells and cells[0][3] <= position:
        yield cells[0][2], cells[0][3]


def _ints(cell: npt.NDArray[np.int32]) -> tuple[int, int, int, int]:
    row, column, start, stop = cell.tolist()
    return row, column, start, stop


def _group_above(grid: Grid, row: int) -> Iterator[tuple[int, int]]:
    """The nearest row above with one cell alone: it heads the rows below it."""
    for above in range(row - 1, grid.num_head_rows - 1, -1):
        cells = grid.row_cells(above)
        if len(cells) == 1:
            yield int(cells[0][2]), int(cells[0][3])
            return


def _above(document: Document, grid: Grid, number: int) -> Iterator[tuple[int, int]]:
    """Places that may tell the scale of a whole table, the nearest first."""
    row = document.segments[number].row
    own = [_ints(cell) for cell in grid.cells[grid.cells[:, 0] < row]]
    for number_above in sorted({cell[0] for cell in own}, reverse=True):
        cells = [cell for cell in own if cell[0] == number_above]
        if len(cells) == 1 or number_above < grid.num_head_rows:
            yield from ((cell[2], cell[3]) for cell in cells)
    yield from (place for heads in grid.heads for place in heads)
    first = number
    while first > 0 and document.segments[first - 1].grid == document.segments[number].grid:
        first -= 1
    yield from _over(document, first, grid.num_columns)


def _over(document: Document, first: int, num_columns: int) -> Iterator[tuple[int, int]]:
    """Text right above a table, the table that it goes on from, and the headings."""
    top = document.segments[first].start
    is_near = True
    for segment in reversed(document.segments[max(0, first - _SEGMENTS_ABOVE) : first]):
        if is_near and segment.kind is SegmentKind.ROW:
            is_near = False
            yield from _continued(document, segment, num_columns, top)
        is_near = is_near and segment.stop > top - _CHARACTERS_ABOVE
        if is_near:
            yield max(segment.start, top - _CHARACTERS_ABOVE), segment.stop
        elif segment.kind is SegmentKind.HEADING:
            yield segment.start, segment.stop
            return


def _continued(
    document: Document, last_row: Segment, num_columns: int, top: int
) -> Iterator[tuple[int, int]]:
    """The heads of the table above, where this one has as many columns and follows at once."""
    above = document.grids[last_row.grid]
    if above.num_columns != num_columns or top - last_row.stop > _CHARACTERS_ABOVE:
        return
    yield from (place for heads in above.heads for place in heads)


@functools.lru_cache(maxsize=8)
def _of_all_tables(text: str) -> Scale | None:
    """What a document says once: "tabular dollars in millions"."""
    for sentence in _OF_ALL_TABLES.finditer(text):
        for factor, first, last in scales_named(sentence[0]):
            return Scale(factor, sentence.start() + first, sentence.start() + last)
    return None


def _holds_money(document: Document, grid: Grid, position: int) -> bool:
    """Whether a cell of the same column has the sign of a currency."""
    at = (grid.cells[:, 2] <= position) & (position < grid.cells[:, 3])
    columns = grid.cells[at][:, 1]
    same = grid.cells[np.isin(grid.cells[:, 1], columns)]
    return any(_MONEY.search(document.text, int(cell[2]), int(cell[3])) for cell in same)


def _is_excepted(text: str, scale: Scale, told: str) -> bool:
    """Whether the words of the row are those the scale makes an exception of: "in millions,
    except share data"."""
    exception = _EXCEPTED.search(text, scale.stop, scale.stop + 80)
    return exception is not None and "share" in exception[0].lower() and "share" in told.lower()
