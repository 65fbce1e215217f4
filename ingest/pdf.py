"""What does a PDF say, and where on its pages?

By its text layer, or where it has none by OCR. Pages are laid out a few ahead of the one that is
written, so that what repeats from page to page is known as furniture; no more are held at a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pymupdf

from ingest.attachments import not_read
from ingest.pdf_attachments import attachments_of
from ingest.pdf_flow import Flow
from ingest.pdf_furniture import LOOKAHEAD, Furniture, edge_rows, printed_label
from ingest.pdf_lines import Row
from ingest.pdf_links import links_of
from ingest.pdf_open import open_pdf
from ingest.pdf_page import PageLayout
from ingest.pdf_pages import PageSource
from ingest.pdf_paragraphs import Looks, title_key
from ingest.pdf_parts import parts_of
from ingest.pdf_text import TextWriter
from ingest.pdf_troubles import Troubles, page_list
from ingest.pdf_words import all_words
from ingest.pdf_xfa import xfa_problems
from schemas.document import Document, Page
from schemas.errors import TooLarge
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, Progress, ignore_progress

_MEDIA_TYPE = "application/pdf"
PAST_MAX_CHARACTERS = "past_max_characters"
_NOTHING: Mapping[int, str] = MappingProxyType({})


def read_pdf(
    data: bytes,
    *,
    document_id: str,
    name: str,
    limits: IngestSettings,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
    lost_pages: Mapping[int, str] = _NOTHING,
) -> Document:
    """Pages that OCR has read, and pages that could not be read, are listed in the warnings; so
    are `lost_pages`, under the code that each of them has, and they are not looked at."""
    with open_pdf(data, name=name, limits=limits, password=password) as (pdf, repairs):
        metadata = {key: str(value) for key, value in (pdf.metadata or {}).items() if value}
        document = document_of_pages(
            pdf,
            document_id=document_id,
            name=name,
            media_type=_MEDIA_TYPE,
            limits=limits,
            on_progress=on_progress,
            lost_pages=lost_pages,
        )
        warnings = (*repairs, *xfa_problems(pdf, name), *document.warnings)
        return dataclasses.replace(document, warnings=warnings, metadata=metadata)


def document_of_pages(
    pdf: pymupdf.Document,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    on_progress: OnProgress,
    lost_pages: Mapping[int, str] = _NOTHING,
) -> Document:
    """What the pages of an open PDF say, whatever it was made of."""
    num_done, num_pages = 0, min(len(pdf), limits.max_pages)

    def begin(number: int) -> None:
        """Say which page is worked on: it may be the end of this process."""
        on_progress(Progress("parse", num_done, num_pages, "pages", name, at=number))

    troubles = Troubles()
    with contextlib.closing(PageSource(pdf, limits, troubles, begin, lost_pages)) as source:
        reader = _Reader(source, _titles_by_page(pdf), begin, limits.max_characters)
        for _ in reader.read():
            num_done += 1
            if not source.has_ended or num_done == num_pages:  # what is left out goes by at once
                on_progress(Progress("parse", num_done, num_pages, "pages", name))
    for number in reader.past_limit:
        troubles.add(PAST_MAX_CHARACTERS, number)
    if reader.past_limit and not reader.writer.segments:
        raise TooLarge(
            f"{name}: {page_list(reader.past_limit[:1])} alone holds more characters than the "
            f"limit of {limits.max_characters:,}; raise NEEDLEPOINT_INGEST__MAX_CHARACTERS",
            param=name,
        )
    writer, pages = reader.writer, tuple(reader.pages)
    source_map = writer.source_map(tuple(page.label for page in pages))
    attachments = (*attachments_of(pdf), *source.attachments)
    return Document(
        id=document_id,
        name=name,
        media_type=media_type,
        text=writer.text(),
        segments=tuple(writer.segments),
        grids=tuple(writer.grids),
        source_map=source_map,
        pages=pages,
        warnings=(*troubles.problems(name), *not_read(attachments, name)),
        links=links_of(source.links, source_map),
        attachments=attachments,
    )


class _Reader:
    """Takes page after page, and writes each once the pages after it have been seen."""

    def __init__(
        self,
        source: PageSource,
        titles: dict[int, dict[str, int]],
        on_page: Callable[[int], None],
        max_characters: int,
    ) -> None:
        self.writer = TextWriter()
        self.past_limit: list[int] = []
        self._num_characters, self._max_characters = 0, max_characters
        self.pages: list[Page] = []
        self._source, self._titles, self._on_page = source, titles, on_page
        self._flow = Flow(self.writer)
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
        self._flow.close()

    def _observe(self, layout: PageLayout) -> None:
        self._furniture.observe(layout.number, layout.rows, layout.words.height)
        self._sizes.update(layout.sizes)
        for one in (layout, *layout.pictures):
            self.writer.learn(all_words(one.words))

    def _write(self, layout: PageLayout) -> None:
        """A page with which the text would be too long is left out, and so are those after it."""
        self._on_page(layout.number)
        self._num_characters += _num_characters(layout)
        if self._num_characters > self._max_characters:
            self.past_limit.append(layout.number)
            self._source.end(PAST_MAX_CHARACTERS)
            return
        edges = edge_rows(layout.rows, layout.words.height)
        furniture = [row for row in edges if self._furniture.is_furniture(layout.number, row)]
        self._label(layout.number, furniture)
        body_size = max(self._sizes, key=lambda size: self._sizes[size], default=10.0)
        looks = Looks(body_size, self._titles.get(layout.number, {}))
        self._flow.add(parts_of(layout, furniture, looks))

    def _label(self, number: int, furniture: list[Row]) -> None:
        """A page that the file gives no label is called by the number that is printed on it."""
        page, printed = self.pages[number - 1], printed_label(furniture)
        if not page.label and printed:
            self.pages[number - 1] = dataclasses.replace(page, label=printed)


def _num_characters(layout: PageLayout) -> int:
    """With what parts its words."""
    words = (all_words(one.words) for one in (layout, *layout.pictures))
    return sum(len(word.text) + 1 for some in words for word in some)


def _titles_by_page(pdf: pymupdf.Document) -> dict[int, dict[str, int]]:
    """The outline's titles, with their levels, by the page they lead to."""
    titles: dict[int, dict[str, int]] = defaultdict(dict)
    for level, title, page in pdf.get_toc(simple=True):
        if page > 0 and (key := title_key(title)):
            titles[page].setdefault(key, level)
    return titles
