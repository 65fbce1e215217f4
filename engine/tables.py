"""Which tables are there among passages, as one where they go on over pages?"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.dates_in_text import dates_in
from engine.lookup import Source
from engine.numbers_in_text import numbers_in
from engine.segments import segment_at
from schemas.document import Document, Grid, SegmentKind

_CHARACTERS_BETWEEN = 80
_ROWS_LOOKED_AT = 30
_MOST_HEADS_MISSED = 2

Row = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Table:
    """Grids with the same columns that follow on one another."""

    source: int
    document: Document
    grids: tuple[Grid, ...]

    def heads(self) -> list[str]:
        """What heads each column; rows of words alone above numbers are heads too."""
        first = self.grids[0]
        heads = [" ".join(self.document.text[a:b] for a, b in column) for column in first.heads]
        for row in range(first.num_head_rows, self._num_head_rows()):
            for cell in first.row_cells(row):
                heads[int(cell[1])] += f" {self.text(cell)}"
        return heads

    def rows(self) -> Iterator[Row]:
        """The cells of each row of data; heads that are repeated on the next page are none."""
        num_heads = self._num_head_rows()
        told = [self.text(cell) for cell in self.grids[0].row_cells(num_heads - 1)]
        for number, grid in enumerate(self.grids):
            for row in range(grid.num_head_rows if number else num_heads, grid.num_rows):
                cells = grid.row_cells(row)
                if number == 0 or [self.text(cell) for cell in cells] != told:
                    yield cells

    def samples(self) -> dict[int, list[str]]:
        """The first cells of each column."""
        found: dict[int, list[str]] = {}
        for row in itertools.islice(self.rows(), _ROWS_LOOKED_AT):
            for cell in row:
                found.setdefault(int(cell[1]), []).append(self.text(cell))
        return found

    def text(self, cell: Row) -> str:
        return self.document.text[int(cell[2]) : int(cell[3])]

    def parts(self) -> Iterator[Table]:
        """From each row on that looks like heads further down: tables that stand under one
        another without a gap are one grid."""
        for number, grid in enumerate(self.grids):
            first = grid.num_head_rows if number else self._num_head_rows()
            starts = [row for row in range(first, grid.num_rows - 1) if self._is_head(grid, row)]
            for start, stop in itertools.pairwise([*starts, grid.num_rows]):
                is_last = stop == grid.num_rows
                behind = self.grids[number + 1 :] if is_last else ()
                yield replace(self, grids=(_part(grid, start, stop), *behind))

    def _num_head_rows(self) -> int:
        grid = self.grids[0]
        num_rows = grid.num_head_rows
        most = min(num_rows + _MOST_HEADS_MISSED, grid.num_rows - 1)
        while num_rows < most and self._is_head(grid, num_rows):
            num_rows += 1
        return num_rows

    def _is_head(self, grid: Grid, row: int) -> bool:
        """Two cells and more without a digit, over one that is a number."""
        cells, below = grid.row_cells(row), grid.row_cells(row + 1)
        if len(cells) < 2 or any(re.search(r"\d", self.text(cell)) for cell in cells):
            return False
        wordy = {int(cell[1]) for cell in cells if re.search(r"[^\W\d]{2}", self.text(cell))}
        figures = {int(cell[1]) for cell in below if is_figure(self.text(cell))}
        return len(wordy) == len(cells) and bool(wordy & figures)


def tables_in(sources: Sequence[Source], selection: Sequence[tuple[int, int]]) -> Iterator[Table]:
    """The tables that the passages hold rows of, each once and whole."""
    for number, source in enumerate(sources):
        bounds = [
            (source.passages[p].start, source.passages[p].stop) for s, p in selection if s == number
        ]
        for grids in _chains(source.document) if bounds else ():
            if any(_meets(grid, bounds) for grid in grids):
                yield Table(number, source.document, grids)


def is_figure(text: str) -> bool:
    """Whether a cell is a number and nothing else to speak of."""
    if any(True for _ in dates_in(text)):
        return False
    size = max((n.outer_stop - n.outer_start for n in numbers_in(text)), default=0)
    return size * 5 >= len(text.strip()) * 3 > 0


def _part(grid: Grid, start: int, stop: int) -> Grid:
    """Of the rows from `start` to `stop`, the first being its heads."""
    heads: list[tuple[tuple[int, int], ...]] = [()] * grid.num_columns
    for _, column, *bounds in grid.row_cells(start).tolist():
        heads[column] = (tuple(bounds),)
    rows = grid.cells[:, 0]
    cells = grid.cells[(rows >= start) & (rows < stop)] - np.array([start, 0, 0, 0], np.int32)
    return replace(grid, num_rows=stop - start, num_head_rows=1, cells=cells, heads=tuple(heads))


def _chains(document: Document) -> Iterator[tuple[Grid, ...]]:
    chain: list[Grid] = []
    for grid in document.grids:
        if not len(grid.cells):
            continue
        if chain and not (document.pages and _goes_on(document, chain[-1], chain[0], grid)):
            yield tuple(chain)
            chain = []
        chain.append(grid)
    if chain:
        yield tuple(chain)


def _goes_on(document: Document, last: Grid, first: Grid, grid: Grid) -> bool:
    """The same columns on the next page, with the same heads or none, and hardly a word between."""
    if grid.num_columns != first.num_columns or grid.place != last.place + 1:
        return False
    heads = [_told(document, one) for one in (first, grid)]
    if any(heads[1]) and heads[0] != heads[1]:
        return False
    start, stop = int(last.cells[-1, 3]), int(grid.cells[0, 2])
    num_characters = 0
    for number in range((segment_at(document, start - 1) or 0) + 1, len(document.segments)):
        segment = document.segments[number]
        if segment.start >= stop or num_characters > _CHARACTERS_BETWEEN:
            break
        if segment.kind is not SegmentKind.FURNITURE:
            num_characters += segment.stop - segment.start
    return num_characters <= _CHARACTERS_BETWEEN


def _told(document: Document, grid: Grid) -> Mapping[int, str]:
    return {
        number: " ".join(document.text[a:b] for a, b in column)
        for number, column in enumerate(grid.heads)
        if column
    }


def _meets(grid: Grid, bounds: Sequence[tuple[int, int]]) -> bool:
    first, last = int(grid.cells[0, 2]), int(grid.cells[-1, 3])
    return any(first < stop and start < last for start, stop in bounds)
