"""How do the words of pages become one text with a source map, segments and grids?"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pymupdf

from ingest.normalise import is_joined_without_blank, normalise
from ingest.pdf_lines import Row
from ingest.pdf_table import Cell, Table
from ingest.pdf_words import Fragment, Word
from schemas.document import Grid, Segment, SegmentKind
from schemas.source_map import PlaceKind, SourceMap, read_by_ocr

_HYPHENS = ("-", "\u00ad", "‐")
_BROKEN = re.compile(r"[^\W\d_]{2,}[-\u00ad‐]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_IDENTITY = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class PageFrame:
    """A page, and the way from its layout frame to points of the page as displayed; None where
    they are the same."""

    number: int
    turn: pymupdf.Matrix | None

    @classmethod
    def of(cls, number: int, to_display: pymupdf.Matrix) -> PageFrame:
        return cls(number, None if tuple(to_display) == _IDENTITY else to_display)

    def shown(self, word: Word) -> tuple[float, float, float, float]:
        box = (word.x0, word.y0, word.x1, word.y1)
        if self.turn is None:
            return box
        x0, y0, x1, y1 = pymupdf.Rect(box) * self.turn
        return x0, y0, x1, y1


Line = tuple[PageFrame, Row]


class TextWriter:
    """The text so far. A word's row in the source map covers what of it stands in the text."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.grids: list[Grid] = []
        self.vocabulary: set[str] = set()
        self._parts: list[str] = []
        self._length = 0
        self._line = 0
        self._start, self._stop = array("i"), array("i")
        self._place, self._lines = array("i"), array("i")
        self._boxes, self._confidence = array("f"), array("f")

    def learn(self, words: Iterable[Word]) -> None:
        """Take note of the words of a page, to know hyphenated words when they are met."""
        for word in words:
            if word.text[-1] not in _HYPHENS:
                self.vocabulary.update(_WORD.findall(word.text.lower()))

    def add_paragraph(
        self,
        lines: Sequence[Line],
        kind: SegmentKind,
        level: int = 0,
        breaks: Collection[int] = (),
    ) -> None:
        """Add lines, of one page or of several, as one segment; lines without a character that
        can be written add nothing. `breaks` are the indices of lines whose break is kept."""
        mark = self._separate("\n\n")
        start = self._length
        numbered = []
        ended = set()
        for index, (frame, row) in enumerate(lines):
            self._line += 1
            numbered.append(_Numbered([w for f in row for w in f.words], self._line, frame))
            if index in breaks:
                ended.add(self._line)
        self._add_lines(numbered, ended)
        self._close(mark, kind, start, lines[0][0].number, level=level)

    def add_table(
        self,
        frame: PageFrame,
        table: Table,
        carried: tuple[tuple[tuple[int, int], ...], ...] | None = None,
    ) -> Grid | None:
        """Add a table as one segment a row. `carried` are the heads of a table that it goes on
        with; None where nothing of it can be written."""
        ranges: dict[int, tuple[int, int]] = {}
        cells: list[tuple[int, int, int, int]] = []
        row_number = 0
        num_heads = 0
        for index, row in enumerate(table.rows):
            mark = self._separate("\n" if row_number else "\n\n")
            start = self._length
            found = self._add_cells(frame, row, ranges)
            if not found:
                self._undo(mark)
                continue
            cells.extend((row_number, *cell) for cell in found)
            at = (len(self.grids), row_number)
            self._close(mark, SegmentKind.ROW, start, frame.number, at=at)
            row_number += 1
            num_heads += index < table.num_head_rows
        if not row_number:
            return None
        heads = tuple(
            tuple(ranges[id(cell)] for cell in column if id(cell) in ranges)
            for column in (table.heads or [[]] * table.num_columns)
        )
        grid = Grid(
            place=frame.number,
            num_rows=row_number,
            num_columns=table.num_columns,
            num_head_rows=num_heads,
            cells=np.array(cells, dtype=np.int32).reshape(-1, 4),
            heads=heads if carried is None else carried,
        )
        self.grids.append(grid)
        return grid

    def text(self) -> str:
        return "".join(self._parts)

    def source_map(self, labels: tuple[str, ...]) -> SourceMap:
        return SourceMap(
            kind=PlaceKind.PAGE,
            start=np.array(self._start, dtype=np.int32),
            stop=np.array(self._stop, dtype=np.int32),
            place=np.array(self._place, dtype=np.int32),
            line=np.array(self._lines, dtype=np.int32),
            boxes=np.array(self._boxes, dtype=np.float32).reshape(-1, 4),
            labels=labels,
            confidence=read_by_ocr(np.array(self._confidence, dtype=np.float32)),
        )

    def _separate(self, separator: str) -> tuple[int, int]:
        """Put a separator where text stands before; what it returns takes it back."""
        mark = (len(self._parts), self._length)
        if self._length:
            self._append(separator)
        return mark

    def _undo(self, mark: tuple[int, int]) -> None:
        del self._parts[mark[0] :]
        self._length = mark[1]

    def _close(
        self,
        mark: tuple[int, int],
        kind: SegmentKind,
        start: int,
        page: int,
        level: int = 0,
        at: tuple[int, int] = (-1, -1),
    ) -> None:
        if self._length == start:
            self._undo(mark)
            return
        self.segments.append(Segment(kind, start, self._length, page, level, *at))

    def _add_cells(
        self, frame: PageFrame, row: list[Cell], ranges: dict[int, tuple[int, int]]
    ) -> list[tuple[int, int, int]]:
        lines = self._line_numbers([f for cell in row for f in cell.lines])
        found: list[tuple[int, int, int]] = []
        for cell in row:
            mark = (len(self._parts), self._length)
            if found:
                self._append(" | ")
            start = self._length
            self._add_lines([_Numbered(f.words, lines[id(f)], frame) for f in cell.lines])
            if self._length == start:
                self._undo(mark)
                continue
            ranges[id(cell)] = (start, self._length)
            found.append((cell.column, start, self._length))
        return found

    def _line_numbers(self, fragments: list[Fragment]) -> dict[int, int]:
        """A running number for each visual line among fragments that stand side by side."""
        numbers: dict[int, int] = {}
        middle = float("-inf")
        for fragment in sorted(fragments, key=lambda f: f.middle):
            if fragment.middle - middle > 0.4 * (fragment.y1 - fragment.y0):
                self._line += 1
                middle = fragment.middle
            numbers[id(fragment)] = self._line
        return numbers

    def _add_lines(self, lines: list[_Numbered], ended: Collection[int] = ()) -> None:
        """Words of lines, with a blank between two, but for a word that runs over a line's end;
        lines that are `ended`, by their numbers, keep their break."""
        start = self._length
        glue = ""
        flat = [(word, line) for line in lines for word in line.words]
        for index, (word, line) in enumerate(flat):
            text = normalise(word.text)
            is_last = index + 1 < len(flat) and flat[index + 1][1].number != line.number
            after = normalise(flat[index + 1][0].text) if is_last else ""
            if is_last and line.number in ended:
                then = "\n"
            else:
                text, then = self._line_end(word.text, text, after) if is_last else (text, " ")
            if not text:
                continue
            if self._length > start:
                self._append(glue)
            self._add_word(word, text, line)
            glue = then

    def _line_end(self, raw: str, text: str, after: str) -> tuple[str, str]:
        """A line's last word as it is written, and what stands between it and the next line."""
        if is_joined_without_blank(text, after):
            return text, ""
        if not _BROKEN.search(raw) or not after[:1].islower():
            return text, " "
        return (text.rstrip("-"), "") if self._is_hyphenated(raw, after) else (text, "")

    def _is_hyphenated(self, raw: str, after: str) -> bool:
        """Whether the hyphen was put in to break the line, rather than being the word's own."""
        if raw[-1] != "-":
            return True
        before = _WORD.findall(raw.lower())[-1].rsplit("-", 1)[-1]
        first = _WORD.match(after.lower())
        rest = first[0] if first else ""
        if before + rest in self.vocabulary:
            return True
        if f"{before}-{rest}" in self.vocabulary:
            return False
        return not (before in self.vocabulary and rest in self.vocabulary)

    def _add_word(self, word: Word, text: str, line: _Numbered) -> None:
        self._start.append(self._length)
        self._append(text)
        self._stop.append(self._length)
        self._place.append(line.frame.number)
        self._lines.append(line.number)
        self._confidence.append(word.confidence)
        self._boxes.extend(line.frame.shown(word))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Words of a visual line of the document."""

    words: list[Word]
    number: int
    frame: PageFrame
