"""What does an XLSX or XLSM workbook say, sheet by sheet?"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ingest.text_writer import TextWriter
from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import SheetCells
from ingest.workbook_parts import check_parts
from ingest.workbook_sheet import SheetXml
from ingest.workbook_text import write_sheet
from schemas.document import Document, Sheet
from schemas.errors import ServiceError, UnreadableDocument
from schemas.extraction import Problem
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import IngestSettings
from schemas.source_map import PlaceKind

_MAX_LISTED = 20
_NOT_READ = {
    "xl/comments": ("comments_not_read", "comments on cells"),
    "xl/threadedComments": ("comments_not_read", "comments on cells"),
    "xl/charts/": ("charts_not_read", "charts"),
    "xl/media/": ("pictures_not_read", "pictures"),
}


def read_workbook(
    data: bytes,
    *,
    document_id: str,
    name: str,
    media_type: str,
    limits: IngestSettings,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    """Every row of every sheet, hidden ones included.

    The cached value of a formula stands in the text; where there is none, the formula itself.
    A sheet's name is a heading that stands in no cell, so the source map leaves it out.
    """
    parts = check_parts(data, name, limits)
    writer = TextWriter(limits.max_characters)
    sheets: list[Sheet] = []
    problems = _parts_not_read(parts, name)
    for place, cells in enumerate(_sheets(data, name, limits, problems, on_progress), start=1):
        write_sheet(writer, cells, place)
        num_rows, num_columns = cells.size
        sheets.append(Sheet(cells.name, num_rows, num_columns, cells.is_hidden, cells.formulas))
    return writer.document(
        document_id,
        name,
        media_type,
        kind=PlaceKind.SHEET,
        labels=tuple(sheet.name for sheet in sheets),
        sheets=tuple(sheets),
        warnings=tuple(problems),
    )


def _sheets(
    data: bytes,
    name: str,
    limits: IngestSettings,
    problems: list[Problem],
    on_progress: OnProgress,
) -> Iterator[SheetCells]:
    """The package comes from anyone, and openpyxl fails on a bad one in too many ways to list."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from _opened_sheets(data, name, limits, problems, on_progress)
    except (ServiceError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableDocument(
            f"{name}: the workbook can not be read ({type(error).__name__}: {reason}); open it in "
            "a spreadsheet program and save it again as XLSX",
            param=name,
        ) from error


def _opened_sheets(
    data: bytes,
    name: str,
    limits: IngestSettings,
    problems: list[Problem],
    on_progress: OnProgress,
) -> Iterator[SheetCells]:
    book: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    if not book._sheets:
        raise UnreadableDocument(f"{name}: the workbook has no sheet that can be read", param=name)
    styles = _styles(book)
    budget = CellBudget(name, len(data), limits)
    for done, sheet in enumerate(book._sheets, start=1):
        if not isinstance(sheet, ReadOnlyWorksheet):
            problems.append(_problem("chart_sheet", f"sheet {sheet.title!r} is a chart", name))
            continue
        is_hidden = sheet.sheet_state != "visible"
        if is_hidden:
            problems.append(
                _problem("hidden_sheet", f"sheet {sheet.title!r} is hidden; it was read too", name)
            )
        reader = SheetXml(sheet._shared_strings, styles, book.epoch, budget)  # type: ignore[attr-defined]
        with sheet._get_source() as source:  # type: ignore[attr-defined]
            cells = reader.read(source, name=str(sheet.title), is_hidden=is_hidden)
        problems.extend(_formulas_without_value(reader.without_value, cells.name, name))
        yield cells
        on_progress(Progress("parse", done, len(book._sheets), "sheets", name))


def _styles(book: Any) -> list[tuple[str, bool]]:
    """(number format, is bold) by style id."""
    custom = dict(enumerate(book._number_formats, start=164))
    styles = []
    for style in book._cell_styles:
        number_format = BUILTIN_FORMATS.get(style.numFmtId) or custom.get(style.numFmtId, "General")
        styles.append((number_format, bool(book._fonts[style.fontId].b)))
    return styles


def _formulas_without_value(cells: list[str], sheet: str, name: str) -> Iterator[Problem]:
    if cells:
        listed = ", ".join(cells[:_MAX_LISTED]) + (", …" if len(cells) > _MAX_LISTED else "")
        yield _problem(
            "formula_without_value",
            f"sheet {sheet!r}: {len(cells)} formulas have no stored value, so the formula itself "
            f"stands in the text: {listed}",
            name,
        )


def _parts_not_read(parts: list[str], name: str) -> list[Problem]:
    found: dict[str, tuple[str, int]] = {}
    for part in parts:
        for prefix, (code, what) in _NOT_READ.items():
            if part.startswith(prefix) and "/_rels/" not in part:
                found[code] = (what, found.get(code, (what, 0))[1] + 1)
    return [
        _problem(code, f"{what} are not read ({count} parts of the workbook)", name)
        for code, (what, count) in found.items()
    ]


def _problem(code: str, message: str, name: str) -> Problem:
    return Problem(code=code, message=message, document=name)
