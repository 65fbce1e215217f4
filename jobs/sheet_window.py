"""Which cells of a sheet stand in a window of it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.parsed_text import ParsedText
from schemas.document import Sheet
from schemas.errors import TooLarge
from schemas.extraction import Box
from schemas.source_map import Floats, Ints, range_of
from schemas.stored_document import Cell, SheetWindow

MAX_CELLS = 20_000
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns from 1, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def touches(self, boxes: Floats) -> Bools:
        """Of boxes [n, 4], each first column, first row, last column, last row."""
        first, last = boxes[:, :2], boxes[:, 2:]
        begins: Bools = np.all(first <= (self.last_column, self.last_row), axis=1)
        ends: Bools = np.all(last >= (self.first_column, self.first_row), axis=1)
        return begins & ends


class SheetCells:
    """All cells of a sheet, to be asked for windows of it.

    Those that hold text have a place in it. A formula whose value is empty has none; it stands
    here with an empty range of the text.
    """

    def __init__(self, sheet: Sheet, start: Ints, stop: Ints, boxes: Floats) -> None:
        self._sheet = sheet
        silent = _silent_formulas(sheet, boxes)
        nowhere = np.zeros(len(silent), dtype=np.int32)
        self._boxes = np.concatenate([boxes, silent])
        self._start = np.concatenate([start, nowhere])
        self._stop = np.concatenate([stop, nowhere])

    def window(self, text: ParsedText, window: Window) -> SheetWindow:
        rows = np.flatnonzero(window.touches(self._boxes))
        if len(rows) > MAX_CELLS:
            raise TooLarge(
                f"the window holds {len(rows):,} cells, more than the {MAX_CELLS:,} of one "
                "answer: ask for fewer rows or columns",
                param="last_row",
            )
        sheet = self._sheet
        return SheetWindow(
            sheet=sheet.name,
            num_rows=sheet.num_rows,
            num_columns=sheet.num_columns,
            hidden=sheet.is_hidden,
            first_row=window.first_row,
            last_row=window.last_row,
            first_column=window.first_column,
            last_column=window.last_column,
            cells=sorted(self._cells(text, rows), key=lambda cell: (cell.row, cell.column)),
        )

    def _cells(self, text: ParsedText, rows: npt.NDArray[np.intp]) -> Iterator[Cell]:
        starts, stops = self._start[rows], self._stop[rows]
        columns = zip(
            *(text.slices(starts, stops), starts.tolist(), stops.tolist()),
            self._boxes[rows].tolist(),
            strict=True,
        )
        for shown, start, stop, box in columns:
            column, row = int(box[0]), int(box[1])
            yield Cell(
                cell=range_of(box),
                row=row,
                column=column,
                text=shown,
                start=start,
                stop=stop,
                formula=self._sheet.formulas.get(_address(column, row)),
            )


def _silent_formulas(sheet: Sheet, boxes: Floats) -> Floats:
    """Boxes of the cells that have a formula and no text."""
    places = np.array(list(map(_place_of, sheet.formulas)), dtype=np.int64).reshape(-1, 2)
    shown = np.isin(_keys(places), _keys(boxes[:, :2].astype(np.int64)))
    return np.tile(places[~shown], 2).astype(np.float32)


def _keys(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for each column and row: a sheet may have millions of cells."""
    keys: npt.NDArray[np.int64] = places[:, 0] * (1 << 21) + places[:, 1]
    return keys


def _place_of(address: str) -> tuple[int, int]:
    """Column and row of "B7"."""
    found = _ADDRESS.fullmatch(address)
    assert found, address
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


def _address(column: int, row: int) -> str:
    box: Box = (column, row, column, row)
    return range_of(box)
