"""How do sheets look, with what was made of them: heads, titles, notes and passages?

python -m evals.sheet_pictures PICTURE.png FILE:SHEET FILE:SHEET:40 …

A picture shows the first rows of each sheet, or those from the row that is named. Heads are
yellow, titles blue, notes green, annotated cells pink, cells of a table without heads grey; each
passage has a red frame.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pymupdf

from ingest.passages import passages_of
from ingest.read import read_document
from schemas.document import Document, Segment, SegmentKind
from schemas.ingest_settings import IngestSettings
from schemas.source_map import column_letters

_NUM_ROWS, _NUM_COLUMNS = 34, 14
_WIDTH, _HEIGHT, _MARGIN = 62.0, 13.0, 24.0
_LETTERS = 13  # of a cell that fit in it
_COLOURS = {
    "head": (1.0, 0.93, 0.55),
    "title": (0.72, 0.83, 1.0),
    "note": (0.76, 0.93, 0.76),
    "annotation": (1.0, 0.8, 0.9),
    "bare": (0.9, 0.9, 0.9),
    "cell": (1.0, 1.0, 1.0),
}
_RED, _GREY, _BLACK = (0.85, 0.1, 0.1), (0.7, 0.7, 0.7), (0.0, 0.0, 0.0)
_BUDGET = 160


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("sheets", nargs="+", metavar="FILE:SHEET[:ROW]")
    arguments = parser.parse_args()
    arguments.picture.write_bytes(picture_of(arguments.sheets))


def picture_of(asked: Sequence[str]) -> bytes:
    """One sheet below the other."""
    part = _NUM_ROWS * _HEIGHT + 2 * _MARGIN
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=_NUM_COLUMNS * _WIDTH + 2 * _MARGIN, height=part * len(asked))
        for number, given in enumerate(asked):
            name, sheet, row = _asked(given)
            document = read_document(Path(name), IngestSettings())
            _Drawing(page, document, sheet, row, number * part).draw()
        return bytes(page.get_pixmap(dpi=110, alpha=False).tobytes("png"))


def _asked(given: str) -> tuple[str, str, int]:
    name, sheet, *row = given.split(":")
    return name, sheet, int(row[0]) if row else 1


class _Drawing:
    """Of one sheet, from a row on, below `top` of the page."""

    def __init__(
        self, page: pymupdf.Page, document: Document, sheet: str, row: int, top: float
    ) -> None:
        self._page, self._document, self._row = page, document, row
        self._place = [one.name for one in document.sheets].index(sheet) + 1
        self._top, self._title = top + _MARGIN, f"{document.name}, {sheet}"

    def draw(self) -> None:
        self._page.insert_text((_MARGIN, self._top - 12), self._title, fontsize=8)
        self._draw_rulers()
        for segment in self._document.segments:
            if segment.place == self._place:
                self._draw_segment(segment)
        for passage in passages_of(self._document, _num_tokens, _BUDGET):
            self._draw_frame(passage.start, passage.stop)

    def _draw_rulers(self) -> None:
        for column in range(1, _NUM_COLUMNS + 1):
            at = (_MARGIN + (column - 1) * _WIDTH + 2, self._top - 2)
            self._page.insert_text(at, column_letters(column), fontsize=6, color=_GREY)
        for number in range(_NUM_ROWS):
            at = (4, self._top + number * _HEIGHT + 9)
            self._page.insert_text(at, str(self._row + number), fontsize=6, color=_GREY)

    def _draw_segment(self, segment: Segment) -> None:
        source_map = self._document.source_map
        rows = source_map.rows(segment.start, segment.stop)
        for start, stop, box in zip(
            source_map.start[rows].tolist(),
            source_map.stop[rows].tolist(),
            source_map.boxes[rows].tolist(),
            strict=True,
        ):
            where = self._rectangle(box)
            if where is None:
                continue
            self._page.draw_rect(where, color=_GREY, fill=_COLOURS[self._kind(segment)], width=0.3)
            text = self._document.text[start:stop]
            letters = int(_LETTERS * where.width / _WIDTH)
            corner = (where.x0 + 2, where.y0 + 9)
            self._page.insert_text(corner, text[:letters], fontsize=7, color=_BLACK)

    def _kind(self, segment: Segment) -> str:
        if segment.kind is SegmentKind.ROW:
            grid = self._document.grids[segment.grid]
            if segment.row < grid.num_head_rows:
                return "head"
            return "cell" if grid.num_head_rows else "bare"
        kinds = {SegmentKind.HEADING: "title", SegmentKind.ANNOTATION: "annotation"}
        return kinds.get(segment.kind, "note")

    def _draw_frame(self, start: int, stop: int) -> None:
        source_map = self._document.source_map
        rows = source_map.rows(start, stop)
        here = source_map.place[rows] == self._place
        if not here.any():
            return
        boxes = source_map.boxes[rows][here]
        low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
        where = self._rectangle([*low, *high])
        if where is not None:
            self._page.draw_rect(where, color=_RED, width=0.9)

    def _rectangle(self, box: Sequence[float]) -> pymupdf.Rect | None:
        """None for what is not in the window."""
        left, top, right, bottom = (int(edge) for edge in box)
        last_row = self._row + _NUM_ROWS - 1
        if top > last_row or bottom < self._row or left > _NUM_COLUMNS:
            return None
        top, bottom = max(top, self._row) - self._row, min(bottom, last_row) - self._row + 1
        return pymupdf.Rect(
            _MARGIN + (left - 1) * _WIDTH,
            self._top + top * _HEIGHT,
            _MARGIN + min(right, _NUM_COLUMNS) * _WIDTH,
            self._top + bottom * _HEIGHT,
        )


def _num_tokens(texts: Sequence[str]) -> list[int]:
    """Near enough for a picture."""
    return [len(text) // 3 + 1 for text in texts]


if __name__ == "__main__":
    main()
