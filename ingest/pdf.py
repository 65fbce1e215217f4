"""What does a PDF say, and where on its pages?

Pages are laid out a few ahead of the one that is written, so that what repeats from page to
page is known as furniture; no more are held at a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter, defaultdict, deque
from collections.abc import Iterator

import pymupdf

from ingest.pdf_furniture import LOOKAHEAD, Furniture, edge_rows
from ingest.pdf_lines import Row, box_of
from ingest.pdf_open import open_pdf
from ingest.pdf_page import PageLayout, blocks_of
from ingest.pdf_pages import PageSource
from ingest.pdf_paragraphs import Looks, paragraphs_of, title_key
from ingest.pdf_side import with_side_blocks
from ingest.pdf_table import Block, Table
from ingest.pdf_text import TextWriter
from ingest.pdf_troubles import Troubles
from ingest.pdf_words import all_words
from schemas.document import Document, Page, SegmentKind
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import IngestSettings

_MEDIA_TYPE = "application/pdf"
_PLAIN = Looks(10.0, {})


def read_pdf(
    data: bytes,
    *,
    document_id: str,
    name: str,
    limits: IngestSettings,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    """Pages that OCR has read, and pages that could not be read, are listed in the warnings."""
    with open_pdf(data, name=name, limits=limits, password=password) as (pdf, repairs):
        metadata = {key: str(value) for key, value in (pdf.metadata or {}).items() if value}
        document = document_of_pages(
            pdf,
            document_id=document_id,
            name=name,
            media_type=_MEDIA_TYPE,
            limits=limits,
            on_progress=on_progress,
        )
        warnings = (*repairs, *document.warnings)
        return dataclasses.replace(document, warnings=warnings, metadata=metadata)


def document_of_pages(
    pdf: pymupdf.Document,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    on_progress: OnProgress,
) -> Document:
    """What the pages of an open PDF say, whatever it was made of."""
    troubles = Troubles()
    with contextlib.closing(PageSource(pdf, limits, troubles)) as source:
        reader = _Reader(source, _titles_by_page(pdf))
        for done, _ in enumerate(reader.read(), start=1):
            on_progress(Progress("parse", done, len(pdf), "pages", name))
    writer, pages = reader.writer, tuple(reader.pages)
    return Document(
        id=document_id,
        name=name,
        media_type=media_type,
        text=writer.text(),
        segments=tuple(writer.segments),
        grids=tuple(writer.grids),
        source_map=writer.source_map(tuple(page.label for page in pages)),
        pages=pages,
        warnings=tuple(troubles.problems(name)),
    )


class _Reader:
    """Takes page after page, and writes each once the pages after it have been seen."""

    def __init__(self, source: PageSource, titles: dict[int, dict[str, int]]) -> None:
        self.writer = TextWriter()
        self.pages: list[Page] = []
        self._source, self._titles = source, titles
        self._furniture = Furniture()
        self._sizes: Counter[float] = Counter()

    def read(self) -> Iterator[int]:
        """Read all pages, giving the number of each as it is laid out."""
        waiting: deque[PageLayout] = deque()
        for page, layout in self._source.layouts():
            self.pages.append(page)
            if layout is not None:
                self._observe(layout)
                waiting.append(layout)
            if len(waiting) > LOOKAHEAD:
                self._write(waiting.popleft())
            yield page.number
        for layout in waiting:
            self._write(layout)

    def _observe(self, layout: PageLayout) -> None:
        self._furniture.observe(layout.number, layout.rows, layout.words.height)
        self._sizes.update(layout.sizes)
        for one in (layout, *layout.pictures):
            self.writer.learn(all_words(one.words))

    def _write(self, layout: PageLayout) -> None:
        edges = edge_rows(layout.rows, layout.words.height)
        furniture = [row for row in edges if self._furniture.is_furniture(layout.number, row)]
        middle = layout.words.height / 2
        self.writer.begin_page(layout.number, layout.words.to_display)
        for row in furniture:
            if box_of(row)[1] < middle:
                self.writer.add_paragraph([row], SegmentKind.FURNITURE)
        body_size = max(self._sizes, key=lambda size: self._sizes[size], default=10.0)
        looks = Looks(body_size, self._titles.get(layout.number, {}))
        for blocks in blocks_of(layout, furniture):
            self._write_region(blocks, looks)
        for picture in layout.pictures:
            self.writer.begin_page(layout.number, picture.words.to_display)
            for blocks in blocks_of(picture, []):
                self._write_region(blocks, None)
        self.writer.begin_page(layout.number, layout.words.to_display)
        for row in furniture:
            if box_of(row)[1] >= middle:
                self.writer.add_paragraph([row], SegmentKind.FURNITURE)

    def _write_region(self, blocks: list[Block], looks: Looks | None) -> None:
        """Without looks, nothing in it is a heading: it is part of a picture."""
        rows: list[Row] = []
        for block in blocks:
            if isinstance(block, Table):
                self._write_rows(rows, looks)
                rows = []
                self.writer.add_table(block)
            else:
                rows.append(block)
        self._write_rows(rows, looks)

    def _write_rows(self, rows: list[Row], looks: Looks | None) -> None:
        for run in with_side_blocks(rows):
            for paragraph in paragraphs_of(run, looks or _PLAIN):
                level = paragraph.level if looks else 0
                kind = SegmentKind.HEADING if level else SegmentKind.PARAGRAPH
                self.writer.add_paragraph(paragraph.rows, kind, level)


def _titles_by_page(pdf: pymupdf.Document) -> dict[int, dict[str, int]]:
    """The outline's titles, with their levels, by the page they lead to."""
    titles: dict[int, dict[str, int]] = defaultdict(dict)
    for level, title, page in pdf.get_toc(simple=True):
        if page > 0 and (key := title_key(title)):
            titles[page].setdefault(key, level)
    return titles
