"""Which cells does the XML of one sheet hold?

The XML is streamed once, and only cells that are there cost anything: declared dimensions,
missing rows and styled blanks are not filled in. Formula and cached value are read together.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

import numpy as np
from openpyxl.cell.text import Text
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.xml.constants import SHEET_MAIN_NS

from ingest.normalise import normalise
from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import CellKind, Merge, SheetCells
from ingest.workbook_format import shown
from schemas.source_map import column_letters

_NS = f"{{{SHEET_MAIN_NS}}}"
_CELL, _ROW, _VALUE, _FORMULA = f"{_NS}c", f"{_NS}row", f"{_NS}v", f"{_NS}f"
_INLINE, _MERGE, _DATA = f"{_NS}is", f"{_NS}mergeCell", f"{_NS}sheetData"


class SheetXml:
    """Reads one sheet. `styles` are (number format, is bold) by style id."""

    def __init__(
        self,
        strings: Sequence[str],
        styles: Sequence[tuple[str, bool]],
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
        self.without_value: list[str] = []

    def read(self, source: IO[bytes], *, name: str, is_hidden: bool) -> SheetCells:
        for element in _elements(source):
            if element.tag == _ROW:
                self._read_row(element)
            else:
                self._read_merge(element)
        return self._cells(name, is_hidden)

    def _read_row(self, element: Element) -> None:
        number = element.get("r")
        self._row = int(float(number)) if number else self._row + 1
        self._column = 0
        for cell in element.iterfind(_CELL):
            self._budget.take_cell()
            self._read_cell(cell)

    def _read_cell(self, element: Element) -> None:
        coordinate = element.get("r")
        if coordinate:
            self._row, self._column = coordinate_to_tuple(coordinate)
        else:
            self._column += 1
        number_format, is_bold = self._style(int(element.get("s", 0)))
        shown_text, kind = self._value(element, number_format)
        formula = self._formula(element)
        if formula is not None:
            address = f"{column_letters(self._column)}{self._row}"
            self._formulas[address] = formula
            if not element.findtext(_VALUE) and element.get("t") != "str":
                self.without_value.append(address)
                shown_text, kind = formula, CellKind.NUMBER
        text = normalise(shown_text)
        if text:
            self._budget.take_text(self._row, self._column, len(text))
            self._places.extend((self._row, self._column))
            self._kinds.append(kind)
            self._bold.append(is_bold)
            self._texts.append(text)

    def _style(self, style_id: int) -> tuple[str, bool]:
        return self._styles[style_id] if style_id < len(self._styles) else ("General", False)

    def _value(self, element: Element, number_format: str) -> tuple[str, CellKind]:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _inline_text(element.find(_INLINE)), CellKind.TEXT
        value = element.findtext(_VALUE)
        if not value:
            return "", CellKind.TEXT
        if kind == "s":
            return self._strings[int(value)], CellKind.TEXT
        if kind == "b":
            return ("TRUE" if int(value) else "FALSE"), CellKind.BOOLEAN
        if kind == "e":
            return value, CellKind.ERROR
        if kind == "d":
            return value.replace("T", " ").removesuffix("Z").removesuffix(
                " 00:00:00"
            ), CellKind.DATE
        if kind == "str":
            return value, CellKind.TEXT
        return shown(_number(value), number_format, self._epoch)

    def _formula(self, element: Element) -> str | None:
        """Formulas that share one are written out for their own cell."""
        formula = element.find(_FORMULA)
        if formula is None:
            return None
        text = "=" + (formula.text or "")
        shared = formula.get("si") if formula.get("t") == "shared" else None
        if shared is None:
            return text if text != "=" else f"={{{formula.get('ref', '')}}}"
        address = f"{column_letters(self._column)}{self._row}"
        if text != "=":
            self._shared[shared] = Translator(text, address)
            return text
        known = self._shared.get(shared)
        return str(known.translate_formula(address)) if known else None

    def _read_merge(self, element: Element) -> None:
        left, top, right, bottom = range_boundaries(element.get("ref", ""))
        self._merges.append((int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)))

    def _cells(self, name: str, is_hidden: bool) -> SheetCells:
        rows, columns = np.array(self._places, dtype=np.int32).reshape(-1, 2).T
        order = np.lexsort((columns, rows))
        return SheetCells(
            name=name,
            rows=rows[order],
            columns=columns[order],
            kinds=np.frombuffer(bytes(self._kinds), dtype=np.uint8)[order],
            is_bold=np.frombuffer(bytes(self._bold), dtype=np.bool_)[order],
            texts=[self._texts[index] for index in order.tolist()],
            is_hidden=is_hidden,
            merges={
                (top, left): (left, top, right, bottom)
                for left, top, right, bottom in self._merges
                if (left, top) != (right, bottom)
            },
            formulas=self._formulas,
        )


def _elements(source: IO[bytes]) -> Iterator[Element]:
    """Rows and merged ranges; what was handed out is freed."""
    data: Element | None = None
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            data = element if element.tag == _DATA else data
        elif element.tag == _ROW or element.tag == _MERGE:
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
