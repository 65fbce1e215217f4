"""Which ranges of a sheet, or of pages, are the cells that a value was computed from?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.answers import Place
from engine.table_frame import Frame
from schemas.document import Document
from schemas.extraction import LineRegion, PageRegion, Region, SheetRegion
from schemas.source_map import PlaceKind, lowest_of, range_of, union_of


@dataclass(frozen=True, slots=True)
class PlacedCells(Place):
    """Cells of one column. `start`..`stop` is the first of them, which is what can be quoted:
    the text goes by rows, so that a column is no run of it."""

    cells: tuple[Region, ...] = ()

    def regions(self, document: Document) -> list[Region]:
        return list(self.cells) or Place.regions(self, document)


def runs_of(frame: Frame, column: int, rows: Sequence[int]) -> list[list[int]]:
    """The rows in runs that no other cell of the column parts, and no row that is a total."""
    present = frame.starts[:, column] >= 0
    kept = np.unique(np.asarray(rows, dtype=np.int64))
    kept = kept[present[kept]]
    if not len(kept):
        return []
    ranks = np.cumsum(present | frame.is_total)[kept]
    return [run.tolist() for run in np.split(kept, np.flatnonzero(np.diff(ranks) > 1) + 1)]


def place_of(frame: Frame, column: int, rows: Sequence[int], most_ranges: int) -> Place | None:
    """None of no cells. Past `most_ranges` it is one range from the first cell to the last."""
    runs = runs_of(frame, column, rows)
    if not runs:
        return None
    if len(runs) > most_ranges:
        runs = [[runs[0][0], runs[-1][-1]]]
    first = runs[0][0]
    start, stop = int(frame.starts[first, column]), int(frame.stops[first, column])
    if len(runs) == 1 and len(runs[0]) == 1:
        return Place(frame.source, start, stop)
    regions = [region for run in runs for region in _regions(frame, column, run)]
    return PlacedCells(frame.source, start, stop, tuple(regions))


def _regions(frame: Frame, column: int, run: Sequence[int]) -> Iterator[Region]:
    """One for each sheet, page, part or run of lines; on a page a box around the cells."""
    places = frame.document.source_map
    first = places.rows(int(frame.starts[run[0], column]), int(frame.stops[run[0], column])).start
    if places.kind is PlaceKind.SHEET:
        ends = [_box(frame, column, row) for row in (run[0], run[-1])]
        label = places.labels[int(places.place[first]) - 1]
        yield SheetRegion(sheet=label, range=range_of(union_of(np.concatenate(ends))))
    elif places.kind is PlaceKind.LINE:
        last = places.rows(int(frame.starts[run[-1], column]), int(frame.stops[run[-1], column]))
        lines = places.place[first : last.stop]
        yield LineRegion(first_line=int(lines.min()), last_line=int(lines.max()))
    elif places.kind is PlaceKind.PAGE:
        yield from _pages(frame, column, run)
    else:
        cells = [
            places.rows(int(frame.starts[r, column]), int(frame.stops[r, column])) for r in run
        ]
        yield from places.regions_of(np.concatenate([np.arange(c.start, c.stop) for c in cells]))


def _box(frame: Frame, column: int, row: int) -> npt.NDArray[np.float32]:
    places = frame.document.source_map
    return places.boxes[places.rows(int(frame.starts[row, column]), int(frame.stops[row, column]))]


def _pages(frame: Frame, column: int, run: Sequence[int]) -> Iterator[Region]:
    places = frame.document.source_map
    found: dict[int, list[slice]] = {}
    for row in run:
        at = places.rows(int(frame.starts[row, column]), int(frame.stops[row, column]))
        if at.start < at.stop:
            found.setdefault(int(places.place[at.start]), []).append(at)
    for page, rows in found.items():
        yield PageRegion(
            page=page,
            page_label=places.labels[page - 1] or None,
            bboxes=[union_of(np.concatenate([places.boxes[at] for at in rows]))],
            ocr_confidence=lowest_of(np.concatenate([places.confidence[at] for at in rows])),
        )
