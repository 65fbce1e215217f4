"""What does a document say that was read before: its text, words, cells, passages?

The array file is mapped, so what is not asked for is not read; the whole document is made only
where it is asked for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine import array_file
from engine.array_file import Array
from ingest.document_arrays import document_of_arrays, places_of_arrays, source_map_of_arrays
from jobs.derivation import renamed
from jobs.parsed_text import ParsedText
from jobs.sheet_window import SheetCells, Window
from jobs.storage import Storage
from schemas.document import Document, Page, Passage, Sheet
from schemas.errors import InvalidInput, NotFound, Unavailable, UnsupportedFormat
from schemas.extraction import Box
from schemas.source_map import PlaceKind, SourceMap
from schemas.stored_document import PageWords, SheetWindow, TextSlice, Word

if TYPE_CHECKING:
    from engine.lookup import Source

_MAX_MAPPED_BYTES = 1 << 30
_WITHOUT_PAGES = {
    PlaceKind.LINE: "lines of plain text",
    PlaceKind.PART: "parts such as paragraphs and tables",
    PlaceKind.POINTER: "values of JSON",
}
_MAX_LISTED = 20
Rows = npt.NDArray[np.intp]


class ParsedDocument:
    """Threads may share it, and it stays readable when its file is removed."""

    def __init__(self, arrays: Mapping[str, Array], num_bytes: int) -> None:
        self._arrays, self.num_bytes = arrays, num_bytes
        self._cells: dict[int, SheetCells] = {}

    @classmethod
    def open(cls, path: Path) -> ParsedDocument:
        """Raises `NotFound` for a file that is gone, `Unavailable` for one that is damaged."""
        try:
            found = array_file.read(path)
        except FileNotFoundError as error:
            raise NotFound("what was read of the document is gone: read it again") from error
        if found is None:
            raise Unavailable("what was read of the document is damaged: read it again")
        return cls(found.arrays, sum(array.nbytes for array in found.arrays.values()))

    def document(self) -> Document:
        """Large, and made anew with each call."""
        return document_of_arrays(self._arrays)[0]

    def passages(self) -> list[Passage]:
        return document_of_arrays(self._arrays)[1]

    def source(self, name: str) -> Source:
        """As the engine reads it; citations call it by this name."""
        from engine.lookup import Source

        document, passages = document_of_arrays(self._arrays)
        return Source(renamed(document, name), passages)

    def text_slice(self, start: int, stop: int) -> TextSlice:
        """As much of text[start:stop] as there is; whose text it is, the caller fills in."""
        if not 0 <= start <= stop:
            raise InvalidInput("a slice goes from start on to stop, from 0", param="stop")
        characters = len(self._text)
        start, stop = min(start, characters), min(stop, characters)
        text = self._text.slice(start, stop)
        return TextSlice(document="", start=start, stop=stop, characters=characters, text=text)

    def page_words(self, page: int) -> PageWords:
        """In the order of the text. Raises `NotFound`, and `UnsupportedFormat` for a document
        without pages."""
        about = self._page(page)
        source_map, rows = self._source_map, self._rows_of(page)
        starts, stops = source_map.start[rows], source_map.stop[rows]
        columns = zip(
            self._text.slices(starts, stops),
            *(starts.tolist(), stops.tolist(), source_map.line[rows].tolist()),
            source_map.boxes[rows].tolist(),
            strict=True,
        )
        words = [
            Word(text=text, start=start, stop=stop, line=line, bbox=_rounded(box))
            for text, start, stop, line, box in columns
        ]
        label = about.label or None
        return PageWords(
            page=page, page_label=label, width=about.width, height=about.height, words=words
        )

    def sheet_window(
        self, sheet: str, first_row: int, last_row: int, first_column: int, last_column: int
    ) -> SheetWindow:
        """What stands in these rows and columns (from 1, both ends included), row by row.

        A merged range belongs to every window that it touches. Raises `NotFound` for a sheet
        that is not there and `TooLarge` for more cells than an answer holds.
        """
        if not (1 <= first_row <= last_row and 1 <= first_column <= last_column):
            raise InvalidInput("a window goes from first on to last, from 1", param="last_row")
        place, about = self._sheet(sheet)
        window = Window(first_row, last_row, first_column, last_column)
        return self._sheet_cells(place, about).window(self._text, window)

    @cached_property
    def _text(self) -> ParsedText:
        return ParsedText(self._arrays["text"])

    @cached_property
    def _source_map(self) -> SourceMap:
        return source_map_of_arrays(self._arrays)

    @cached_property
    def _places(self) -> tuple[tuple[Page, ...], tuple[Sheet, ...]]:
        return places_of_arrays(self._arrays)

    def _rows_of(self, place: int) -> Rows:
        return np.flatnonzero(self._source_map.place == place)

    def _page(self, number: int) -> Page:
        pages, _ = self._places
        if not pages:
            raise UnsupportedFormat(f"the document has no pages, but {self._has()}", param="page")
        if not 1 <= number <= len(pages):
            raise NotFound(
                f"there is no page {number}: the document has {self._has()}", param="page"
            )
        return pages[number - 1]

    def _sheet(self, name: str) -> tuple[int, Sheet]:
        for place, sheet in enumerate(self._places[1], start=1):
            if sheet.name == name:
                return place, sheet
        raise NotFound(f"there is no sheet {name!r}: the document has {self._has()}", param="sheet")

    def _has(self) -> str:
        pages, sheets = self._places
        if pages:
            return f"pages 1 to {len(pages)}"
        if not sheets:
            return _WITHOUT_PAGES.get(self._source_map.kind, "neither pages nor sheets")
        names = [repr(sheet.name) for sheet in sheets[:_MAX_LISTED]]
        more = f" and {len(sheets) - _MAX_LISTED} more" if len(sheets) > _MAX_LISTED else ""
        return f"the sheets {', '.join(names)}{more}"

    def _sheet_cells(self, place: int, sheet: Sheet) -> SheetCells:
        cells = self._cells.get(place)
        if cells is None:
            rows = self._rows_of(place)
            source_map = self._source_map
            cells = self._cells[place] = SheetCells(
                sheet, source_map.start[rows], source_map.stop[rows], source_map.boxes[rows]
            )
        return cells


class ParsedDocuments:
    """Those asked for lately stay open, up to so many bytes of mapped files."""

    def __init__(self, storage: Storage, max_bytes: int = _MAX_MAPPED_BYTES) -> None:
        self._storage, self._max_bytes = storage, max_bytes
        self._open: OrderedDict[str, tuple[ParsedDocument, Path]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, key: str) -> ParsedDocument:
        """The document whose parsed file lies under this key of the storage."""
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key][0]
        self.close_removed()
        path = self._storage.local_file(key)
        document = ParsedDocument.open(path)
        with self._lock:
            self._open[key] = (document, path)
            self._let_go()
        return document

    def close_removed(self) -> None:
        """Lets go of those whose files were deleted, so that neither memory nor disk keeps them."""
        with self._lock:
            for key in [key for key, (_, path) in self._open.items() if not path.exists()]:
                del self._open[key]

    def _let_go(self) -> None:
        """The last asked for stays, however large it is; whoever holds another keeps it."""
        num_bytes = sum(document.num_bytes for document, _ in self._open.values())
        while num_bytes > self._max_bytes and len(self._open) > 1:
            _, (document, _) = self._open.popitem(last=False)
            num_bytes -= document.num_bytes


def _rounded(box: list[float]) -> Box:
    x0, y0, x1, y1 = (round(edge, 2) for edge in box)
    return x0, y0, x1, y1
