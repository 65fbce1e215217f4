"""What does the XML of a large sheet say of its cells, where most programs would write it so?

A few megabytes of rows are looked at at a time (`workbook_run`), and what stands around the rows
is given to the parser that reads other sheets.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Collection, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

import numpy as np
from openpyxl.formula.translate import Translator

from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import Ints
from ingest.workbook_marks import MarksReader, SheetMarks, formula_of
from ingest.workbook_run import CellRun, NotPlain, run_of
from schemas.source_map import column_letters

_READ_BYTES = 4 << 20
_MOST_BYTES = 64 << 20  # of one row, and of what follows the rows
_DATA_START, _DATA_STOP, _ROW_STOP = b"<sheetData>", b"</sheetData>", b"</row>"
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*?\?>)?\s*<worksheet[\s>]")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding=[\"']([\w.-]+)")


def scanned_marks(
    source: IO[bytes], budget: CellBudget, date_styles: Collection[int]
) -> SheetMarks | None:
    """None for XML that is written in another way: some of the budget may then be spent."""
    scan = _Scan(source, frozenset(date_styles))
    taken = _Taken(budget)
    try:
        for run in scan.runs():
            taken.take(run)
        around = MarksReader(budget, date_styles).read(io.BytesIO(scan.around))
    except (NotPlain, ParseError, ValueError):
        return None
    return taken.marks(around)


class _Scan:
    """`around` is, once all runs were taken, the XML without its rows."""

    def __init__(self, source: IO[bytes], date_styles: frozenset[int]) -> None:
        self._source, self._date_styles = source, date_styles
        self.around = b""

    def runs(self) -> Iterator[CellRun]:
        before, rest = self._start()
        while _DATA_STOP not in rest:
            stop = rest.rfind(_ROW_STOP) + len(_ROW_STOP)
            if stop >= len(_ROW_STOP):
                yield run_of(rest[:stop], self._date_styles)
                rest = rest[stop:]
            more = self._source.read(_READ_BYTES)
            if not more or len(rest) > _MOST_BYTES:
                raise NotPlain
            rest += more
        last, _, after = rest.partition(_DATA_STOP)
        yield run_of(last, self._date_styles)
        self.around = before + _DATA_START + _DATA_STOP + after + self._source.read(_MOST_BYTES)
        if self._source.read(1):
            raise NotPlain

    def _start(self) -> tuple[bytes, bytes]:
        """What stands before the rows, and the first of them."""
        start = self._source.read(_READ_BYTES)
        said = _ENCODING.search(start[:200])
        if not _PROLOG.match(start) or (said and said[1].lower() not in (b"utf-8", b"us-ascii")):
            raise NotPlain
        before, found, rest = start.partition(_DATA_START)
        if not found or b"<!" in before:
            raise NotPlain
        return before, rest


class _Taken:
    """The cells of all runs."""

    def __init__(self, budget: CellBudget) -> None:
        self._budget = budget
        self._rows, self._columns = [_NONE], [_NONE]
        self._styles = [_NONE]
        self._shared: dict[str, Translator] = {}
        self._formulas: dict[str, str] = {}
        self._errors: dict[tuple[int, int], str] = {}
        self._silent: set[str] = set()
        self._below_zero: dict[int, dict[int, float]] = {}
        self._hidden_rows: list[int] = []

    def take(self, run: CellRun) -> None:
        self._budget.take_cells(len(run.rows))
        self._rows.append(run.rows)
        self._columns.append(run.columns)
        self._styles.append(run.styles)
        self._hidden_rows.extend(run.hidden_rows)
        for cell, text in run.errors.items():
            self._errors[int(run.rows[cell]), int(run.columns[cell])] = text
        for cell, number in run.below_zero.items():
            self._below_zero.setdefault(int(run.rows[cell]), {})[int(run.columns[cell])] = number
        owners = [one.cell for one in run.formulas]
        places = zip(run.columns[owners].tolist(), run.rows[owners].tolist(), strict=True)
        for one, (column, row) in zip(run.formulas, places, strict=True):
            address = f"{column_letters(column)}{row}"
            formula = formula_of(one.text, one.about, address, self._shared)
            if formula is not None:
                self._formulas[address] = formula
                if one.is_of_text:
                    self._silent.add(address)

    def marks(self, around: SheetMarks) -> SheetMarks:
        return dataclasses.replace(
            around,
            rows=np.concatenate(self._rows),
            columns=np.concatenate(self._columns),
            styles=np.concatenate(self._styles),
            formulas=self._formulas,
            errors=self._errors,
            silent=self._silent,
            below_zero=self._below_zero,
            hidden_rows=self._hidden_rows,
        )


_NONE: Ints = np.zeros(0, dtype=np.int32)
