"""What does a CSV or TSV file say?

It is read as a workbook with one sheet, so that its values are cited by cell. Encoding and
dialect are told from the file itself.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from array import array
from pathlib import PurePath

import numpy as np

from ingest.normalise import normalise
from ingest.text_encoding import encoding_of, encoding_warnings
from ingest.text_writer import TextTooLong, TextWriter
from ingest.workbook_cells import CellKind, SheetCells
from ingest.workbook_text import write_sheet
from schemas.document import Document, Sheet
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings
from schemas.source_map import PlaceKind

_DELIMITERS = ",;\t|"
_SAMPLE_LENGTH = 64 << 10
_SAMPLE_LINES = 200
_MOST_KNOWN = 1 << 16  # texts that are held once however often they come
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?-?\d[\d,.' ]*(?:[eE][-+]?\d+)?\s?[%)€]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")


def read_delimited(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    encoding = encoding_of(data)
    if encoding is None:
        raise UnreadableDocument(f"{name}: the file is no text", param=name)
    sheet = _sheet_of(data, encoding, name, limits)
    writer = TextWriter(limits.max_characters)
    write_sheet(writer, sheet, 1, expects_head=True)
    num_rows, num_columns = sheet.size
    return writer.document(
        document_id,
        name,
        media_type,
        kind=PlaceKind.SHEET,
        labels=(sheet.name,),
        sheets=(Sheet(sheet.name, num_rows, num_columns),),
        warnings=encoding_warnings(encoding, name),
        metadata={"encoding": encoding},
    )


def dialect_of(sample: str) -> type[csv.Dialect]:
    """The dialect in which most lines have the same number of fields, more than one.

    Where several do as well, one that leaves no quotes in the fields, and the comma last: a
    comma stands in numbers and in words. The standard library's guess is one candidate among
    others; alone it takes a letter for the delimiter of a file with a single column.
    """
    candidates: list[type[csv.Dialect]] = [*_others(), _Plain]
    with contextlib.suppress(csv.Error):
        guessed = csv.Sniffer().sniff(sample, _DELIMITERS)
        guessed.doublequote = True  # it is denied where the sample happens to show none
        candidates.append(guessed)
    return max(candidates, key=lambda dialect: _agreement(sample, dialect))


class _Plain(csv.excel):
    """Fields between commas, quoted where they hold one."""


def _others() -> list[type[csv.Dialect]]:
    return [
        type("_Delimited", (csv.excel,), {"delimiter": delimiter})
        for delimiter in _DELIMITERS.replace(",", "")
    ]


def _agreement(sample: str, dialect: type[csv.Dialect]) -> tuple[float, int]:
    """The share of lines with the most common number of fields, if that is more than one, and
    minus the number of fields with a quote left in them."""
    try:
        lines = list(csv.reader(io.StringIO(sample, newline=""), dialect))[:_SAMPLE_LINES]
    except csv.Error:
        return 0.0, 0
    widths = [len(line) for line in lines if line]
    common = max(set(widths), key=widths.count, default=0)
    if common < 2:
        return 0.0, 0
    return widths.count(common) / len(widths), -sum('"' in cell for line in lines for cell in line)


def _sheet_of(data: bytes, encoding: str, name: str, limits: IngestSettings) -> SheetCells:
    """The text is decoded line by line, and no more of it is read than a document may hold."""
    places, kinds, texts = array("i"), bytearray(), list[str]()
    num_characters, known = 0, dict[str, str]()
    csv.field_size_limit(1 << 30)
    lines = csv.reader(_lines_of(data, encoding), dialect_of(_sample_of(data, encoding)))
    try:
        for row, fields in enumerate(lines, start=1):
            for column, field in enumerate(fields, start=1):
                if cell := normalise(field):
                    places.extend((row, column))
                    kinds.append(_kind_of(cell))
                    texts.append(
                        known.setdefault(cell, cell)
                        if len(known) < _MOST_KNOWN
                        else known.get(cell, cell)
                    )
                    num_characters += len(cell) + 1
            if len(texts) > limits.max_cells:
                raise TooLarge(
                    f"{name}: has more cells than the limit of {limits.max_cells:,}; split the "
                    "file or raise NEEDLEPOINT_INGEST__MAX_CELLS",
                    param=name,
                )
            if num_characters > limits.max_characters:
                raise TextTooLong
    except csv.Error as error:
        raise UnreadableDocument(
            f"{name}: line {lines.line_num} can not be read ({error})", param=name
        ) from error
    rows, columns = np.array(places, dtype=np.int32).reshape(-1, 2).T
    return SheetCells(
        name=PurePath(name).stem,
        rows=rows,
        columns=columns,
        kinds=np.frombuffer(bytes(kinds), dtype=np.uint8),
        is_bold=np.zeros(len(texts), dtype=np.bool_),
        texts=texts,
    )


def _lines_of(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _sample_of(data: bytes, encoding: str) -> str:
    return _lines_of(data, encoding).read(_SAMPLE_LENGTH)


def _kind_of(text: str) -> CellKind:
    if len(text) > 40 or not any(letter.isdigit() for letter in text):
        return CellKind.TEXT
    if _YEAR.fullmatch(text):
        return CellKind.YEAR
    if _DATE.fullmatch(text):
        return CellKind.DATE
    return CellKind.NUMBER if _NUMBER.fullmatch(text) else CellKind.TEXT
