"""What does the XML of a sheet say of its cells besides their values?

One pass that takes in attributes and formulas alone: calamine, which reads the values of large
sheets, knows neither number formats, formulas, errors nor what is hidden.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

import numpy as np
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import range_boundaries

from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import Ints, Merge
from schemas.source_map import column_letters

_READ_BYTES = 1 << 20
_TRUE = ("1", "true")
_CELLS = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


def count_cells(source: IO[bytes], most: int) -> int:
    """Roughly how many cells a sheet has, blank ones included; not counted past `most`."""
    number = 0
    while number <= most and (some := source.read(_READ_BYTES)):
        number += len(_CELLS.findall(some))
    return number


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """`rows`, `columns` and `styles` are of all cells that are there, blank ones too."""

    rows: Ints
    columns: Ints
    styles: Ints
    formulas: dict[str, str]
    errors: dict[tuple[int, int], str]
    silent: set[str]
    """Formulas of a text that is empty: they have a value."""
    below_zero: dict[int, dict[int, float]]
    """By row and column, in cells of a date format: calamine drops the sign of such numbers."""
    merges: list[Merge]
    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]


class MarksReader:
    """Reads one sheet; raises what expat raises, and `ValueError` for cells out of their row."""

    def __init__(self, budget: CellBudget, date_styles: Collection[int]) -> None:
        """`date_styles` are the styles whose number format is one of dates or times."""
        self._budget, self._date_styles = budget, frozenset(date_styles)
        self._row = self._column = 0
        self._kind = ""
        self._formula: dict[str, str] | None = None
        self._text: list[str] = []
        self._shared: dict[str, Translator] = {}
        self._row_numbers, self._row_starts = array("i"), array("i")
        self._columns, self._styles = array("i"), array("i")
        self._letters: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._formulas: dict[str, str] = {}
        self._errors: dict[tuple[int, int], str] = {}
        self._silent: set[str] = set()
        self._below_zero: dict[int, dict[int, float]] = {}
        self._merges: list[Merge] = []
        self._hidden_rows: list[int] = []
        self._hidden_columns: list[tuple[int, int]] = []

    def read(self, source: IO[bytes]) -> SheetMarks:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.ParseFile(source)
        self._row_starts.append(len(self._columns))
        starts = np.frombuffer(self._row_starts, dtype=np.int32)
        return SheetMarks(
            np.repeat(np.frombuffer(self._row_numbers, dtype=np.int32), starts[1:] - starts[:-1]),
            np.frombuffer(self._columns, dtype=np.int32),
            np.frombuffer(self._styles, dtype=np.int32),
            self._formulas,
            self._errors,
            self._silent,
            self._below_zero,
            self._merges,
            self._hidden_rows,
            self._hidden_columns,
        )

    def _start(self, tag: str, about: dict[str, str]) -> None:
        """Called for each element, millions of them; values are what is passed over."""
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rpartition(":")[2]
        if name == "c":
            place = about.get("r")
            if place:
                self._column = self._letters.get(place[: -self._num_digits]) or self._new(place)
            else:
                self._column += 1
            self._kind = about.get("t", "n")
            self._columns.append(self._column)
            self._styles.append(int(about.get("s", 0)))
        elif name == "v":
            if self._kind == "e" or (self._kind == "n" and self._styles[-1] in self._date_styles):
                self._listen()
        else:
            self._start_other(name, about)

    def _start_other(self, name: str, about: dict[str, str]) -> None:
        if name == "row":
            self._start_row(about)
        elif name == "f":
            self._formula = about
            self._listen()
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(about.get("ref", ""))
            self._merges.append((int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)))
        elif name == "col" and about.get("hidden") in _TRUE:
            self._hidden_columns.append((int(about.get("min", 1)), int(about.get("max", 1))))

    def _start_row(self, about: dict[str, str]) -> None:
        before = self._row_starts[-1] if self._row_starts else 0
        self._budget.take_cells(len(self._columns) - before)
        number = about.get("r")
        self._row = int(float(number)) if number else self._row + 1
        self._num_digits = len(str(self._row))
        self._column = 0
        self._row_numbers.append(self._row)
        self._row_starts.append(len(self._columns))
        if about.get("hidden") in _TRUE:
            self._hidden_rows.append(self._row)

    def _new(self, place: str) -> int:
        found = _PLACE.fullmatch(place)
        if found is None or int(found[2]) != self._row:
            raise ValueError(f"a cell of row {self._row} says that it stands at {place[:20]!r}")
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        self._letters[found[1]] = column
        return column

    def _listen(self) -> None:
        """Take in the text up to the end of this element."""
        self._text = []
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EndElementHandler = self._end

    def _end(self, _: str) -> None:
        text = "".join(self._text)
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        if self._formula is None:
            if self._kind == "e":
                self._errors[self._row, self._column] = text
            elif text.lstrip().startswith("-"):
                self._below_zero.setdefault(self._row, {})[self._column] = float(text)
            return
        about, self._formula = self._formula, None
        address = f"{column_letters(self._column)}{self._row}"
        formula = formula_of(text, about, address, self._shared)
        if formula is not None:
            self._formulas[address] = formula
            if self._kind == "str":
                self._silent.add(address)


def formula_of(text: str, about: Any, address: str, shared: dict[str, Translator]) -> str | None:
    """Formulas that share one are written out for their own cell; `about` are the attributes."""
    known = about.get("si") if about.get("t") == "shared" else None
    if known is None:
        return f"={text}" if text else f"={{{about.get('ref', '')}}}"
    if text:
        shared[known] = Translator(f"={text}", address)
        return f"={text}"
    first = shared.get(known)
    return str(first.translate_formula(address)) if first else None
