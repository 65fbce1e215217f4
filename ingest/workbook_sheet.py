"""Which cells does the XML of one sheet hold?

The XML is streamed once, and only cells that are there cost anything: declared dimensions,
missing rows and styled blanks are not filled in. Formula and cached value are read together.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

import numpy as np
from openpyxl.cell.text import Text
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.xml.constants import SHEET_MAIN_NS

from ingest.normalise import normalise
from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import CellKind, Merge, SheetCells, Style, runs_of
from ingest.workbook_format import shown
from ingest.workbook_marks import formula_of
from ingest.workbook_package import SheetPart
from schemas.source_map import column_letters

_NS = f"{{{SHEET_MAIN_NS}}}"
_CELL, _ROW, _VALUE, _FORMULA = f"{_NS}c", f"{_NS}row", f"{_NS}v", f"{_NS}f"
_INLINE, _MERGE, _DATA = f"{_NS}is", f"{_NS}mergeCell", f"{_NS}sheetData"
_COLUMN = f"{_NS}col"
_PLAIN = Style()
_TRUE = ("1", "true")


class SheetXml:
    """Reads one sheet. `styles` are by style id."""

    def __init__(
        self,
        strings: Sequence[str],
        styles: Sequence[Style],
        epoch: datetime,
        budget: CellBudget,
    ) -> None:
        self._strings, self._styles, self._epoch = strings, styles, epoch
        self._budget = budget
        self._row = self._column = 0
        self._shared: dict[str, Translator] = {}
        self._places = array("i")  # row, column of each cell
        self._kinds, self._bold = bytearray(), bytearray()
        self._texts: list[str] = []
        self._merges: list[Merge] = []
        self._formulas: dict[str, str] = {}
        self._hidden_rows: list[int] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self.without_value: list[str] = []

    def read(self, source: IO[bytes], part: SheetPart) -> SheetCells:
        for element in _elements(source):
            if element.tag == _ROW:
                self._read_row(element)
            elif element.tag == _MERGE:
                self._read_merge(element)
            elif element.get("hidden") in _TRUE:
                columns = (int(element.get("min", 1)), int(element.get("max", 1)))
                self._hidden_columns.append(columns)
        return dataclasses.replace(
            self._cells(),
            name=part.name,
            is_hidden=part.is_hidden,
            hidden_rows=runs_of(sorted(set(self._hidden_rows))),
            hidden_columns=tuple(sorted(self._hidden_columns)),
        )

    def _read_row(self, element: Element) -> None:
        number = element.get("r")
        self._row = int(float(number)) if number else self._row + 1
        self._column = 0
        if element.get("hidden") in _TRUE:
            self._hidden_rows.append(self._row)
        for cell in element.iterfind(_CELL):
            self._budget.take_cell()
            self._read_cell(cell)

    def _read_cell(self, element: Element) -> None:
        coordinate = element.get("r")
        if coordinate:
            self._row, self._column = coordinate_to_tuple(coordinate)
        else:
            self._column += 1
        style = self._style(int(element.get("s", 0)))
        shown_text, kind = self._value(element, style.number_format)
        formula = self._formula(element)
        if formula is not None:
            address = f"{column_letters(self._column)}{self._row}"
            self._formulas[address] = formula
            if not element.findtext(_VALUE) and element.get("t") != "str":
                self.without_value.append(address)
                shown_text, kind = formula, CellKind.NUMBER
        if "_x" in shown_text:
            shown_text = unescape(shown_text)
        text = normalise(shown_text)
        if text:
            self._budget.take_text(self._row, self._column, len(text))
            self._places.extend((self._row, self._column))
            self._kinds.append(kind)
            self._bold.append(style.is_bold)
            self._texts.append(text)

    def _style(self, style_id: int) -> Style:
        return self._styles[style_id] if style_id < len(self._styles) else _PLAIN

    def _value(self, element: Element, number_format: str) -> tuple[str, CellKind]:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _inline_text(element.find(_INLINE)), CellKind.TEXT
        value = element.findtext(_VALUE)
        if not value:
            return "", CellKind.TEXT
        if kind == "s":
            return self._shared_text(int(value)), CellKind.TEXT
        if kind == "b":
            return ("TRUE" if int(value) else "FALSE"), CellKind.BOOLEAN
        if kind == "e":
            return value, CellKind.ERROR
        if kind == "d":
            text = value.replace("T", " ").removesuffix("Z")
            return text.removesuffix(" 00:00:00"), CellKind.DATE
        if kind == "str":
            return value, CellKind.TEXT
        return shown(_number(value), number_format, self._epoch)

    def _shared_text(self, number: int) -> str:
        if not 0 <= number < len(self._strings):
            raise ValueError(f"a cell holds text {number} of {len(self._strings)} shared ones")
        return self._strings[number]

    def _formula(self, element: Element) -> str | None:
        formula = element.find(_FORMULA)
        if formula is None:
            return None
        address = f"{column_letters(self._column)}{self._row}"
        return formula_of(formula.text or "", formula.attrib, address, self._shared)

    def _read_merge(self, element: Element) -> None:
        left, top, right, bottom = range_boundaries(element.get("ref", ""))
        self._merges.append((int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)))

    def _cells(self) -> SheetCells:
        rows, columns = np.array(self._places, dtype=np.int32).reshape(-1, 2).T
        order = np.lexsort((columns, rows))
        return SheetCells(
            name="",
            rows=rows[order],
            columns=columns[order],
            kinds=np.frombuffer(bytes(self._kinds), dtype=np.uint8)[order],
            is_bold=np.frombuffer(bytes(self._bold), dtype=np.bool_)[order],
            texts=[self._texts[index] for index in order.tolist()],
            merges=merges_by_place(self._merges),
            formulas=self._formulas,
        )


def merges_by_place(merges: Sequence[Merge]) -> dict[tuple[int, int], Merge]:
    return {
        (top, left): (left, top, right, bottom)
        for left, top, right, bottom in merges
        if (left, top) != (right, bottom)
    }


def _elements(source: IO[bytes]) -> Iterator[Element]:
    """Rows, columns and merged ranges; what was handed out is freed."""
    data: Element | None = None
    for number, (event, element) in enumerate(iterparse(source, events=("start", "end"))):
        if not number and not str(element.tag).startswith(_NS):
            raise ValueError("its elements are of another namespace")
        if event == "start":
            data = element if element.tag == _DATA else data
        elif element.tag in (_ROW, _MERGE, _COLUMN):
            yield element
            element.clear()
            if data is not None and element.tag == _ROW:
                data.clear()


def _inline_text(element: Any) -> str:
    """Text without its phonetic guide."""
    text = None if element is None else Text.from_tree(element)
    return text.content if text else ""


def _number(value: str) -> float:
    try:
        return int(value)
    except ValueError:
        return float(value)
