"""Over which places of a document does a list go on that one of its items was read at?

Down the column of a table whose head tells what is listed, and from bullet to bullet.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from engine.columns import is_total, stems
from engine.lists import parts_of
from engine.segments import segment_at
from schemas.document import Document, SegmentKind

Range = tuple[int, int]

_MOST = 200
_BULLET = re.compile(r"\s*(?:(?P<sign>[•‣▪●○◦■□·*-])\s|\(?(?P<mark>[a-z]{1,4}|\d{1,2})[).]\s)")


def places_of_list(document: Document, question: str, start: int, stop: int) -> list[Range]:
    """The places of a list, in order; the given one alone where it does not go on."""
    number = segment_at(document, start)
    if number is None or len(list(parts_of(document.text[start:stop]))) > 1:
        return [(start, stop)]
    segment = document.segments[number]
    if segment.grid >= 0:
        return _column(document, number, question, start, stop)
    if segment.kind is SegmentKind.PARAGRAPH and stop <= segment.stop:
        return _bullets(document, number, start, stop)
    return [(start, stop)]


def _column(document: Document, number: int, question: str, start: int, stop: int) -> list[Range]:
    """The column of a cell, where the cell was taken whole and its head is asked for."""
    segment = document.segments[number]
    grid = document.grids[segment.grid]
    at = (grid.cells[:, 2] == start) & (grid.cells[:, 3] == stop)
    if segment.row < grid.num_head_rows or not at.any():
        return [(start, stop)]
    column = int(grid.cells[at][0, 1])
    head = " ".join(document.text[a:b] for a, b in grid.heads[column])
    if not stems(head) & stems(question):
        return [(start, stop)]
    below = (grid.cells[:, 1] == column) & (grid.cells[:, 0] >= grid.num_head_rows)
    cells = [(int(cell[2]), int(cell[3])) for cell in grid.cells[below]]
    labels = {int(cell[0]): cell for cell in reversed(grid.cells)}
    totals = {row for row, c in labels.items() if is_total(document.text[int(c[2]) : int(c[3])])}
    rows = [int(cell[0]) for cell in grid.cells[below]]
    return [cell for cell, row in zip(cells, rows, strict=True) if row not in totals]


def _bullets(document: Document, number: int, start: int, stop: int) -> list[Range]:
    """The lines before and after that begin with a bullet too, each without it."""
    lines = list(_lines(document, [number]))
    at = next((i for i, line in enumerate(lines) if line[0] <= start and stop <= line[1]), None)
    if at is None:
        return [(start, stop)]
    first, last = lines[at]
    own = _BULLET.match(document.text, first, last)
    takes_most = (stop - start) * 2 >= last - first
    if own is None or not takes_most:
        return [(start, stop)]
    above = [*_lines(document, range(max(0, number - _MOST), number)), *lines[:at]]
    below = itertools.chain(lines[at + 1 :], _lines(document, range(number + 1, number + _MOST)))
    before = list(_run(document, reversed(above), own))
    return [*reversed(before), (start, stop), *_run(document, below, own)]


def _lines(document: Document, numbers: Iterable[int]) -> Iterator[Range]:
    """Lines of segments; one that is no paragraph is a line without a bullet."""
    for number in numbers:
        if number >= len(document.segments):
            return
        segment = document.segments[number]
        if segment.kind is SegmentKind.FURNITURE:
            continue
        if segment.kind is not SegmentKind.PARAGRAPH:
            yield segment.start, segment.start
            continue
        for line in re.finditer(r"[^\n]+", document.text[segment.start : segment.stop]):
            yield segment.start + line.start(), segment.start + line.end()


def _run(document: Document, lines: Iterable[Range], own: re.Match[str]) -> Iterator[Range]:
    for start, stop in lines:
        bullet = _BULLET.match(document.text, start, stop)
        if bullet is None or bullet["sign"] != own["sign"]:
            return
        yield bullet.end(), stop
