"""What does a plain text or Markdown file say?

Lines that only wrap are joined with a blank; lines that end where their writer ended them keep
their break. Markdown gives headings with levels and pipe tables as grids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.normalise import normalise
from ingest.sniff import MediaType
from ingest.text_encoding import decoded, encoding_warnings
from ingest.text_writer import Range, TextWriter
from schemas.document import Document, Grid, SegmentKind
from schemas.errors import UnreadableDocument
from schemas.source_map import PlaceKind

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+•]|\(?\w{1,3}[.)])\s")
_DELIMITER_ROW = re.compile(r" {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL_BREAK = re.compile(r"(?<!\\)\|")
_DIGIT = re.compile(r"\d")
_MIN_WRAP_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # from 1
    text: str


def read_plain_text(data: bytes, *, document_id: str, name: str, media_type: str) -> Document:
    found = decoded(data)
    if found is None:
        raise UnreadableDocument(f"{name}: the file is no text", param=name)
    text, encoding = found
    lines = lines_of(text)
    writer = TextWriter()
    if media_type == MediaType.MARKDOWN:
        _write_markdown(writer, lines)
    else:
        for paragraph in paragraphs_of(lines):
            _write_paragraph(writer, paragraph)
    return writer.document(
        document_id,
        name,
        media_type,
        kind=PlaceKind.LINE,
        warnings=encoding_warnings(encoding, name),
        metadata={"encoding": encoding},
    )


def lines_of(text: str) -> list[Line]:
    """Lines as editors count them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return [Line(n, line.rstrip()) for n, line in enumerate(text.split("\n"), start=1)]


def paragraphs_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Runs of lines between blank ones."""
    paragraphs: list[list[Line]] = [[]]
    for line in lines:
        if normalise(line.text):
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _write_paragraph(
    writer: TextWriter, lines: Sequence[Line], *, wrap_width: int | None = None
) -> None:
    """`wrap_width` 0 joins every line that may be joined; without it, the longest line tells."""
    if wrap_width is None:
        wrap_width = wrap_width_of(lines)
    writer.gap("\n\n")
    start = writer.length
    for at, line in enumerate(lines):
        if at:
            writer.write(" " if is_wrapped(lines[at - 1].text, line.text, wrap_width) else "\n")
        _write_line(writer, normalise(line.text), line.number)
    writer.segment(SegmentKind.PARAGRAPH, start, lines[0].number)


def wrap_width_of(lines: Sequence[Line]) -> int:
    """The width at which lines of a paragraph may have been broken, as its longest tells."""
    width = max(len(line.text) for line in lines)
    return width if width >= _MIN_WRAP_WIDTH else 1 << 30


def is_wrapped(before: str, after: str, wrap_width: int) -> bool:
    """Whether the line broke because the next word did not fit. Lines that begin alike, as those
    of a log do, were ended by their writer."""
    first_word = (after.split(maxsplit=1) or [""])[0]
    if _ITEM.match(after) or _shape((before.split(maxsplit=1) or [""])[0]) == _shape(first_word):
        return False
    return len(before) + 1 + len(first_word) > wrap_width


def _shape(word: str) -> str:
    return _DIGIT.sub("0", word)


def _write_line(writer: TextWriter, text: str, number: int) -> Range:
    span = writer.write(text)
    if text:
        writer.place(span, number, number)
    return span


def _write_markdown(writer: TextWriter, lines: Sequence[Line]) -> None:
    at = 0
    while at < len(lines):
        if heading := _HEADING.match(lines[at].text):
            _write_heading(writer, heading[2] or "", len(heading[1]), lines[at].number)
            at += 1
        elif _FENCE.match(lines[at].text):
            at = _write_code(writer, lines, at)
        elif _is_table(lines, at):
            at = _write_table(writer, lines, at)
        else:
            at = _write_block(writer, lines, at)


def _write_heading(writer: TextWriter, text: str, level: int, number: int) -> None:
    if text := normalise(text):
        writer.gap("\n\n")
        start, _ = _write_line(writer, text, number)
        writer.segment(SegmentKind.HEADING, start, number, level=level)


def _write_code(writer: TextWriter, lines: Sequence[Line], first: int) -> int:
    """A fenced block keeps its lines; its blank ones part paragraphs as elsewhere."""
    fence = _FENCE.match(lines[first].text)
    assert fence
    stop = first + 1
    while stop < len(lines) and not lines[stop].text.lstrip().startswith(fence[1]):
        stop += 1
    for paragraph in paragraphs_of(lines[first + 1 : stop]):
        _write_paragraph(writer, paragraph, wrap_width=1 << 30)
    return stop + 1


def _write_block(writer: TextWriter, lines: Sequence[Line], first: int) -> int:
    """A paragraph, or a heading that is underlined."""
    stop = first
    while stop < len(lines) and normalise(lines[stop].text) and not _starts(lines, stop, first):
        stop += 1
    if stop == first:
        return first + 1
    underline = _UNDERLINE.match(lines[stop - 1].text)
    if underline and stop - first == 2:
        level = 1 if underline[1].startswith("=") else 2
        _write_heading(writer, lines[first].text, level, lines[first].number)
    elif not (underline and stop - first == 1):
        _write_paragraph(writer, lines[first:stop], wrap_width=0)
    return stop


def _starts(lines: Sequence[Line], at: int, first: int) -> bool:
    """Whether something else begins at a line of a paragraph."""
    text = lines[at].text
    if at > first and _UNDERLINE.match(lines[at - 1].text) and at - first == 2:
        return True
    return bool(_HEADING.match(text) or _FENCE.match(text)) or _is_table(lines, at)


def _is_table(lines: Sequence[Line], at: int) -> bool:
    return (
        at + 1 < len(lines)
        and "|" in lines[at].text
        and "|" in lines[at + 1].text
        and _DELIMITER_ROW.match(lines[at + 1].text) is not None
        and len(_fields(lines[at].text)) == len(_fields(lines[at + 1].text))
    )


def _fields(line: str) -> list[str]:
    fields = _CELL_BREAK.split(line.strip())
    if fields and not fields[0].strip():
        fields = fields[1:]
    if fields and not fields[-1].strip():
        fields = fields[:-1]
    return [normalise(field.replace("\\|", "|")) for field in fields]


def _write_table(writer: TextWriter, lines: Sequence[Line], first: int) -> int:
    stop = first + 2
    while stop < len(lines) and "|" in lines[stop].text:
        stop += 1
    rows = [lines[first], *lines[first + 2 : stop]]
    grid, num_columns = len(writer.grids), len(_fields(lines[first].text))
    cells: list[tuple[int, int, int, int]] = []
    for number, line in enumerate(rows):
        writer.gap("\n" if number else "\n\n")
        cells.extend(_write_row(writer, line, number, grid))
    heads = {column: (start, end) for row, column, start, end in cells if row == 0}
    num_columns = max([num_columns, *(column + 1 for _, column, _, _ in cells)])
    writer.grids.append(
        Grid(
            place=lines[first].number,
            num_rows=len(rows),
            num_columns=num_columns,
            num_head_rows=1,
            cells=np.array(cells, dtype=np.int32).reshape(-1, 4),
            heads=tuple((heads[c],) if c in heads else () for c in range(num_columns)),
        )
    )
    return stop


def _write_row(
    writer: TextWriter, line: Line, number: int, grid: int
) -> list[tuple[int, int, int, int]]:
    start = writer.length
    cells: list[tuple[int, int, int, int]] = []
    for column, field in enumerate(_fields(line.text)):
        if field:
            if cells:
                writer.write(" | ")
            cells.append((number, column, *writer.write(field)))
    if cells:
        writer.place((start, writer.length), line.number, line.number)
        writer.segment(SegmentKind.ROW, start, line.number, grid=grid, row=number)
    return cells
