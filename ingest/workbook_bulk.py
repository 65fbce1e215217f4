"""Which cells has a sheet that is too large to be taken apart cell by cell, or damaged?

calamine reads the values; what it lacks comes from one pass over the XML. Where there is no XML
to be read, as in a binary workbook, the values are all there is.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineSheet

from ingest.workbook_budget import CellBudget
from ingest.workbook_cells import CellKind, Merge, SheetCells, Style, runs_of
from ingest.workbook_marks import SheetMarks
from ingest.workbook_panics import panics_as_errors
from ingest.workbook_sheet import merges_by_place
from ingest.workbook_values import ShownMany, ValueTexts
from schemas.source_map import column_letters

_BATCH_ROWS = 2048
_PLAIN = Style()
_COLUMN_BITS = 14
Dense = npt.NDArray[np.uint16]


class BulkReader:
    """Reads sheets of one workbook. `styles` are by style id."""

    def __init__(self, styles: Sequence[Style], epoch: datetime, budget: CellBudget) -> None:
        self._styles, self._budget = styles, budget
        self._values = ValueTexts(epoch)

    @panics_as_errors()
    def read(self, sheet: CalamineSheet, marks: SheetMarks | None) -> tuple[SheetCells, list[str]]:
        """The cells, and the formulas without a stored value. Raises `ValueError` where calamine
        fails on a cell."""
        found = _Found()
        if sheet.start is not None:
            left = sheet.start[1]
            dense = None if marks is None else _dense_styles(sheet, marks, len(self._styles))
            rows, at = sheet.iter_rows(), 0  # from the first row, but from the first column used
            while batch := list(islice(rows, _BATCH_ROWS)):
                styles = None if dense is None else dense[at : at + len(batch)]
                if marks is not None and marks.below_zero:
                    _give_signs(batch, marks, at + 1, left + 1)
                self._read_batch(batch, styles, at + 1, left + 1, found)
                at += len(batch)
        without_value = [] if marks is None else self._add_marks(found, marks)
        return self._cells(found, sheet, marks), without_value

    def _read_batch(
        self, batch: list[list[Any]], styles: Dense | None, row: int, column: int, found: _Found
    ) -> None:
        width = len(batch[0])
        shown = np.empty((len(batch), width), dtype=object)
        kinds = np.empty((len(batch), width), dtype=np.uint8)
        for number, values in enumerate(zip(*batch, strict=True)):
            shown[:, number], kinds[:, number] = self._shown(
                values, None if styles is None else styles[:, number]
            )
        texts: list[str] = shown.ravel().tolist()
        is_there = np.fromiter(map(bool, texts), dtype=np.bool_, count=len(texts))
        places = np.flatnonzero(is_there)
        found.texts.extend(filter(None, texts))
        found.add(found.kinds, kinds.ravel()[places])
        found.add(found.rows, (places // width + row).astype(np.int32))
        found.add(found.columns, (places % width + column).astype(np.int32))
        bold = np.zeros(len(texts), dtype=np.uint8)
        if styles is not None:
            table = np.array([style.is_bold for style in (*self._styles, _PLAIN)], dtype=np.uint8)
            bold = table[styles.ravel()]
        found.add(found.bold, bold[places])
        self._take(texts, places, row, column, width)

    def _take(
        self, texts: Sequence[str], places: npt.NDArray[Any], row: int, column: int, width: int
    ) -> None:
        if len(places):
            last = int(places[-1]) // width + row
            num_characters = sum(map(len, texts)) + 3 * (len(places) - 1)
            self._budget.take_text(last, column + width - 1, num_characters)

    def _shown(self, values: Sequence[Any], styles: npt.NDArray[np.uint16] | None) -> ShownMany:
        if styles is None:
            return self._values.shown(values, None)
        first = int(styles[0])
        if (styles == first).all():
            return self._values.shown(values, self._format(first))
        texts, kinds = np.empty(len(values), dtype=object), np.empty(len(values), dtype=np.uint8)
        for style in np.unique(styles).tolist():
            places = np.flatnonzero(styles == style)
            of_style = [values[place] for place in places.tolist()]
            texts[places], kinds[places] = self._values.shown(of_style, self._format(style))
        return texts.tolist(), kinds.tolist()

    def _format(self, style: int) -> str:
        return self._styles[style].number_format if style < len(self._styles) else "General"

    def _add_marks(self, found: _Found, marks: SheetMarks) -> list[str]:
        """Errors, which calamine leaves out, and formulas that have no value."""
        for (row, column), text in marks.errors.items():
            if text:
                self._add(found, row, column, text, CellKind.ERROR)
        without_value = []
        for address, (row, column) in _not_shown(marks.formulas, found):
            if address not in marks.silent:
                without_value.append(address)
                self._add(found, row, column, marks.formulas[address], CellKind.NUMBER)
        return without_value

    def _add(self, found: _Found, row: int, column: int, text: str, kind: CellKind) -> None:
        self._budget.take_text(row, column, len(text))
        found.rows.append(row)
        found.columns.append(column)
        found.kinds.append(kind)
        found.bold.append(0)
        found.texts.append(text)

    def _cells(self, found: _Found, sheet: CalamineSheet, marks: SheetMarks | None) -> SheetCells:
        rows, columns = (np.frombuffer(of, dtype=np.int32) for of in (found.rows, found.columns))
        kinds = np.frombuffer(found.kinds, dtype=np.uint8)
        is_bold = np.frombuffer(found.bold, dtype=np.bool_)
        texts = found.texts
        if marks is not None and (marks.errors or marks.formulas):
            order = np.lexsort((columns, rows))
            rows, columns = rows[order], columns[order]
            kinds, is_bold = kinds[order], is_bold[order]
            texts = [texts[at] for at in order.tolist()]
        merges = _merges_of(sheet) if marks is None else marks.merges
        return SheetCells(
            name="",
            rows=rows,
            columns=columns,
            kinds=kinds,
            is_bold=is_bold,
            texts=texts,
            merges=merges_by_place(merges),
            formulas={} if marks is None else marks.formulas,
            hidden_rows=() if marks is None else runs_of(sorted(set(marks.hidden_rows))),
            hidden_columns=() if marks is None else tuple(sorted(marks.hidden_columns)),
        )


class _Found:
    """Cells in the order in which they are found."""

    def __init__(self) -> None:
        self.rows, self.columns = array("i"), array("i")
        self.kinds, self.bold = array("B"), array("B")
        self.texts: list[str] = []

    @staticmethod
    def add(column: array[int], more: npt.NDArray[Any]) -> None:
        column.frombytes(np.ascontiguousarray(more).tobytes())


def _dense_styles(sheet: CalamineSheet, marks: SheetMarks, num_styles: int) -> Dense:
    """The style of each cell in the rectangle that calamine hands out; `num_styles` for none."""
    assert sheet.start is not None
    assert sheet.end is not None
    left, (bottom, right) = sheet.start[1], sheet.end
    dense = np.full((bottom + 1, right - left + 1), min(num_styles, 65535), dtype=np.uint16)
    rows, columns = marks.rows - 1, marks.columns - 1 - left
    inside = (rows >= 0) & (columns >= 0) & (rows <= bottom) & (columns <= right - left)
    styles = np.minimum(marks.styles[inside], num_styles)
    dense[rows[inside], columns[inside]] = styles.astype(np.uint16)
    return dense


def _give_signs(batch: list[list[Any]], marks: SheetMarks, row: int, column: int) -> None:
    for number, values in enumerate(batch, row):
        for place, value in marks.below_zero.get(number, {}).items():
            values[place - column] = value


def _merges_of(sheet: CalamineSheet) -> list[Merge]:
    return [
        (left + 1, top + 1, right + 1, bottom + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]


def _not_shown(addresses: Collection[str], found: _Found) -> list[tuple[str, tuple[int, int]]]:
    """The cells, with row and column, that no text was found for."""
    rows, columns = (np.frombuffer(of, dtype=np.int32) for of in (found.rows, found.columns))
    places = np.array([_place_of(address) for address in addresses], dtype=np.int64).reshape(-1, 2)
    shown = rows.astype(np.int64) << _COLUMN_BITS | columns
    shown.sort(kind="stable")  # nearly so already
    wanted = places[:, 0] << _COLUMN_BITS | places[:, 1]
    is_shown = shown[np.searchsorted(shown[:-1], wanted)] == wanted if len(shown) else wanted < 0
    return [
        (address, (row, column))
        for address, (row, column), is_there in zip(
            addresses, places.tolist(), is_shown.tolist(), strict=True
        )
        if not is_there
    ]


def _place_of(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    assert column_letters(column) == letters
    return int(address[len(letters) :]), column
