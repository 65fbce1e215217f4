"""How are rows of cells written as a workbook or as a delimited file?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from evals.generated.marks import keys_in, unmarked
from schemas.source_map import column_letters

_EPOCH = datetime(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """`shown` is what a reader sees under the number format: it may be marked, `value` not."""

    value: Any
    shown: str
    number_format: str = ""
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Rows of cells from A1 on; None is an empty cell, a text stands for itself."""

    name: str
    rows: Sequence[Sequence[Cell | str | None]]


def workbook_of(sheets: Sequence[SheetRows]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _EPOCH})
    formats: dict[tuple[str, bool], Any] = {}
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for row, column, cell in _cells(sheet):
            key = (cell.number_format, cell.is_bold)
            if key not in formats:
                told = {"num_format": key[0]} if key[0] else {}
                formats[key] = book.add_format({**told, "bold": key[1]})
            page.write(row, column, cell.value, formats[key])
    book.close()
    return out.getvalue()


def delimited_of(sheet: SheetRows, delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for row in sheet.rows:
        writer.writerow(["" if cell is None else unmarked(_cell(cell).shown) for cell in row])
    return out.getvalue().encode()


def marked_cells(sheets: Sequence[SheetRows]) -> Iterator[tuple[str, str, str]]:
    """Key, marked text and place ("Sheet!B7") of each mark."""
    for sheet in sheets:
        for row, column, cell in _cells(sheet):
            for key in keys_in(cell.shown):
                yield key, cell.shown, f"{sheet.name}!{column_letters(column + 1)}{row + 1}"


def number(value: float, places: int = 2, *, is_bold: bool = False) -> Cell:
    digits = f".{'0' * places}" if places else ""
    return Cell(value, f"{value:,.{places}f}", f"#,##0{digits}", is_bold)


def whole(value: int) -> Cell:
    return Cell(value, str(value), "0")


def percent(share: float, places: int = 1) -> Cell:
    digits = f".{'0' * places}" if places else ""
    return Cell(share, f"{share:.{places}%}", f"0{digits}%")


def day(value: date) -> Cell:
    return Cell(value, value.isoformat(), "yyyy-mm-dd")


def bold(text: str) -> Cell:
    return Cell(unmarked(text), text, is_bold=True)


def _cells(sheet: SheetRows) -> Iterator[tuple[int, int, Cell]]:
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                yield row, column, _cell(cell)


def _cell(cell: Cell | str) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(unmarked(cell), cell)
