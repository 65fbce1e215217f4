"""How do the results of a run look in one file, a row for each document?"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from jobs.exports import MAX_CELL_CHARACTERS, Cell, safe_in_csv

_HEADS = ("file", "status", "extraction", "error")
_CUT = " … (cut: the JSON file has all of it)"
_EXACT_INTEGERS = 1 << 53


@dataclass(frozen=True, slots=True)
class GridRow:
    """`values` by the JSON pointers of the output; arrays are JSON."""

    file: str
    status: str
    extraction: str | None
    error: str | None
    values: Mapping[str, Cell]

    def cells(self, columns: Sequence[str]) -> list[Cell]:
        about: list[Cell] = [self.file, self.status, self.extraction, self.error]
        return about + [self.values.get(column) for column in columns]


def values_of(output: Mapping[str, Any] | None, path: str = "") -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for key, value in (output or {}).items():
        here = f"{path}/{key}"
        if isinstance(value, Mapping):
            values |= values_of(value, here)
        elif value is None or isinstance(value, str | int | float | bool):
            values[here] = value
        else:
            values[here] = json.dumps(value, ensure_ascii=False)
    return values


def write_csv(rows: Sequence[GridRow], file: Path) -> None:
    columns = _columns(rows)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        for row in _table(rows, columns):
            writer.writerow([safe_in_csv(cell) for cell in row])


def write_xlsx(rows: Sequence[GridRow], file: Path) -> None:
    """Strings are strings, whatever they begin with."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(file), options) as workbook:
        sheet = workbook.add_worksheet("results")
        for number, row in enumerate(_table(rows, _columns(rows))):
            for column, cell in enumerate(row):
                _write_cell(sheet, number, column, cell)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and abs(cell) <= _EXACT_INTEGERS:
        sheet.write_number(row, column, cell)
    else:
        text = str(cell)
        if len(text.encode("utf-16-le")) // 2 > MAX_CELL_CHARACTERS:
            most = 2 * (MAX_CELL_CHARACTERS - len(_CUT))
            text = text.encode("utf-16-le")[:most].decode("utf-16-le", "ignore") + _CUT
        sheet.write_string(row, column, text)


def _table(rows: Sequence[GridRow], columns: Sequence[str]) -> Iterable[Sequence[Cell]]:
    yield [*_HEADS, *(column[1:] for column in columns)]
    for row in rows:
        yield row.cells(columns)


def _columns(rows: Sequence[GridRow]) -> list[str]:
    return list(dict.fromkeys(path for row in rows for path in row.values))
