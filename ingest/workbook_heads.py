"""Which of a table's top rows are heads, and which heads stand over which column?

Heads are told by what they stand over: words over numbers, a bold row over plain ones, groups
over a full row. Where nothing tells, a table has no heads: data taken for heads would be
repeated with every row as what it is not.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ingest.workbook_blocks import Cells
from ingest.workbook_cells import Bytes, CellKind, SheetCells

_MAX_ROWS_ABOVE_DATA = 10
_SAMPLE_ROWS = 60
_MAX_HEAD_LENGTH = 120
_NO_HEADS = range(0)


def head_rows_of(sheet: SheetCells, rows: list[Cells], *, expects_head: bool = False) -> range:
    """The rows that are heads; rows before them are notes.

    `expects_head` says that the first row is the head if it can be one, as in a CSV file.
    """
    if len(rows) < 2:
        return _NO_HEADS
    main = _main_head_row(sheet, rows, expects_head)
    if main is None or any(len(sheet.texts[cell]) > _MAX_HEAD_LENGTH for cell in rows[main]):
        return _NO_HEADS
    first, stop = main, main + 1
    while first > 0 and _is_group_row(sheet, rows[first - 1], rows[first]):
        first -= 1
    while stop < len(rows) - 1 and _is_second_bold_row(sheet, rows, stop):
        stop += 1
    return range(first, stop)


def heads_of(sheet: SheetCells, head_rows: list[Cells]) -> dict[int, list[int]]:
    """The head cells over each column of the sheet, from the top down."""
    heads: dict[int, list[int]] = {}
    for number, row in enumerate(head_rows):
        lower = head_rows[number + 1] if number + 1 < len(head_rows) else None
        for cell, columns in _spans(sheet, row, lower):
            for column in columns:
                heads.setdefault(column, []).append(cell)
    return heads


def _main_head_row(sheet: SheetCells, rows: list[Cells], expects_head: bool) -> int | None:
    """The lowest level of heads: the fullest row above the data."""
    num_above = _num_rows_above_data(sheet, rows)
    bold = _bold_head_row(sheet, rows, max(num_above, 1))
    if bold is not None:
        return bold
    if num_above == 0:
        return None
    if expects_head or num_above > _MAX_ROWS_ABOVE_DATA or num_above == len(rows):
        return 0 if _is_head(sheet, rows, 0, expects_head) else None
    fills = [_num_cells_over(sheet, rows[:num_above], row) for row in range(num_above)]
    main = fills.index(max(fills))
    while main + 1 < num_above and _fills_blanks(sheet, rows[main], rows[main + 1]):
        main += 1
    return main if _is_head(sheet, rows, main, expects_head) else None


def _num_rows_above_data(sheet: SheetCells, rows: list[Cells]) -> int:
    """How many rows at the top are made of words, and of years or dates over something else."""
    below = _kinds_below(sheet, rows, 0)
    for number, row in enumerate(rows[: _MAX_ROWS_ABOVE_DATA + 1]):
        if not _is_head_like(sheet, row, below):
            return number
    return min(len(rows), _MAX_ROWS_ABOVE_DATA + 1)


def _bold_head_row(sheet: SheetCells, rows: list[Cells], num_above: int) -> int | None:
    """The first bold row that stands over one that is not, and is as wide."""
    for number, (row, lower) in enumerate(pairwise(rows[: num_above + 1])):
        if len(row) > 1 and sheet.is_bold[row].all() and not sheet.is_bold[lower].all():
            return number if len(row) >= 0.5 * len(lower) else None
    return None


def _is_head(sheet: SheetCells, rows: list[Cells], main: int, expects_head: bool) -> bool:
    return _is_wide(sheet, rows, main) and (
        _stands_over_data(sheet, rows, main, expects_head)
        or _is_title_row(sheet, rows, main, expects_head)
    )


def _is_wide(sheet: SheetCells, rows: list[Cells], main: int) -> bool:
    """Whether a row stands over half of the columns at least: one that does not is a title."""
    covered = {column for _, span in _spans(sheet, rows[main], None) for column in span}
    below = _kinds_below(sheet, rows, main)
    return len(covered & below.keys()) >= 0.5 * len(below)


def _num_cells_over(sheet: SheetCells, above: list[Cells], number: int) -> int:
    """The cells of a row, and those merged down into it."""
    row = int(sheet.rows[above[number][0]])
    reaching = sum(sheet.box(cell)[3] >= row for upper in above[:number] for cell in upper.tolist())
    return len(above[number]) + reaching


def _fills_blanks(sheet: SheetCells, upper: Cells, lower: Cells) -> bool:
    """Whether the lower row heads columns that the upper one leaves blank."""
    return len(lower) > 1 and not set(sheet.columns[lower]) <= set(sheet.columns[upper])


def _spans(sheet: SheetCells, row: Cells, lower: Cells | None) -> list[tuple[int, range]]:
    """A merged head spans its range. One that is not merged but has heads below it spans to the
    next one of its row, which is how groups are often laid out."""
    lower_columns = set() if lower is None else set(sheet.columns[lower].tolist())
    spans = []
    starts = [*sheet.columns[row].tolist(), max(lower_columns, default=0) + 1]
    for at, cell in enumerate(row.tolist()):
        left, _, right, _ = sheet.box(cell)
        if left == right and left in lower_columns:
            right = max(right, starts[at + 1] - 1)
        spans.append((cell, range(left, right + 1)))
    return spans


def _kinds_below(sheet: SheetCells, rows: list[Cells], head: int) -> dict[int, Bytes]:
    """For each column, the kinds of its cells under a row."""
    sample = np.concatenate(rows[head + 1 : head + 1 + _SAMPLE_ROWS])
    columns = sheet.columns[sample]
    return {int(column): sheet.kinds[sample[columns == column]] for column in np.unique(columns)}


def _is_head_like(sheet: SheetCells, row: Cells, below: dict[int, Bytes]) -> bool:
    for cell in row.tolist():
        kind = sheet.kinds[cell]
        if kind == CellKind.TEXT:
            continue
        if kind not in (CellKind.YEAR, CellKind.DATE):
            return False
        under = below.get(int(sheet.columns[cell]))
        if under is not None and (under == kind).mean() > 0.5:
            return False
    return len(row) > 1 or bool((sheet.kinds[row] == CellKind.TEXT).any())


def _stands_over_data(sheet: SheetCells, rows: list[Cells], main: int, expects_head: bool) -> bool:
    """Whether words stand over a column that is mostly not words. Of only two columns, the
    first row may be the first pair of a name and its value, so they are held to more."""
    below = _kinds_below(sheet, rows, main)
    is_pair = len(below) == 2 and not expects_head
    for _, span in _spans(sheet, rows[main], None):
        for under in (below[column] for column in span if column in below):
            share = (under != CellKind.TEXT).mean()
            if share >= (0.9 if is_pair else 0.6) and len(under) >= (2 if is_pair else 1):
                return True
    return False


def _is_title_row(sheet: SheetCells, rows: list[Cells], main: int, expects_head: bool) -> bool:
    """Whether a row heads a table of nothing but words: full, and of distinct words."""
    titles = [sheet.texts[cell] for cell in rows[main].tolist()]
    columns = np.unique(sheet.columns[np.concatenate(rows[main : main + _SAMPLE_ROWS])])
    if len(set(titles)) < len(titles) or len(titles) < 0.8 * len(columns):
        return False
    return expects_head or len(columns) > 2


def _is_group_row(sheet: SheetCells, upper: Cells, lower: Cells) -> bool:
    """Whether each head of the upper row spans several of the lower one, or has none below it;
    one in four may stand over a single one."""
    if len(upper) >= len(lower) + sum(sheet.box(cell)[1] < sheet.box(cell)[3] for cell in upper):
        return False
    lower_columns = set(sheet.columns[lower].tolist())
    spans = [columns for _, columns in _spans(sheet, upper, lower)]
    single = sum(len(span) == 1 and span[0] in lower_columns for span in spans)
    return any(len(span) > 1 for span in spans) and single <= len(spans) // 4


def _is_second_bold_row(sheet: SheetCells, rows: list[Cells], number: int) -> bool:
    """Whether heads go on in a row of the same bold, above one that is not."""
    above, row, lower = rows[number - 1 : number + 2]
    return (
        len(row) > 1
        and bool(sheet.is_bold[above].all() and sheet.is_bold[row].all())
        and bool((sheet.kinds[row] == CellKind.TEXT).all())
        and not sheet.is_bold[lower].all()
    )
