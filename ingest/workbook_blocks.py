"""Which cells of a sheet stand together?

Blank rows part blocks. Blank columns part them only where both sides look like tables of their
own: a column left blank between labels and numbers is layout, and parting there would take
the labels away from their numbers.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ingest.workbook_cells import CellKind, SheetCells

Cells = npt.NDArray[np.intp]
"""Indices of cells, sorted by row and column."""


def blocks_of(sheet: SheetCells) -> list[Cells]:
    """Every cell is in exactly one block."""
    everything = np.arange(len(sheet.texts))
    return _parts(sheet, everything) if len(everything) else []


def rows_of(sheet: SheetCells, cells: Cells) -> list[Cells]:
    """The cells row by row."""
    return np.split(cells, np.flatnonzero(np.diff(sheet.rows[cells])) + 1)


def _parts(sheet: SheetCells, cells: Cells) -> list[Cells]:
    """Parted by columns, then by rows, until neither parts any further."""
    work, done = [cells], []
    while work:
        part = work.pop()
        smaller = _parted_by_columns(sheet, part)
        if len(smaller) == 1:
            smaller = _parted_by_rows(sheet, part)
        if len(smaller) == 1:
            done.append(part)
        else:
            work.extend(reversed(smaller))
    return done


def _parted_by_rows(sheet: SheetCells, cells: Cells) -> list[Cells]:
    """A range that is merged over a blank row holds its rows together."""
    rows = sheet.rows[cells]
    gaps = np.flatnonzero(np.diff(rows) > 1) + 1
    if not len(gaps):
        return [cells]
    lowest = _lowest_rows(sheet, cells)
    return np.split(cells, gaps[lowest[gaps - 1] < rows[gaps] - 1])


def _lowest_rows(sheet: SheetCells, cells: Cells) -> npt.NDArray[np.int32]:
    """For each cell, the lowest row that it or a cell before it reaches."""
    lowest = sheet.rows[cells].copy()
    if sheet.merges:
        merged = list(sheet.merged_cells)
        for at in np.flatnonzero(np.isin(cells, merged)).tolist():
            lowest[at] = sheet.merged_cells[int(cells[at])][3]
    return np.maximum.accumulate(lowest)


def _parted_by_columns(sheet: SheetCells, cells: Cells) -> list[Cells]:
    columns = sheet.columns[cells]
    occupied = np.unique(columns)
    for before, after in pairwise(occupied.tolist()):
        if after - before == 1 or not _is_wide(occupied, before, after):
            continue
        left, right = cells[columns <= before], cells[columns >= after]
        if _stand_apart(sheet, left, right):
            return [left, right]
    return [cells]


def _is_wide(occupied: npt.NDArray[np.int32], before: int, after: int) -> bool:
    """Whether at least two neighbouring columns stand on each side of the gap."""
    return before - 1 in occupied and after + 1 in occupied


def _stand_apart(sheet: SheetCells, left: Cells, right: Cells) -> bool:
    if any(sheet.box(cell)[2] >= sheet.columns[right].min() for cell in left[:50].tolist()):
        return False
    spans = [(sheet.rows[side].min(), sheet.rows[side].max()) for side in (left, right)]
    if spans[0] != spans[1]:
        return True
    labels = right[sheet.columns[right] == sheet.columns[right].min()][1:]
    texts = sheet.kinds[labels] == CellKind.TEXT
    return len(labels) > 0 and bool(texts.mean() > 0.8)
