"""How does a result look in a spreadsheet?

CSV: a row for each place a value was read, so that a field with three citations has three rows,
numbered in the column `citation`; a field without any has one row and no number. XLSX: the same
as the sheet "fields"; a sheet with a row for each item of every array of objects; and a sheet
"notes" with what is to be known of the whole. A cell that a spreadsheet would take for a formula
begins with ' in CSV; in XLSX strings are strings.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from schemas.errors import TooLarge
from schemas.extraction import (
    Citation,
    Extraction,
    FieldResult,
    LineRegion,
    PageRegion,
    PartRegion,
    PointerRegion,
    Problem,
    Region,
    SheetRegion,
)

Cell: TypeAlias = str | int | float | bool | None

COLUMNS = (
    "path",
    "value",
    "status",
    "confidence",
    "citation",
    "document",
    "page",
    "sheet",
    "cells",
    "lines",
    "part",
    "quote",
    "start",
    "stop",
    "match",
)
MAX_CELL_CHARACTERS = 32_767
MAX_SHEET_ROWS = 1_048_576
_MAX_SHEETS = 200
_EXACT_INTEGERS = 1 << 53
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
WORKBOOK_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}


def csv_lines(extraction: Extraction) -> Iterator[str]:
    """Lines of RFC 4180 in UTF-8, without a byte order mark; heads first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in (COLUMNS, *_field_rows(extraction)):
        writer.writerow([safe_in_csv(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def safe_in_csv(cell: Cell) -> str:
    """The cell as text that no spreadsheet takes for a formula; numbers stay numbers."""
    text = _text_of(cell)
    if not isinstance(cell, str) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_xlsx(extraction: Extraction, file: Path) -> None:
    """Raises `TooLarge` where Excel can not hold it; text that is cut is named in the notes."""
    grids = list(_grids_of(extraction.output or {}, ""))
    if len(grids) > _MAX_SHEETS:
        raise _past_excel(f"{len(grids)} arrays of objects, past the limit of {_MAX_SHEETS} sheets")
    workbook = xlsxwriter.Workbook(str(file), dict(WORKBOOK_OPTIONS))
    notes: list[str] = []
    taken = {"fields", "notes", "history"}
    try:
        heads = workbook.add_format({"bold": True})
        sheet = SheetWriter(workbook.add_worksheet("fields"), heads, notes)
        sheet.write(COLUMNS, _field_rows(extraction))
        for path, items in grids:
            name = sheet_name(path, taken)
            columns = list(dict.fromkeys(key for item in items for key in item))
            rows = ([cell_of(item.get(column)) for column in columns] for item in items)
            sheet = SheetWriter(workbook.add_worksheet(name), heads, notes)
            sheet.write(columns, rows)
            notes.append(f"The sheet {name} holds {path}.")
        sheet = SheetWriter(workbook.add_worksheet("notes"), heads, [])
        sheet.write(("about", "note"), _notes_of(extraction, notes))
    finally:
        workbook.close()


class SheetWriter:
    """Rows are written from the top down, and are gone from memory once written."""

    def __init__(self, sheet: Worksheet, heads: Any, notes: list[str]) -> None:
        self._sheet, self._heads, self._notes = sheet, heads, notes

    def write(self, heads: Sequence[str], rows: Iterator[Sequence[Cell]]) -> None:
        for column, head in enumerate(heads):
            self._sheet.write_string(0, column, self._fitting(head, 0, column), self._heads)
        for number, row in enumerate(rows, start=1):
            if number >= MAX_SHEET_ROWS:
                raise _past_excel(f"more than {MAX_SHEET_ROWS - 1} rows in a sheet")
            for column, cell in enumerate(row):
                self._write_cell(number, column, cell)

    def _write_cell(self, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | float) and abs(cell) <= _EXACT_INTEGERS:
            self._sheet.write_number(row, column, cell)
        else:
            self._sheet.write_string(row, column, self._fitting(_text_of(cell), row, column))

    def _fitting(self, text: str, row: int, column: int) -> str:
        if _excel_length(text) <= MAX_CELL_CHARACTERS:
            return text
        place = xlsxwriter.utility.xl_rowcol_to_cell(row, column)
        self._notes.append(
            f"The text of {self._sheet.get_name()}!{place} has {len(text)} characters: it is cut "
            f"to what a cell can hold. JSON and CSV hold all of it."
        )
        return text.encode("utf-16-le")[: 2 * MAX_CELL_CHARACTERS].decode("utf-16-le", "ignore")


def _field_rows(extraction: Extraction) -> Iterator[list[Cell]]:
    for field in extraction.fields:
        about: list[Cell] = [
            field.path,
            cell_of(field.value),
            str(field.status),
            round(field.confidence, 6),
        ]
        yield from ([*about, *places] for places in _citation_rows(field))


def _citation_rows(field: FieldResult) -> Iterator[list[Cell]]:
    if not field.citations:
        yield [None] * (len(COLUMNS) - 4)
    for number, citation in enumerate(field.citations, start=1):
        yield [
            number,
            citation.document,
            *_place_of(citation),
            citation.quote,
            citation.start,
            citation.stop,
            str(citation.match),
        ]


def _place_of(citation: Citation) -> list[Cell]:
    """Page, sheet, cells, lines, part; several of a kind are joined, a single page is a number."""
    pages = _distinct(citation.regions, lambda region: _page_of(region))
    page: Cell = pages[0] if len(pages) == 1 else "; ".join(map(str, pages)) or None
    return [
        page,
        _joined(citation.regions, lambda r: r.sheet if isinstance(r, SheetRegion) else None),
        _joined(citation.regions, _cells_of),
        _joined(citation.regions, _lines_of),
        _joined(citation.regions, _part_of),
    ]


def _page_of(region: Region) -> int | None:
    return region.page if isinstance(region, PageRegion) else None


def _cells_of(region: Region) -> str | None:
    return region.range if isinstance(region, SheetRegion | PartRegion) else None


def _part_of(region: Region) -> str | None:
    """The name of a part, or the pointer to a JSON value."""
    if isinstance(region, PartRegion):
        return region.part
    return region.pointer if isinstance(region, PointerRegion) else None


def _lines_of(region: Region) -> str | None:
    if not isinstance(region, LineRegion | PointerRegion) or region.first_line is None:
        return None
    if region.first_line == region.last_line:
        return str(region.first_line)
    return f"{region.first_line}-{region.last_line}"


def _joined(regions: Sequence[Region], part: Any) -> str | None:
    return "; ".join(_distinct(regions, part)) or None


def _distinct(regions: Sequence[Region], part: Any) -> list[Any]:
    found = (part(region) for region in regions)
    return list(dict.fromkeys(item for item in found if item is not None))


def _grids_of(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Path and items of every array of objects that holds any."""
    for key, inner in value.items():
        here = f"{path}/{key}"
        if isinstance(inner, Mapping):
            yield from _grids_of(inner, here)
        elif isinstance(inner, list):
            items = [item for item in inner if isinstance(item, dict)]
            if items:
                yield here, items


def sheet_name(path: str, taken: set[str]) -> str:
    """Excel's rules: up to 31 characters, some of them forbidden, unique in any case."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", path[1:]).strip(" '") or "rows"
    name, number = plain[:31].strip(" '") or "rows", 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: 28 - len(str(number))]} ({number})"
    taken.add(name.lower())
    return name


def _notes_of(extraction: Extraction, notes: Sequence[str]) -> Iterator[Sequence[Cell]]:
    yield ["id", extraction.id]
    yield ["status", str(extraction.status)]
    yield ["model", extraction.model]
    yield ["mode", str(extraction.mode)]
    yield ["share of the documents read", extraction.coverage.share_read]
    for kind, problems in (("error", extraction.errors), ("warning", extraction.warnings)):
        yield from ([kind, _problem_text(problem)] for problem in problems)
    yield from (["this workbook", note] for note in notes)


def _problem_text(problem: Problem) -> str:
    return ": ".join(part for part in (problem.document, problem.path, problem.message) if part)


def cell_of(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def _text_of(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _excel_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _past_excel(what: str) -> TooLarge:
    return TooLarge(f"the result has {what}: ask for json or csv")
