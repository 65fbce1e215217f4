"""How do tests make the scans and pictures they read?"""

from __future__ import annotations

import io

import pymupdf
from PIL import Image

from ingest.picture import read_picture
from ingest.sniff import sniff
from schemas.document import Document
from schemas.extraction import Box, PageRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.pdf_maker import Item

ONE = IngestSettings(ocr_processes=1)
LINES = [
    "The Borrower shall repay the Loan in full on 31 March 2031.",
    "The Margin is 2.75 per cent per annum above the base rate.",
    "Any notice under this Agreement shall be given in writing.",
]


def drawn(items: list[Item], *, size: float = 11, dpi: int = 150) -> Image.Image:
    """A letter page with the texts on it, as grey pixels."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    for x, y, text in items:
        page.insert_text((x, y), text, fontsize=size)
    png = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY).tobytes("png")
    return Image.open(io.BytesIO(png))


def page_of_lines() -> Image.Image:
    return drawn([(72.0, 120.0 + 30 * index, line) for index, line in enumerate(LINES)])


def scan_of(*pictures: Image.Image, rotation: int = 0, width: float = 612) -> bytes:
    """A PDF each of whose pages is one picture."""
    pdf = pymupdf.open()
    for picture in pictures:
        page = pdf.new_page(width=width, height=width * picture.height / picture.width)
        page.insert_image(page.rect, stream=bytes_of(picture))
        page.set_rotation(rotation)
    return bytes(pdf.tobytes())


def bytes_of(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def read_file(data: bytes, limits: IngestSettings = ONE) -> Document:
    return read_picture(
        data,
        document_id="0" * 64,
        name="a.png",
        media_type=sniff(data, "a.png"),
        limits=limits,
        on_progress=lambda _: None,
    )


def box_of(document: Document, words: str) -> Box:
    """Of words that stand on one line of one page."""
    start = document.text.index(words)
    [region] = document.source_map.regions(start, start + len(words))
    assert isinstance(region, PageRegion)
    [box] = region.bboxes
    return box


def overlap(one: Box, other: Box) -> float:
    """Their common area over that of both together."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, width) * max(0.0, height)
    return common / (_area(one) + _area(other) - common)


def drawn_box(x: float, y: float, before: str, words: str, size: float = 11) -> Box:
    """Where words stand that were drawn from (x, y) on, after others."""
    left = x + pymupdf.get_text_length(before, fontsize=size)
    right = left + pymupdf.get_text_length(words, fontsize=size)
    return left, y - 0.8 * size, right, y + 0.22 * size


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
