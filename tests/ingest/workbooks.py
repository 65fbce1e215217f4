"""Which workbooks do the tests read? Made here, as bytes."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from ingest.workbook import read_workbook
from schemas.document import Document
from schemas.ingest_settings import IngestSettings

LIMITS = IngestSettings()


def bytes_of(fill: Callable[[Any], object]) -> bytes:
    """A workbook whose only sheet, called Data, is filled by `fill`."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Data"
    fill(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_bytes(*rows: list[Any]) -> bytes:
    return bytes_of(lambda sheet: [sheet.append(row) for row in rows])


def read(data: bytes, limits: IngestSettings = LIMITS) -> Document:
    return read_workbook(data, document_id="x", name="book.xlsx", media_type="x", limits=limits)


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with some of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return file.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def place(document: Document, quote: str) -> str:
    start = document.text.index(quote)
    return document.source_map.first_place(start, start + len(quote))


def heads(document: Document, grid: int = 0) -> list[str]:
    return [
        " / ".join(document.text[start:stop] for start, stop in column)
        for column in document.grids[grid].heads
    ]


def shared_data() -> Path | None:
    """The folder of real files beside the checkout, where there is one."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("NEEDLEPOINT_SHARED_DATA", beside))
    return folder if folder.is_dir() else None
