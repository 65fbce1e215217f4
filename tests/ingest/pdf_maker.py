"""How do tests write the PDFs they read?"""

from __future__ import annotations

from collections.abc import Sequence

import pymupdf

from ingest.pdf import read_pdf
from schemas.document import Document, Grid, SegmentKind
from schemas.ingest_settings import IngestSettings

Item = tuple[float, float, str]
"""Where a text begins on its baseline, from the left and from the top, and the text."""


def pdf_of(pages: Sequence[Sequence[Item]], *, rotation: int = 0, size: float = 10) -> bytes:
    pdf = pymupdf.open()
    for items in pages:
        page = pdf.new_page(width=612, height=792)
        for x, y, text in items:
            page.insert_text((x, y), text, fontsize=size)
        page.set_rotation(rotation)
    return bytes(pdf.tobytes())


def right(x: float, y: float, text: str) -> Item:
    """A text of size 10 that ends at x."""
    return x - pymupdf.get_text_length(text, fontsize=10), y, text


def centred(x: float, y: float, text: str) -> Item:
    return x - pymupdf.get_text_length(text, fontsize=10) / 2, y, text


def read(
    data: bytes, *, password: str | None = None, limits: IngestSettings | None = None
) -> Document:
    limits = limits or IngestSettings()
    return read_pdf(data, document_id="0" * 64, name="a.pdf", limits=limits, password=password)


def texts(document: Document, kind: SegmentKind) -> list[str]:
    return [document.text[s.start : s.stop] for s in document.segments if s.kind is kind]


def table_of(document: Document, grid: Grid) -> list[list[str]]:
    """The cells of each row, "" where there is none."""
    rows = [[""] * grid.num_columns for _ in range(grid.num_rows)]
    for row, column, start, stop in grid.cells.tolist():
        rows[row][column] = document.text[start:stop]
    return rows


def heads_of(document: Document, grid: Grid) -> list[str]:
    return [" / ".join(document.text[a:b] for a, b in column) for column in grid.heads]
