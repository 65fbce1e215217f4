"""Where does a range of a document's text stand?

One row for each word (pages), cell (sheets), line (plain text), paragraph or cell (parts) or value
(JSON), in the order of the text.
A range is answered with everything it touches: the unit is never cut, so half a word is
answered with the whole word's box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.extraction import (
    Box,
    LineRegion,
    PageRegion,
    PartRegion,
    PointerRegion,
    Region,
    SheetRegion,
)
from schemas.json_place import common_pointer, pointer_of

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


class PlaceKind(StrEnum):
    PAGE = "page"
    SHEET = "sheet"
    LINE = "line"
    PART = "part"
    POINTER = "pointer"


@dataclass(frozen=True, slots=True)
class OcrPage:
    """How sure OCR was of a page: over its words, each by its least sure character."""

    number: int
    num_words: int
    mean: float
    lowest: float


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Columns of equal length n, sorted by `start`, rows not overlapping.

    `place` is the page (from 1), the line (from 1), or an index into `labels` plus one. `line`
    numbers the visual lines of a document (one box a line is reported), the paragraphs of a part
    (0: it is not counted) or the lines of a JSON Lines file (0: it is none).
    `boxes` [n, 4] are x0, y0, x1, y1 in points for pages; first column, first row, last column,
    last row (from 1, inclusive) for sheets and the tables of parts; positions in arrays for JSON
    (`schemas.json_place`); and zero for what has none.
    `labels` are the printed labels of all pages ("" where there is none), the sheets' names, the
    names of parts, or the paths of JSON values.
    `confidence` is OCR's in each row, from 0 to 1, in its least sure character, and NaN where the
    file itself says what stands there; it is empty where OCR read nothing of the document.
    `sections` are the headings above whatever stands from the same of `section_starts` on; they
    are kept for parts alone.
    """

    kind: PlaceKind
    start: Ints
    stop: Ints
    place: Ints
    line: Ints
    boxes: Floats
    labels: tuple[str, ...]
    confidence: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    section_starts: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    sections: tuple[str, ...] = ()

    def rows(self, start: int, stop: int) -> slice:
        """The rows that the half-open range touches; an empty range touches none."""
        if stop <= start:
            return slice(0, 0)
        first = int(np.searchsorted(self.stop, start, side="right"))
        last = int(np.searchsorted(self.start, stop, side="left"))
        return slice(first, max(first, last))

    def regions(self, start: int, stop: int) -> list[Region]:
        """Where text[start:stop] stands, in order: one region a page, sheet or part, one of all
        lines or values."""
        rows = self.rows(start, stop)
        if rows.start == rows.stop:
            return []
        if self.kind is PlaceKind.LINE:
            lines = self.place[rows]
            return [LineRegion(first_line=int(lines.min()), last_line=int(lines.max()))]
        return self.regions_of(np.arange(rows.start, rows.stop))

    def regions_of(self, rows: npt.NDArray[np.intp]) -> list[Region]:
        """Where these rows of the map stand, at least one and none of plain text: one region a
        page, sheet or part, and one of all values."""
        if self.kind is PlaceKind.POINTER:
            return [self._pointer_region(rows)]
        places = list(dict.fromkeys(self.place[rows].tolist()))
        return [self._region(place, rows) for place in places]

    def range_at(self, place: int, x: float, y: float) -> tuple[int, int] | None:
        """The range of the word under a point of a page, or of the cell in a column and row of a
        sheet; the smallest where several lie over one another. None where there is none."""
        here = self._rows_on(place)
        boxes = self.boxes[here]
        hit = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
        if not hit.any():
            return None
        sizes = (boxes[hit, 2] - boxes[hit, 0]) * (boxes[hit, 3] - boxes[hit, 1])
        row = here[hit][int(np.argmin(sizes))]
        return int(self.start[row]), int(self.stop[row])

    def line_range_at(self, place: int, x: float, y: float) -> tuple[int, int] | None:
        """The range of the visual line that the word under a point stands in; in a row of a
        table it reaches from the first cell to the last. None where no word is."""
        word = self.range_at(place, x, y)
        if word is None:
            return None
        row = self.rows(*word).start
        same = np.flatnonzero((self.line == self.line[row]) & (self.place == place))
        return int(self.start[same[0]]), int(self.stop[same[-1]])

    def ranges_in(self, place: int, box: Box) -> list[tuple[int, int]]:
        """The runs of the text whose words' middles stand in a box of a page, in order; of a
        sheet, the cells that lie in a range of columns and rows."""
        here = self._rows_on(place)
        middles = (self.boxes[here, :2] + self.boxes[here, 2:]) / 2
        inside = (middles >= box[:2]).all(axis=1) & (middles <= box[2:]).all(axis=1)
        rows = here[inside]
        if not len(rows):
            return []
        runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
        return [(int(self.start[run[0]]), int(self.stop[run[-1]])) for run in runs]

    def _rows_on(self, place: int) -> npt.NDArray[np.intp]:
        """The rows of a place; they need not follow one another: a paragraph that goes on stands
        before the heads and feet of its pages."""
        return np.flatnonzero(self.place == place)

    def _region(self, place: int, rows: npt.NDArray[np.intp]) -> Region:
        here = self.place[rows] == place
        boxes, lines = self.boxes[rows][here], self.line[rows][here]
        label = self.labels[place - 1]
        if self.kind is PlaceKind.SHEET:
            return SheetRegion(sheet=label, range=range_of(union_of(boxes)))
        if self.kind is PlaceKind.PART:
            box = union_of(boxes)
            return PartRegion(
                part=numbered(label, int(lines.min()), int(lines.max())),
                range=range_of(box) if box[0] else None,
                section=self._section(int(self.start[rows][here][0])) or None,
            )
        bboxes = [union_of(boxes[lines == line]) for line in dict.fromkeys(lines.tolist())]
        return PageRegion(
            page=place,
            page_label=label or None,
            bboxes=bboxes,
            ocr_confidence=lowest_of(self.confidence[rows][here]) if len(self.confidence) else None,
        )

    def _section(self, start: int) -> str:
        at = int(np.searchsorted(self.section_starts, start, side="right"))
        return self.sections[at - 1] if at else ""

    def _pointer_region(self, rows: npt.NDArray[np.intp]) -> PointerRegion:
        lines = self.line[rows]
        pointers = {
            pointer_of(self.labels[place - 1], box)
            for place, box in zip(self.place[rows].tolist(), self.boxes[rows].tolist(), strict=True)
        }
        first_line, last_line = int(lines.min()), int(lines.max())
        return PointerRegion(
            pointer=common_pointer(pointers),
            first_line=first_line or None,
            last_line=last_line or None,
        )

    def ocr_confidence(self, start: int, stop: int) -> float | None:
        """OCR's confidence in what it read of the range, in its least sure character; None where
        it read nothing of it."""
        return lowest_of(self.confidence[self.rows(start, stop)]) if len(self.confidence) else None

    def ocr_pages(self) -> list[OcrPage]:
        """The pages of which OCR has read anything, in order."""
        if not len(self.confidence):
            return []
        is_read = ~np.isnan(self.confidence)
        places, confidence = self.place[is_read], self.confidence[is_read].astype(np.float64)
        pages = []
        for place in np.unique(places).tolist():
            here = confidence[places == place]
            pages.append(OcrPage(place, len(here), float(here.mean()), float(here.min())))
        return pages

    def first_place(self, start: int, stop: int) -> str:
        """A short name of where the range begins, for people: "p. 3", "Sales!B7", "line 12"."""
        regions: list[Any] = self.regions(start, stop)
        if not regions:
            return "nowhere"
        region = regions[0]
        if isinstance(region, PartRegion):
            return f"{region.part}, {region.range}" if region.range else region.part
        if isinstance(region, PointerRegion):
            return region.pointer or f"line {region.first_line}"
        if isinstance(region, PageRegion):
            return f"p. {region.page}"
        if isinstance(region, SheetRegion):
            return f"{region.sheet}!{region.range}"
        return f"line {region.first_line}"


def numbered(label: str, first: int, last: int) -> str:
    """The name of a part: "paragraph 3", "paragraphs 3-5", or the label of what is not counted."""
    if not last:
        return label
    return f"{label} {first}" if first == last else f"{label}s {first}-{last}"


def read_by_ocr(confidence: Floats) -> Floats:
    """The column as a source map keeps it: empty where it would say nothing."""
    return confidence[:0] if np.isnan(confidence).all() else confidence


def lowest_of(confidence: Floats) -> float | None:
    known = confidence[~np.isnan(confidence)]
    return round(float(known.min()), 3) if len(known) else None


def union_of(boxes: Floats) -> Box:
    """The smallest box around boxes [n, 4], n at least 1, rounded to a hundredth."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    x0, y0, x1, y1 = (round(float(edge), 2) for edge in (*low, *high))
    return x0, y0, x1, y1


def column_letters(column: int) -> str:
    """The letters of a column from 1: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def range_of(box: Box) -> str:
    """A1 notation of first column, first row, last column, last row."""
    left, top, right, bottom = (int(edge) for edge in box)
    first = f"{column_letters(left)}{top}"
    last = f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
