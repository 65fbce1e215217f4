"""Which sound files do inputs stand in, and from which do they begin?"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pymupdf

from evals.fuzz.office_templates import PAGES, RECORDS, docx_parts, mails, outlook_mails, pptx_parts

_MAX_SEED_BYTES = 100_000
_CONTENT = b"%CONTENT%"
_DRAWN = (
    b"BT /helv 12 Tf 72 700 Td (Revenue of the year) Tj 0 -20 Td (2023 1,234 56%) Tj ET",
    b"q 72 600 200 100 re S 72 650 m 272 650 l S BT /helv 9 Tf 80 660 Td (a) Tj 100 0 Td (b) Tj "
    b"-100 -40 Td (c) Tj 100 0 Td (d) Tj ET Q",
    b"BT /helv 10 Tf 0 1 -1 0 300 300 Tm (turned) Tj 1 0 .3 1 72 72 Tm [(k) -200 (ern)] TJ ET",
    b"BT 3 Tr /helv 10 Tf 90 Tz 4 Ts 2 Tc 5 Tw 12 TL 72 500 Td (hidden) Tj T* (next) ' ET",
)
_TABLE = b"name;age\nAnn;41\nBob;39\n\nTotal;80\n"
_TEXTS = (
    b"# Head\n\nA paragraph that\ngoes on.\n\n- item\n- other\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "1. First\n\n  Ünïcode ﬁ “quotes” – 10 000 €\r\n\r\n\tEnd\f2".encode(),
    "text in two bytes".encode("utf-16"),
)


def pdf_with_content(content: bytes) -> bytes:
    """A page that draws this."""
    before, after = _pdf_frame()
    return before + b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content) + after


def workbook_parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_workbook())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def seeds_of(target: str, shared: Path | None) -> Iterator[bytes]:
    """Sound inputs of a target; the shared edge files too, where they are at hand."""
    yield from _made(target)
    folders = {"pdf": "edge-pdf", "workbook": "edge-xlsx"}
    if shared is not None and target in folders:
        for file in sorted((shared / folders[target]).iterdir()):
            if file.stat().st_size <= _MAX_SEED_BYTES:
                yield b"\xff" + file.read_bytes()


def _made(target: str) -> Iterator[bytes]:
    match target:
        case "pdf":
            yield from (b"\1" + drawn for drawn in _DRAWN)
            yield b"\0" + pdf_with_content(_DRAWN[0])
        case "workbook":
            parts = workbook_parts()
            yield from (bytes([n]) + parts[name] for n, name in enumerate(sorted(parts), start=1))
            yield b"\xff" + _workbook()
        case "docx" | "pptx":
            parts = docx_parts() if target == "docx" else pptx_parts()
            yield from (bytes([n]) + parts[name] for n, name in enumerate(sorted(parts), start=1))
        case "html":
            yield from PAGES
        case "json":
            yield from RECORDS
        case "mail":
            yield from mails()
        case "outlook":
            yield from outlook_mails()
        case "csv":
            yield from (_TABLE, _TABLE.replace(b";", b","), b'a\t"b\nc"\td\n1\t2\t3\n')
        case "text":
            yield from _TEXTS
        case "sniff":
            files = (pdf_with_content(b""), _workbook(), _TABLE, *_TEXTS, b"<html>", b"\xd0\xcf")
            yield from (bytes([n]) + file for n, file in enumerate(files))


@functools.cache
def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["name", "when", "value"], ["Ann", date(2023, 5, 1), 1.5], ["Bob", None, "=C2*2"]):
        sheet.append(row)
    sheet.merge_cells("A5:C6")
    sheet["A5"] = "merged"
    sheet["C2"].number_format = '#,##0.00 "EUR";[Red]-0.0%'
    book.create_sheet("Hidden").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@functools.cache
def _pdf_frame() -> tuple[bytes, bytes]:
    """What stands before and after the content; its cross-reference is rebuilt by the reader."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=612, height=792)
    page.insert_font(fontname="helv")
    xref = pdf.get_new_xref()
    pdf.update_object(xref, "<<>>")
    pdf.update_stream(xref, _CONTENT, compress=False)
    page.set_contents(xref)
    data = bytes(pdf.tobytes(deflate=False))
    start = data.rindex(b"<<", 0, data.index(_CONTENT))
    stop = data.index(b"endstream", start) + len(b"endstream")
    return data[:start], data[stop:]
