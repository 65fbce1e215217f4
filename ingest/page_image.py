"""How do pages of a PDF or a picture look with boxes drawn on them?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pymupdf

from ingest.pdf_open import is_out_of_memory, open_pdf
from ingest.picture import open_picture
from ingest.sniff import picture_type
from schemas.errors import NotFound, TooLarge, UnreadableDocument
from schemas.extraction import Box
from schemas.ingest_settings import IngestSettings

_FILL, _OUTLINE = (1.0, 0.87, 0.2), (0.85, 0.33, 0.0)
_OPACITY = 0.4
_MARGIN = 1.0  # points around a box
_MAX_PIXELS = 40_000_000


def render_pages(
    data: bytes,
    boxes_by_page: Mapping[int, Sequence[Box]],
    *,
    name: str = "document",
    limits: IngestSettings | None = None,
    password: str | None = None,
    dpi: int = 110,
) -> Iterator[tuple[int, bytes]]:
    """Number and PNG of each page, in the order of the mapping; pages count from 1.

    Boxes are in points of the page as displayed. Very large pages are drawn at fewer dots an
    inch than asked for.
    """
    limits = limits or IngestSettings()
    with _opened(data, boxes_by_page, name, limits, password) as pdf:
        for number, boxes in boxes_by_page.items():
            with drawing(pdf, number, name, limits.max_pixels) as page:
                for box in boxes:
                    _draw(page, pymupdf.Rect(box))
                yield number, png_of(page, dpi)


@contextmanager
def _opened(
    data: bytes,
    pages: Collection[int],
    name: str,
    limits: IngestSettings,
    password: str | None,
) -> Iterator[pymupdf.Document]:
    if picture_type(data) is not None:
        with open_picture(data, name=name, limits=limits, shown=pages) as pdf:
            yield pdf
    else:
        with open_pdf(data, name=name, limits=limits, password=password) as (pdf, _):
            yield pdf


@contextmanager
def drawing(
    pdf: pymupdf.Document, number: int, name: str, max_pixels: int
) -> Iterator[pymupdf.Page]:
    """A page to draw on, from 1; what is wrong with it is told in words for the caller."""
    if not 1 <= number <= len(pdf):
        raise NotFound(f"page {number} is not in the document of {len(pdf)} pages", param="page")
    _check_pictures(pdf, number, name, max_pixels)
    try:
        yield pdf[number - 1]
    except (RuntimeError, pymupdf.mupdf.FzErrorBase) as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        raise UnreadableDocument(
            f"page {number} is damaged and can not be drawn", param="page"
        ) from error


def _check_pictures(pdf: pymupdf.Document, number: int, name: str, max_pixels: int) -> None:
    """All its pixels are unpacked, however small a picture is drawn."""
    try:
        sizes = [picture[2:4] for picture in pdf.get_page_images(number - 1, full=True)]
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase):
        return  # a damaged page says so when it is drawn
    for width, height in sizes:
        if width * height > max_pixels:
            raise TooLarge(
                f"{name}: page {number} holds a picture of {width:,} × {height:,} pixels, more "
                f"than the limit of {max_pixels:,}; raise NEEDLEPOINT_INGEST__MAX_PIXELS",
                param="page",
            )


def png_of(page: pymupdf.Page, dpi: int) -> bytes:
    """A very large page is drawn at fewer dots an inch than asked for."""
    num_pixels = page.rect.width * page.rect.height * (dpi / 72) ** 2
    if num_pixels > _MAX_PIXELS:
        dpi = max(1, int(dpi * (_MAX_PIXELS / num_pixels) ** 0.5))
    png: bytes = page.get_pixmap(dpi=dpi, alpha=False).tobytes("png")
    return png


def _draw(page: pymupdf.Page, box: pymupdf.Rect) -> None:
    around = pymupdf.Rect(box.x0 - _MARGIN, box.y0 - _MARGIN, box.x1 + _MARGIN, box.y1 + _MARGIN)
    page.draw_rect(
        (around * page.derotation_matrix).normalize(),
        color=_OUTLINE,
        fill=_FILL,
        width=0.7,
        fill_opacity=_OPACITY,
        stroke_opacity=0.9,
        overlay=True,
    )
