"""In which order do the parts of pages become the text, and what goes on past a page's end?

A paragraph that the end of a column or a page cuts is written whole, and what stands between
its parts (notes, running heads and feet) after it.
"""

from __future__ import annotations

import re

from ingest.pdf_breaks import kept_breaks
from ingest.pdf_continued import Written, continued
from ingest.pdf_lines import Row, box_of, is_marker, is_rtl, text_of
from ingest.pdf_paragraphs import Paragraph
from ingest.pdf_parts import PageParts
from ingest.pdf_table import Table
from ingest.pdf_text import Line, PageFrame, TextWriter
from schemas.document import SegmentKind

_ENDS = re.compile(r"[.:;!?。：；！？؟؛][\"'”’»)\]]*\d{0,3}$")
_WANTS_MORE = re.compile(
    r",$|\b(?:the|an?|of|and|or|to|for|by|in|on|with|under|from|such|its|du|des?|les?|la|et|der"
    r"|die|das|den|dem|und|von|für|el|los|las|y)$"
)
_LETTERS = re.compile(r"^\W*[^\W\d_]{2}.*[^\W\d_]{2}")  # a word begins it, a word is in it
_CONTINUED = re.compile(r"\b(?:cont|suite|fortsetzung|fortges|continuaci)", re.IGNORECASE)
_MAX_BETWEEN = 80  # characters between the parts of a table: "(continued)", "in millions"


class Flow:
    """Writes page after page. The paragraph that may go on is held back with what follows it
    out of the running text."""

    def __init__(self, writer: TextWriter) -> None:
        self._writer = writer
        self._open: Paragraph | None = None
        self._lines: list[Line] = []
        self._breaks: set[int] = set()  # after which of those lines
        self._after: list[tuple[PageFrame, Paragraph, SegmentKind]] = []
        self._table: Written | None = None
        self._num_since = 0  # characters of running text since that table

    def add(self, parts: PageParts) -> None:
        for row in parts.heads:
            self._set_aside(parts.frame, Paragraph([row]), SegmentKind.FURNITURE)
        for region in parts.regions:
            for index, block in enumerate(region):
                self._add(parts.frame, block, is_cut=index == 0)
                for note in parts.beside.get(id(block), []):
                    self._set_aside(parts.frame, note, SegmentKind.PARAGRAPH)
        for frame, regions in parts.pictures:
            for region in regions:
                for block in region:
                    self._add(frame, block, is_cut=False)
        for note in parts.notes:
            self._set_aside(parts.frame, note, SegmentKind.PARAGRAPH)
        for annotation in parts.annotations:
            self._set_aside(parts.frame, annotation, SegmentKind.ANNOTATION)
        for row in parts.feet:
            self._set_aside(parts.frame, Paragraph([row]), SegmentKind.FURNITURE)

    def close(self) -> None:
        """Write what is held back."""
        if self._open is not None:
            level = self._open.level
            kind = SegmentKind.HEADING if level else SegmentKind.PARAGRAPH
            self._writer.add_paragraph(self._lines, kind, level, self._breaks)
            self._num_since += self._weight(self._open)
        self._open, self._lines, self._breaks = None, [], set()
        for frame, paragraph, kind in self._after:
            self._writer.add_paragraph([(frame, row) for row in paragraph.rows], kind)
        self._after = []

    def _weight(self, paragraph: Paragraph) -> int:
        """By how much a paragraph parts two tables; a heading does, unless it says "continued"."""
        text = " ".join(text_of(row) for row in paragraph.rows)
        is_new = paragraph.level > 0 and not _CONTINUED.search(text)
        return _MAX_BETWEEN + 1 if is_new else len(text)

    def _set_aside(self, frame: PageFrame, paragraph: Paragraph, kind: SegmentKind) -> None:
        self._after.append((frame, paragraph, kind))

    def _add(self, frame: PageFrame, block: Paragraph | Table, *, is_cut: bool) -> None:
        if isinstance(block, Table):
            self.close()
            self._add_table(frame, block)
            return
        if is_cut and self._open is not None and goes_on(self._open, block):
            self._open = Paragraph([*self._open.rows, *block.rows], 0, block.reach)
        else:
            self.close()
            self._open = block
        if not block.level:
            kept = enumerate(kept_breaks(block.rows, block.reach), len(self._lines))
            self._breaks |= {line for line, is_kept in kept if is_kept}
        self._lines += [(frame, row) for row in block.rows]

    def _add_table(self, frame: PageFrame, table: Table) -> None:
        before = self._table if self._num_since <= _MAX_BETWEEN else None
        heads = continued(before, table, frame.number)
        grid = self._writer.add_table(frame, table, heads)
        if grid is not None:
            self._table, self._num_since = Written.of(table, grid, before if heads else None), 0


def goes_on(above: Paragraph, below: Paragraph) -> bool:
    """Whether what begins a column or a page goes on with the paragraph that ended the one
    before: in the same type, in the middle of a sentence."""
    if above.level or below.level or not _are_alike(above, below):
        return False
    last, first = text_of(above.rows[-1]), text_of(below.rows[0])
    if not (_is_prose(last) and _is_prose(first)) or is_marker(first.split()[0]):
        return False
    is_full = _is_full(above, below.rows[0])
    if last[-1].isdigit() and not is_full:
        return False  # lines of an index
    if first[0].islower():
        return not _ENDS.search(last)
    if _ENDS.search(last) or last[-1].isdigit():
        return False
    if _WANTS_MORE.search(last):
        return True
    return is_full and len(above.rows) > 1 and not _is_indented(below)


def _is_prose(line: str) -> bool:
    """Whether a line is made of words, rather than of a formula's signs."""
    return bool(_LETTERS.match(line)) if len(line.split()) < 4 else any(map(str.isalpha, line))


def _are_alike(above: Paragraph, below: Paragraph) -> bool:
    one, other = above.rows[-1][0], below.rows[0][0]
    widths = [high - low for low, high in (above.reach, below.reach)]
    return (
        abs(one.size - other.size) <= 0.06 * max(one.size, other.size)
        and one.mono == other.mono
        and not (one.mono and other.mono)
        and widths[1] <= 1.25 * widths[0]
    )


def _is_full(above: Paragraph, then: Row) -> bool:
    """Whether the next word had no room on the last line."""
    left, _, right, _ = box_of(above.rows[-1])
    word = then[0].words[0]
    need = word.x1 - word.x0 + 0.1 * word.size
    if is_rtl(text_of(above.rows[-1])):
        return left - need < above.reach[0]
    return right + need > above.reach[1]


def _is_indented(paragraph: Paragraph) -> bool:
    first = paragraph.rows[0][0]
    return len(paragraph.rows) > 1 and first.x0 > paragraph.rows[1][0].x0 + 0.8 * first.size
