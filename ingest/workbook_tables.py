"""Which parts of a sheet are tables, and which are titles and notes around them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ingest.workbook_blocks import Cells, blocks_of, rows_of
from ingest.workbook_cells import CellKind, SheetCells
from ingest.workbook_heads import head_rows_of, heads_of

_MAX_TITLE_LENGTH = 100
_MIN_NOTE_LENGTH = 60
_MOST_BLANK_ROWS = 2  # inside of a table whose rows tell that it goes on
_LIKE_SHARE = 0.8
_PLAIN_KINDS = np.arange(len(CellKind))
_PLAIN_KINDS[CellKind.YEAR] = CellKind.NUMBER


@dataclass(frozen=True, slots=True)
class Note:
    """A cell that stands alone; a title where it leads a table."""

    cell: int
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are the rows that hold text, `heads` the head cells by column of the sheet."""

    rows: list[Cells]
    first_column: int
    num_columns: int
    num_head_rows: int
    heads: Mapping[int, list[int]]


def parts_of(sheet: SheetCells, *, expects_head: bool = False) -> list[Note | Table]:
    """In reading order; every cell of the sheet is in exactly one part."""
    parts: list[Note | Table] = []
    for block in blocks_of(sheet):
        before = parts[-1] if parts else None
        if isinstance(before, Table) and _continues(sheet, before, block):
            before.rows.extend(rows_of(sheet, block))
        else:
            parts.extend(_parts_of_block(sheet, rows_of(sheet, block), expects_head))
    return parts


def _parts_of_block(sheet: SheetCells, rows: list[Cells], expects_head: bool) -> list[Note | Table]:
    columns = np.unique(sheet.columns[np.concatenate(rows)])
    if len(columns) == 1:
        return _column_parts(sheet, rows, expects_head)
    first, last = _bounds_of_table(sheet, rows)
    titles = [Note(int(row[0]), _is_title(sheet, int(row[0]))) for row in rows[:first]]
    notes = [Note(int(row[0])) for row in rows[last:]]
    return [*titles, *_tables(sheet, rows[first:last], expects_head), *notes]


def _column_parts(sheet: SheetCells, rows: list[Cells], expects_head: bool) -> list[Note | Table]:
    """A single column is a table where a head stands over numbers or dates, else it is notes."""
    kinds = sheet.kinds[np.concatenate(rows)]
    is_list = len(rows) > 2 and bool((kinds[1:] != CellKind.TEXT).mean() >= 0.6)
    if expects_head or is_list:
        return [*_tables(sheet, rows, expects_head)]
    return [Note(int(row[0])) for row in rows]


def _tables(sheet: SheetCells, rows: list[Cells], expects_head: bool) -> list[Table]:
    """The table, and before it the rows that stand above its heads, as one without heads."""
    head_rows = head_rows_of(sheet, rows, expects_head=expects_head)
    above, rows = rows[: head_rows.start], rows[head_rows.start :]
    table = _table(sheet, rows, len(head_rows))
    return [_table(sheet, above, 0), table] if above else [table]


def _table(sheet: SheetCells, rows: list[Cells], num_head_rows: int) -> Table:
    columns = sheet.columns[np.concatenate(rows)]
    first, last = int(columns.min()), int(columns.max())
    heads = heads_of(sheet, rows[:num_head_rows])
    return Table(list(rows), first, last - first + 1, num_head_rows, heads)


def _bounds_of_table(sheet: SheetCells, rows: list[Cells]) -> tuple[int, int]:
    """The rows, one at least, between the titles that lead a block and the long notes that end
    it."""
    left = min(int(sheet.columns[row[0]]) for row in rows)
    first, last = 0, len(rows)
    while first < last - 1 and (
        _is_alone(sheet, rows[first], left) or _is_lone_number(sheet, rows[first])
    ):
        first += 1
    while (
        last > first + 1
        and _is_alone(sheet, rows[last - 1], left)
        and (len(sheet.texts[rows[last - 1][0]]) > _MIN_NOTE_LENGTH)
    ):
        last -= 1
    return first, last


def _is_alone(sheet: SheetCells, row: Cells, left: int) -> bool:
    """Whether a row is one text at the left edge."""
    return (
        len(row) == 1
        and int(sheet.columns[row[0]]) == left
        and int(sheet.kinds[row[0]]) == CellKind.TEXT
    )


def _is_lone_number(sheet: SheetCells, row: Cells) -> bool:
    return len(row) == 1 and int(sheet.kinds[row[0]]) == CellKind.NUMBER


def _is_title(sheet: SheetCells, cell: int) -> bool:
    text = sheet.texts[cell]
    if sheet.kinds[cell] != CellKind.TEXT:
        return False
    return len(text) <= _MAX_TITLE_LENGTH and not text.endswith(".")


def _continues(sheet: SheetCells, table: Table, block: Cells) -> bool:
    """Whether a block after a blank row goes on with the table above it: within its columns, and
    made of the kinds of cells that stand in them.

    Its first row tells, or, where little is blank between them, all rows, under a label that may
    stand alone: a row of words over numbers is a head, and begins another table.
    """
    if not table.num_head_rows:
        return False
    columns = sheet.columns[block]
    last_column = table.first_column + table.num_columns - 1
    if columns.min() < table.first_column or columns.max() > last_column:
        return False
    rows = rows_of(sheet, block)
    first = rows[0]
    if len(first) > 1 and sheet.is_bold[first].all():
        return False
    kinds = _data_kinds(sheet, table)
    if len(first) > 1 and all(_agrees(sheet, cell, kinds) for cell in first.tolist()):
        return True
    return _is_near(sheet, table, first) and _is_like(sheet, rows, kinds)


def _is_near(sheet: SheetCells, table: Table, row: Cells) -> bool:
    return int(sheet.rows[row[0]]) - int(sheet.rows[table.rows[-1][0]]) <= _MOST_BLANK_ROWS + 1


def _is_like(sheet: SheetCells, rows: list[Cells], kinds: dict[int, int]) -> bool:
    """Whether nearly all cells are of the kind of their column, numbers or dates among them, and
    those of the first row are, unless it is one label. A column that was blank so far says
    nothing."""
    label, rest = (rows[0], rows[1:]) if len(rows[0]) == 1 else (None, rows)
    if not rest or (label is not None and sheet.kinds[label[0]] != CellKind.TEXT):
        return False
    known = [[cell for cell in row.tolist() if int(sheet.columns[cell]) in kinds] for row in rest]
    if not all(_agrees(sheet, cell, kinds) for cell in known[0]):
        return False
    cells = [cell for row in known for cell in row]
    agreeing = [cell for cell in cells if _agrees(sheet, cell, kinds)]
    has_values = any(kinds[int(sheet.columns[cell])] != CellKind.TEXT for cell in agreeing)
    return has_values and len(agreeing) >= _LIKE_SHARE * len(cells)


def _agrees(sheet: SheetCells, cell: int, kinds: dict[int, int]) -> bool:
    """An error may stand for anything."""
    kind = kinds.get(int(sheet.columns[cell]))
    own = _PLAIN_KINDS[int(sheet.kinds[cell])]
    return kind is not None and own in (kind, CellKind.ERROR)


def _data_kinds(sheet: SheetCells, table: Table) -> dict[int, int]:
    """The most common kind of each column under the heads, by the first rows."""
    sample = table.rows[table.num_head_rows :][:60]
    if not sample:
        return {}
    cells = np.concatenate(sample)
    columns, kinds = sheet.columns[cells], _PLAIN_KINDS[sheet.kinds[cells]]
    return {
        int(column): int(np.bincount(kinds[columns == column]).argmax())
        for column in np.unique(columns)
    }
