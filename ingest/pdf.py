"""What does a PDF say, and where on its pages?

The text layer alone is read. Pages are laid out a few ahead of the one that is written, so
that what repeats from page to page is known as furniture; no more are held at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pymupdf

from ingest.pdf_attachments import attachments_of, not_read, page_attachments
from ingest.pdf_flow import Flow
from ingest.pdf_furniture import LOOKAHEAD, Furniture, edge_rows
from ingest.pdf_links import LinkArea, link_areas, links_of
from ingest.pdf_open import is_out_of_memory, open_pdf
from ingest.pdf_page import PageLayout, all_words, layout_of
from ingest.pdf_paragraphs import Looks, title_key
from ingest.pdf_parts import parts_of
from ingest.pdf_text import TextWriter
from schemas.document import Attachment, Document, Page
from schemas.extraction import Problem
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import IngestSettings

_MEDIA_TYPE = "application/pdf"
_NOTHING: Mapping[int, str] = MappingProxyType({})
_UNMAPPED_SHARE = 0.1  # of a page's characters
_MANY_PATHS = 40  # drawn on a page without text, they may be text drawn as shapes

_TROUBLES = {
    "no_text_layer": "no text could be read on {pages}: they are pictures; run OCR on the file",
    "unreadable_page": "{pages} could not be read, being damaged, and {were} left out",
    "page_crashed": "{pages} ended the process that read the file and {were} left out; open the "
    "file in another program and save it again",
    "page_slow": "{pages} took more time than a page may and {were} left out; raise "
    "NEEDLEPOINT_INGEST__MAX_PAGE_SECONDS",
    "page_large": "{pages} needed more memory than there may be and {were} left out; raise "
    "NEEDLEPOINT_INGEST__MAX_MEMORY_BYTES",
    "unmapped_text": "the fonts on {pages} do not say which characters they show; "
    "run OCR on the file",
}


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
    """Pages without a text layer, and pages that can not be read, are listed in the warnings;
    so are `lost_pages`, under the code that each of them has, and they are not looked at."""
    with open_pdf(data, name=name, limits=limits, password=password) as (pdf, repairs):
        reader = _Reader(pdf, name, on_progress, lost_pages)
        for done, _ in enumerate(reader.read(), start=1):
            on_progress(Progress("parse", done, len(pdf), "pages", name))
        writer, pages = reader.writer, tuple(reader.pages)
        source_map = writer.source_map(tuple(page.label for page in pages))
        attachments = (*attachments_of(pdf), *reader.attachments)
        return Document(
            id=document_id,
            name=name,
            media_type=_MEDIA_TYPE,
            text=writer.text(),
            segments=tuple(writer.segments),
            grids=tuple(writer.grids),
            source_map=source_map,
            pages=pages,
            warnings=(
                *repairs,
                *reader.troubles.problems(name),
                *not_read(attachments, name),
            ),
            metadata={key: str(value) for key, value in (pdf.metadata or {}).items() if value},
            links=links_of(reader.links, source_map),
            attachments=attachments,
        )


class _Troubles:
    """Pages that could not be read in full, by what was wrong with them."""

    def __init__(self) -> None:
        self._pages: dict[str, list[int]] = defaultdict(list)

    def add(self, code: str, page: int) -> None:
        self._pages[code].append(page)

    def problems(self, name: str) -> list[Problem]:
        return [
            Problem(
                code=code,
                message=f"{name}: {_trouble(code, pages)}",
                document=name,
            )
            for code, pages in self._pages.items()
        ]


class _Reader:
    """Lays out page after page, and writes each once the pages after it have been seen."""

    def __init__(
        self,
        pdf: pymupdf.Document,
        name: str,
        on_progress: OnProgress,
        lost_pages: Mapping[int, str],
    ) -> None:
        self.writer = TextWriter()
        self.pages: list[Page] = []
        self.troubles = _Troubles()
        self.links: list[LinkArea] = []
        self.attachments: list[Attachment] = []
        self._flow = Flow(self.writer)
        self._pdf, self._name = pdf, name
        self._on_progress, self._lost_pages = on_progress, lost_pages
        self._furniture = Furniture()
        self._sizes: Counter[float] = Counter()
        self._titles = _titles_by_page(pdf)

    def read(self) -> Iterator[int]:
        """Read all pages, giving the number of each as it is laid out."""
        waiting: deque[PageLayout] = deque()
        for number in range(1, len(self._pdf) + 1):
            self._begin(number, number - 1)
            layout = self._layout(number)
            if layout is not None:
                self._observe(layout)
                waiting.append(layout)
            if len(waiting) > LOOKAHEAD:
                self._begin(waiting[0].number, number)
                self._write(waiting.popleft())
            yield number
        for layout in waiting:
            self._begin(layout.number, len(self._pdf))
            self._write(layout)
        self._flow.close()

    def _begin(self, number: int, done: int) -> None:
        """Say which page is worked on: it may be the end of this process."""
        total = len(self._pdf)
        self._on_progress(Progress("parse", done, total, "pages", self._name, at=number))

    def _layout(self, number: int) -> PageLayout | None:
        if number in self._lost_pages:
            self._leave_out(number, self._lost_pages[number])
            return None
        try:
            page = self._pdf[number - 1]
            layout = layout_of(page)
            size = page.rect
            self._check_text(page, layout)
            self.links += link_areas(page)
            self.attachments += page_attachments(page)
        except Exception as error:  # whatever a damaged page makes MuPDF raise
            if is_out_of_memory(error):
                raise MemoryError from error
            self._leave_out(number, "unreadable_page")
            return None
        self.pages.append(Page(number, layout.label, size.width, size.height))
        return layout

    def _leave_out(self, number: int, code: str) -> None:
        self.troubles.add(code, number)
        self.pages.append(Page(number, "", 0.0, 0.0))

    def _check_text(self, page: pymupdf.Page, layout: PageLayout) -> None:
        words = (word for word in all_words(layout.words) if id(word) not in layout.typed)
        text = "".join(word.text for word in words)
        if not text and _shows_something(page):
            self.troubles.add("no_text_layer", layout.number)
        elif text.count("\ufffd") > _UNMAPPED_SHARE * len(text):
            self.troubles.add("unmapped_text", layout.number)

    def _observe(self, layout: PageLayout) -> None:
        self._furniture.observe(layout.number, layout.rows, layout.words.height)
        self._sizes.update(layout.sizes)
        self.writer.learn(all_words(layout.words))

    def _write(self, layout: PageLayout) -> None:
        edges = edge_rows(layout.rows, layout.words.height)
        furniture = [row for row in edges if self._furniture.is_furniture(layout.number, row)]
        body_size = max(self._sizes, key=lambda size: self._sizes[size], default=10.0)
        looks = Looks(body_size, self._titles.get(layout.number, {}))
        self._flow.add(parts_of(layout, furniture, looks))


def _shows_something(page: pymupdf.Page) -> bool:
    kinds = Counter(kind for kind, _ in page.get_bboxlog())
    has_picture = any(kind.startswith("fill-im") or kind == "fill-shade" for kind in kinds)
    return has_picture or kinds["fill-path"] + kinds["stroke-path"] >= _MANY_PATHS


def _titles_by_page(pdf: pymupdf.Document) -> dict[int, dict[str, int]]:
    """The outline's titles, with their levels, by the page they lead to."""
    titles: dict[int, dict[str, int]] = defaultdict(dict)
    for level, title, page in pdf.get_toc(simple=True):
        if page > 0 and (key := title_key(title)):
            titles[page].setdefault(key, level)
    return titles


def _trouble(code: str, pages: list[int]) -> str:
    were = "was" if len(pages) == 1 else "were"
    return _TROUBLES[code].format(pages=_page_list(pages), were=were)


def _page_list(pages: list[int]) -> str:
    """ "page 3", or "pages 1-4, 9": runs of numbers are written short."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return f"page{'s' if len(pages) > 1 else ''} {shown}"
