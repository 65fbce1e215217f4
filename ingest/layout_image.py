"""How do pages of a PDF look with what was understood of them drawn on: order, kinds, cells?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pymupdf

from ingest.page_image import drawing, png_of
from ingest.pdf_open import open_pdf
from schemas.document import Document, Segment, SegmentKind
from schemas.errors import InvalidInput, NotFound
from schemas.extraction import Box
from schemas.ingest_settings import IngestSettings
from schemas.source_map import union_of

_COLOURS = {
    SegmentKind.HEADING: (0.80, 0.10, 0.10),
    SegmentKind.PARAGRAPH: (0.10, 0.30, 0.80),
    SegmentKind.ROW: (0.05, 0.50, 0.20),
    SegmentKind.FURNITURE: (0.55, 0.55, 0.55),
    SegmentKind.ANNOTATION: (0.75, 0.10, 0.75),
}
_NUMBER_SIZE = 7.0
_RUN = re.compile(r"^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$")


def layout_pages(
    data: bytes,
    document: Document,
    pages: Sequence[int],
    *,
    limits: IngestSettings | None = None,
    password: str | None = None,
    dpi: int = 110,
) -> Iterator[tuple[int, bytes]]:
    """Number and PNG of each page. Segments are framed in the colour of their kind and numbered
    as they are read on the page; cells of grids are framed one by one."""
    limits = limits or IngestSettings()
    with open_pdf(data, name=document.name, limits=limits, password=password) as (pdf, _):
        for number in pages:
            with drawing(pdf, number, document.name, limits.max_pixels) as page:
                for at, segment in enumerate(_segments_on(document, number), start=1):
                    _draw_segment(page, document, segment, at)
                yield number, png_of(page, dpi)


def page_numbers(given: str | None, num_pages: int) -> list[int]:
    """The pages that "1,5-7" names, all where nothing is given."""
    if given is None:
        return list(range(1, num_pages + 1))
    numbers: list[int] = []
    for part in given.split(","):
        found = _RUN.match(part)
        if found is None:
            raise InvalidInput(
                f"pages {given}: {part!r} is no page and no run of pages such as 5-7"
            )
        first = int(found[1])
        last = int(found[2] or first)
        if not 1 <= first <= last <= num_pages:
            raise NotFound(f"pages {given}: the document has pages 1 to {num_pages}")
        numbers += range(first, last + 1)
    return numbers


def _segments_on(document: Document, page: int) -> list[Segment]:
    """Those that stand on a page, in part at least, in the order of the text."""
    here = np.flatnonzero(document.source_map.place == page)
    if not len(here):
        return []
    starts = [segment.start for segment in document.segments]
    owners = np.searchsorted(starts, document.source_map.start[here], side="right") - 1
    return [document.segments[owner] for owner in dict.fromkeys(owners.tolist())]


def _draw_segment(page: pymupdf.Page, document: Document, segment: Segment, number: int) -> None:
    colour = _COLOURS[segment.kind]
    boxes = [_box_on(document, page.number + 1, *span) for span in _spans(document, segment)]
    shown = [box for box in boxes if box is not None]
    for box in shown:
        frame = (pymupdf.Rect(box) * page.derotation_matrix).normalize()
        page.draw_rect(frame, color=colour, width=0.6, overlay=True)
    if shown:
        corner = pymupdf.Point(shown[0][0] - 1, shown[0][1] + 2) * page.derotation_matrix
        label = f"{number}" + ("h" + str(segment.level) if segment.level else "")
        page.insert_text(
            corner, label, fontsize=_NUMBER_SIZE, color=colour, rotate=page.rotation, overlay=True
        )


def _spans(document: Document, segment: Segment) -> list[tuple[int, int]]:
    if segment.kind is not SegmentKind.ROW or segment.grid < 0:
        return [(segment.start, segment.stop)]
    cells = document.grids[segment.grid].row_cells(segment.row)
    return [(int(start), int(stop)) for _, _, start, stop in cells.tolist()]


def _box_on(document: Document, page: int, start: int, stop: int) -> Box | None:
    rows = document.source_map.rows(start, stop)
    boxes = document.source_map.boxes[rows][document.source_map.place[rows] == page]
    return union_of(boxes) if len(boxes) else None
