"""What stands on each page of a PDF: by its text layer, or else by OCR?

Pages that need OCR are drawn here and read by other processes, while the pages after them are
looked at; they come out in order.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import pymupdf

from ingest.ocr_need import Need, Wanted, Wants, is_readable
from ingest.ocr_page import (
    Drawn,
    PageRead,
    PictureTooLarge,
    drawn,
    is_same_text,
    page_read,
)
from ingest.ocr_pool import OcrFailed, OcrPool
from ingest.ocr_text import PictureText
from ingest.pdf_annotations import Annotation, with_annotations
from ingest.pdf_attachments import page_attachments
from ingest.pdf_fields import with_fields
from ingest.pdf_links import LinkArea, link_areas
from ingest.pdf_open import is_out_of_memory
from ingest.pdf_page import PageLayout, layout_of
from ingest.pdf_ruled import Lines, lines_of
from ingest.pdf_troubles import Troubles
from ingest.pdf_words import PageWords, all_words, parted, words_of
from schemas.document import Attachment, Page
from schemas.ingest_settings import IngestSettings

_READING_SHARE = 0.9  # of the time of a document: the rest is for what was read to be put together


@dataclass(slots=True)
class _Begun:
    """A page whose text layer is known; `reading` is what OCR makes of it, where it is asked."""

    page: Page
    words: PageWords | None = None
    lines: Lines = field(default_factory=lambda: Lines([], []))
    wanted: Wanted = field(default_factory=lambda: Wanted(Need.NONE))
    drawn: Drawn | None = None
    reading: Future[PictureText] | None = None
    filled: PageWords | None = None  # typed into its form, or over its text
    annotations: list[Annotation] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.reading is None or self.reading.done()


class PageSource:
    """Hands out the pages in order; what can not be read goes into the troubles.

    `on_page` is told which page is worked on. `lost_pages`, by the trouble that each has, are not
    looked at.
    """

    def __init__(
        self,
        pdf: pymupdf.Document,
        limits: IngestSettings,
        troubles: Troubles,
        on_page: Callable[[int], None],
        lost_pages: Mapping[int, str],
    ) -> None:
        self.links: list[LinkArea] = []
        self.attachments: list[Attachment] = []
        self._pdf, self._limits, self._troubles = pdf, limits, troubles
        self._on_page, self._lost_pages = on_page, lost_pages
        self._wants = Wants(limits.ocr)
        self._ended_by: str | None = None
        self._until = time.monotonic() + _READING_SHARE * limits.max_seconds
        self._pool: OcrPool | None = None

    def layouts(self) -> Iterator[tuple[Page, PageLayout | None]]:
        """Each page; without its layout, where it is damaged."""
        waiting: deque[_Begun] = deque()
        for number in range(1, min(len(self._pdf), self._limits.max_pages) + 1):
            waiting.append(self._begin(number))
            while waiting and (waiting[0].is_done or len(waiting) > self._num_ahead()):
                yield self._finish(waiting.popleft())
        while waiting:
            yield self._finish(waiting.popleft())
        for number in range(self._limits.max_pages + 1, len(self._pdf) + 1):
            self._troubles.add("past_max_pages", number)

    @property
    def has_ended(self) -> bool:
        return self._ended_by is not None

    def end(self, code: str) -> None:
        """The pages that are not begun yet are left out, for this trouble."""
        self._ended_by = self._ended_by or code

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()

    def _num_ahead(self) -> int:
        """So many pages wait for one before them at most: each may hold a picture."""
        return 2 * self._pool.num_processes + 2 if self._pool else 0

    def _begin(self, number: int) -> _Begun:
        if number in self._lost_pages:
            return self._left_out(number, self._lost_pages[number])
        if time.monotonic() > self._until:
            self.end("past_max_seconds")
        if self._ended_by is not None:
            return self._left_out(number, self._ended_by)
        self._on_page(number)
        try:
            page = self._pdf[number - 1]
            words, filled = with_fields(page, words_of(page))
            words, annotations, typed = with_annotations(page, words)
            printed, written = parted(words, filled | typed)
            begun = _Begun(
                Page(number, page.get_label(), page.rect.width, page.rect.height),
                words,
                lines_of(page, words.to_layout) if words.fragments else Lines([], []),
                self._wants.of(page, printed),
                filled=written,
                annotations=annotations,
            )
            self.links += link_areas(page)
            self.attachments += page_attachments(page)
        except Exception as error:  # whatever a damaged page makes MuPDF raise
            _raise_out_of_memory(error)
            return self._left_out(number, "unreadable_page")
        self._ask(page, begun)
        return begun

    def _left_out(self, number: int, code: str) -> _Begun:
        self._troubles.add(code, number)
        return _Begun(Page(number, "", 0.0, 0.0))

    def _ask(self, page: pymupdf.Page, begun: _Begun) -> None:
        """Has the page read by OCR, where it needs that and can be drawn."""
        wanted, number, words = begun.wanted, begun.page.number, begun.words
        assert words is not None
        if wanted.need is Need.NONE or self._is_left(begun):
            return
        try:
            picture = drawn(page, self._limits, words, wanted.areas)
        except PictureTooLarge:
            self._troubles.add("ocr_too_large", number)
        except Exception as error:  # as above
            _raise_out_of_memory(error)
            self._troubles.add("ocr_failed", number)
        else:
            if not picture.is_blank:
                self._pool = self._pool or OcrPool(self._limits.ocr_processes)
                begun.drawn, begun.reading = picture, self._pool.submit(picture.picture)

    def _is_left(self, begun: _Begun) -> bool:
        """Whether the page stays as it is, with a word about it."""
        need, number, words = begun.wanted.need, begun.page.number, begun.words
        assert words is not None
        is_off = self._limits.ocr == "off"
        if need is Need.PAGE and is_off:
            self._troubles.add("no_text_layer", number)
        elif need is Need.INSTEAD and (is_off or not is_readable(_text(words))):
            self._troubles.add("unmapped_text", number)
            return True
        return is_off

    def _finish(self, begun: _Begun) -> tuple[Page, PageLayout | None]:
        words, lines = begun.words, begun.lines
        if words is None:
            return begun.page, None
        if begun.reading is not None and begun.drawn is not None:
            self._on_page(begun.page.number)
            try:
                read = page_read(begun.reading.result(), begun.drawn)
            except OcrFailed:
                self._troubles.add("ocr_failed", begun.page.number)
            else:
                return begun.page, self._chosen(begun, words, read)
        return begun.page, _layout(begun, words, lines)

    def _chosen(self, begun: _Begun, words: PageWords, read: PageRead) -> PageLayout:
        """The page by what its text layer says or what was read, or by both."""
        said = _layout(begun, words, begun.lines)
        need, number = begun.wanted.need, begun.page.number
        has_words = bool(all_words(read.words))
        if need is Need.COMPARE and (not has_words or is_same_text(words, read.words)):
            return said
        if not has_words:
            if need is Need.PAGE:
                self._troubles.add("ocr_found_nothing", number)
            elif need is Need.INSTEAD:
                self._troubles.add("unmapped_text", number)
            return said
        self._troubles.add("read_by_ocr", number)
        if read.num_unsure or (read.num_unread and need is not Need.PICTURES):
            self._troubles.add("ocr_unsure", number)
        if read.is_reduced:
            self._troubles.add("ocr_reduced", number)
        seen = _layout(begun, read.words, read.lines)
        if need is Need.PICTURES:
            said.pictures.append(seen)
            return said
        if begun.filled is not None:
            seen.pictures.append(_layout(begun, begun.filled, Lines([], [])))
        return seen


def _layout(begun: _Begun, words: PageWords, lines: Lines) -> PageLayout:
    return layout_of(begun.page.number, begun.page.label, words, lines, begun.annotations)


def _text(words: PageWords) -> str:
    return "".join(word.text for word in all_words(words))


def _raise_out_of_memory(error: Exception) -> None:
    if is_out_of_memory(error):
        raise MemoryError from error
