"""What holds of every document, whatever was read?

Tests, fuzzing and the table of edge files ask the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from schemas.document import Document, Grid, SegmentKind
from schemas.source_map import PlaceKind


def broken_invariants(document: Document) -> list[str]:
    """A sentence for each that does not hold; nothing for a document that is sound."""
    checks = (_segments(document), _grids(document), _source_map(document), _places(document))
    return [sentence for check in checks for sentence in check]


def _segments(document: Document) -> Iterator[str]:
    stop = 0
    for index, segment in enumerate(document.segments):
        if not stop <= segment.start < segment.stop <= len(document.text):
            yield f"segment {index} is out of order, empty or past the text"
            return
        if document.text[stop : segment.start].strip():
            yield f"text stands before segment {index} and belongs to none"
        if segment.kind is SegmentKind.ROW and not _has_row(document, segment.grid, segment.row):
            yield f"segment {index} is row {segment.row} of grid {segment.grid}, which is not there"
        stop = segment.stop
    if document.text[stop:].strip():
        yield "text stands after the last segment"


def _has_row(document: Document, grid: int, row: int) -> bool:
    return 0 <= grid < len(document.grids) and 0 <= row < document.grids[grid].num_rows


def _grids(document: Document) -> Iterator[str]:
    for index, grid in enumerate(document.grids):
        if sentence := _grid_fault(grid, len(document.text)):
            yield f"grid {index}: {sentence}"


def _grid_fault(grid: Grid, length: int) -> str:
    rows, columns, start, stop = grid.cells.T
    if not (_within(rows, grid.num_rows) and _within(columns, grid.num_columns)):
        return "a cell stands outside its rows and columns"
    places = rows.astype(np.int64) * max(1, grid.num_columns) + columns
    if np.any(np.diff(places) <= 0):
        return "cells are out of order or twice"
    if np.any(start >= stop) or np.any(start < 0) or np.any(stop > length):
        return "a cell's range is empty or outside the text"
    if len(grid.heads) != grid.num_columns:
        return "it has not as many columns as heads"
    spans = [span for column in grid.heads for span in column]
    return "" if all(0 <= a < b <= length for a, b in spans) else "a head is outside the text"


def _within(values: np.ndarray, stop: int) -> bool:
    return not len(values) or (int(values.min()) >= 0 and int(values.max()) < stop)


def _source_map(document: Document) -> Iterator[str]:
    source_map = document.source_map
    start, stop = source_map.start, source_map.stop
    columns = (start, stop, source_map.place, source_map.line, source_map.boxes)
    if len({len(column) for column in columns}) > 1:
        yield "the columns of the source map differ in length"
        return
    if np.any(start >= stop) or np.any(start < 0) or np.any(stop > len(document.text)):
        yield "a row of the source map is empty or outside the text"
    if np.any(start[1:] < stop[:-1]):
        yield "rows of the source map are out of order or overlap"
    if not np.all(np.isfinite(source_map.boxes)):
        yield "a box is not finite"
    elif source_map.kind is not PlaceKind.POINTER and np.any(
        source_map.boxes[:, :2] > source_map.boxes[:, 2:]
    ):
        yield "a box ends before it begins"


def _places(document: Document) -> Iterator[str]:
    source_map = document.source_map
    if source_map.kind is PlaceKind.LINE:
        return
    if source_map.kind in (PlaceKind.PART, PlaceKind.POINTER):
        if len(source_map.place) and not (
            1 <= source_map.place.min() <= source_map.place.max() <= len(source_map.labels)
        ):
            yield "something stands in a part that is not there"
        return
    places = document.pages if source_map.kind is PlaceKind.PAGE else document.sheets
    if len(source_map.labels) != len(places):
        yield "there are not as many labels as pages or sheets"
    for numbers in (source_map.place, np.array([s.place for s in document.segments])):
        if len(numbers) and not 1 <= numbers.min() <= numbers.max() <= len(places):
            yield "something stands on a page or sheet that is not there"
    if any(page.number != number for number, page in enumerate(document.pages, start=1)):
        yield "pages are not counted from 1"
    if not all(np.isfinite((page.width, page.height)).all() for page in document.pages):
        yield "a page has no finite size"
