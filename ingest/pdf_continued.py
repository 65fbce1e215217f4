"""Does a table go on with the one before it, under the heads that stand there?"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.normalise import normalise
from ingest.pdf_table import Cell, Interval, Table, overlap
from schemas.document import Grid

Heads = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A table that stands in the text. `extents` are its columns on the page; `head_rows` the
    texts of the heads and `head_table` the table they were printed in."""

    grid: Grid
    extents: tuple[Interval, ...]
    head_table: Table

    @classmethod
    def of(cls, table: Table, grid: Grid, before: Written | None) -> Written:
        extents = _extents(table)
        if before is None:
            return cls(grid, tuple(extents), table)
        both = [
            (min(one[0], other[0]), max(one[1], other[1])) if other else one
            for one, other in zip(before.extents, _sparse_extents(table), strict=True)
        ]
        return cls(grid, tuple(both), before.head_table)


def continued(before: Written | None, table: Table, page: int) -> Heads | None:
    """The heads that a table without any carries on from the page before, or from the same page
    where all its columns are those, its cells moved to the columns they go on with. Heads that
    are printed again are marked as heads in `table`.

    None where it goes on with nothing, or has its heads.
    """
    if before is None or page - before.grid.place not in (0, 1) or not any(before.grid.heads):
        return None
    if page == before.grid.place and not 3 <= len(before.extents) == table.num_columns:
        return None
    if any(table.heads) or _repeats_heads(before.head_table, table):
        return None
    columns = _columns(before.extents, _extents(table))
    if columns is None:
        return None
    for cell in (cell for row in table.rows for cell in row):
        cell.column = columns[cell.column]
    table.num_columns = len(before.extents)
    return before.grid.heads


def _repeats_heads(before: Table, table: Table) -> bool:
    """Whether the first rows say what the heads before say; they become the table's heads."""
    count = before.num_head_rows
    if not count or len(table.rows) <= count or table.num_columns != before.num_columns:
        return False
    if [_told(row) for row in before.rows[:count]] != [_told(row) for row in table.rows[:count]]:
        return False
    twins = {
        id(cell): twin
        for row, again in zip(before.rows[:count], table.rows[:count], strict=True)
        for cell, twin in zip(row, again, strict=True)
    }
    table.heads = [[twins[id(cell)] for cell in column] for column in before.heads]
    table.num_head_rows = count
    return True


def _told(row: list[Cell]) -> list[tuple[int, str]]:
    return [(cell.column, normalise(" ".join(f.text for f in cell.lines))) for cell in row]


def _columns(before: tuple[Interval, ...], here: list[Interval]) -> list[int] | None:
    """The column that each one goes on with, where all stand under one of their own."""
    if len(here) < 2 or 3 * len(here) < 2 * len(before):
        return None
    found: list[int] = []
    for extent in here:
        under = [i for i, other in enumerate(before) if overlap(extent, other) > 0]
        if len(under) != 1 or (found and under[0] <= found[-1]):
            return None
        found += under
    return found


def _extents(table: Table) -> list[Interval]:
    return [extent or (0.0, 0.0) for extent in _sparse_extents(table)]


def _sparse_extents(table: Table) -> list[Interval | None]:
    """From where to where each column's cells reach, heads that span several left out."""
    extents: list[Interval | None] = [None] * table.num_columns
    spanning = {
        id(cell)
        for column in table.heads
        for cell in column
        if sum(cell in other for other in table.heads) > 1
    }
    for cell in (cell for row in table.rows for cell in row if id(cell) not in spanning):
        low, high = min(f.x0 for f in cell.lines), max(f.x1 for f in cell.lines)
        known = extents[cell.column]
        extents[cell.column] = (min(low, known[0]), max(high, known[1])) if known else (low, high)
    return extents
