"""Which rows of a region make a table of words: definitions, price lists, votes?

Only clear ones: three rows or more whose cells begin, end or centre on common lines, with a
gutter that nothing crosses; and labels, each over its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf_lines import Row, box_of
from ingest.pdf_table import Block, Cell, Interval, Table, merged, overlap
from ingest.pdf_values import is_value
from ingest.pdf_words import Fragment

_MIN_ROWS = 3
_MIN_GUTTER_EM = 1.0
_MAX_SINGLES = 6  # lines in a row with one cell: a wrapped cell
_APART = 0.9  # line heights that part labels and values from what follows
_MAX_GAP = 2.5  # line heights between two rows


@dataclass(slots=True)
class _Band:
    start: int
    stop: int
    columns: list[Interval]


def with_text_tables(blocks: list[Block]) -> list[Block]:
    """The blocks, each run of lines that makes a table of words taken together as one."""
    done: list[Block] = []
    run: list[Row] = []
    for block in blocks:
        if isinstance(block, Table):
            done.extend(_tables_in(run))
            done.append(block)
            run = []
        else:
            run.append(block)
    return done + _tables_in(run)


def _tables_in(rows: list[Row]) -> list[Block]:
    blocks: list[Block] = []
    done = index = 0
    while index < len(rows):
        if _is_pair(rows[index : index + 2]) and (pair := _pair(rows[index:])):
            blocks.extend(rows[done:index])
            blocks.append(pair[0])
            done = index = index + pair[1]
            continue
        band = _band_at(rows, index) if len(rows[index]) > 1 else None
        if band is None or not _is_table(rows[band.start : band.stop], band.columns):
            index += 1
            continue
        blocks.extend(rows[done:index])
        blocks.append(_table(rows[band.start : band.stop], band.columns))
        done = index = band.stop
    blocks.extend(rows[done:])
    return blocks


def _band_at(rows: list[Row], start: int) -> _Band:
    band = _Band(start, start + 1, [(f.x0, f.x1) for f in rows[start]])
    for index in range(start + 1, len(rows)):
        row = rows[index]
        if _gap(rows[index - 1], row) > _MAX_GAP or index - band.stop > _MAX_SINGLES:
            break
        columns = merged(_padded(band.columns) + _padded([(f.x0, f.x1) for f in row]))
        columns = [(low, high - row[0].size * _MIN_GUTTER_EM) for low, high in columns]
        if len(columns) < max(2, len(band.columns) if len(row) == 1 else 2):
            break
        if len(row) > 1 or _is_wrapped(row, band.columns):
            if len(row) > 1 and len(columns) < len(band.columns):
                break
            band.columns = columns
            band.stop = index + 1
        else:
            break
    while band.stop - band.start > 1 and not _ends_well(rows[band.stop - 1], band.columns):
        band.stop -= 1
    return band


def _is_pair(rows: list[Row]) -> bool:
    """Whether the upper line labels the words under it: "Date: | Due date:" over two dates."""
    if len(rows) < 2 or len(rows[0]) < 2 or len(rows[0]) != len(rows[1]):
        return False
    labels, values = rows[:2]
    are_marked = all(f.text.endswith(":") for f in labels) or (
        all(f.bold for f in labels) and not any(f.bold for f in values)
    )
    return (
        are_marked
        and not any(f.text.endswith(":") or f.mono for f in values)
        and all(_stand_under(label, value) for label, value in zip(labels, values, strict=True))
        and _gap(labels, values) < 1.0
    )


def _stand_under(label: Fragment, value: Fragment) -> bool:
    """Whether they share the left edge, the right edge or the middle."""
    offs = (value.x0 - label.x0, value.x1 - label.x1, value.centre - label.centre)
    return min(map(abs, offs)) < 0.4 * label.size and len(value.words) <= 6


def _pair(rows: list[Row]) -> tuple[Table, int] | None:
    """The labels with their values, one of which may be wrapped, and how many lines that took.
    None where more lines follow closely: it is a table with a row of heads."""
    heads = [Cell(column, [f]) for column, f in enumerate(rows[0])]
    cells = [Cell(column, [f]) for column, f in enumerate(rows[1])]
    count = 2
    while count < len(rows) and len(rows[count]) == 1:
        cell = _cell_over(rows[count][0], cells[1:])
        if cell is None or _gap(rows[count - 1], rows[count]) >= _APART:
            break
        cell.lines.append(rows[count][0])
        count += 1
    end = box_of(rows[count - 1])[3]
    if count < len(rows) and box_of(rows[count])[1] - end < _APART * rows[0][0].size:
        return None
    return Table([heads, cells], len(heads), 1, [[head] for head in heads]), count


def _cell_over(fragment: Fragment, cells: list[Cell]) -> Cell | None:
    """The cell that a line goes on with: it stands under it, in the same type."""
    for cell in cells:
        first = cell.lines[0]
        if fragment.bold == first.bold and _stand_under(first, fragment):
            return cell
    return None


def _padded(intervals: list[Interval]) -> list[Interval]:
    """Intervals widened to the right by the least gutter, so that what is nearer merges."""
    return [(low, high + 10.0 * _MIN_GUTTER_EM) for low, high in intervals]


def _gap(above: Row, below: Row) -> float:
    bottom = box_of(below)
    return (bottom[1] - box_of(above)[3]) / max(1.0, bottom[3] - bottom[1])


def _is_wrapped(row: Row, columns: list[Interval]) -> bool:
    """Whether a line with one cell begins where a column does."""
    return any(abs(row[0].x0 - low) < 1.0 * row[0].size for low, _ in columns)


def _ends_well(row: Row, columns: list[Interval]) -> bool:
    return len(row) > 1 or overlap((row[0].x0, row[0].x1), columns[0]) <= 0


def _is_table(rows: list[Row], columns: list[Interval]) -> bool:
    full = [row for row in rows if len(row) > 1]
    if len(full) < _MIN_ROWS or full[0][0].mono or len(columns) < 2:
        return False
    if 2 * len(full) < len(rows) and median(len(row[0].words) for row in full) > 4:
        return False
    return all(_is_aligned(full, column) for column in columns)


def _is_aligned(rows: list[Row], column: Interval) -> bool:
    """Whether most of a column's cells share a left edge, a right edge or a middle."""
    cells = [f for row in rows for f in row if overlap((f.x0, f.x1), column) > 0]
    if len(cells) < 2:
        return False
    tolerance = 0.4 * cells[0].size
    for edges in ([f.x0 for f in cells], [f.x1 for f in cells], [f.centre for f in cells]):
        centre = median(edges)
        if sum(abs(edge - centre) <= tolerance for edge in edges) >= 0.75 * len(edges):
            return True
    return False


def _table(rows: list[Row], columns: list[Interval]) -> Table:
    grouped: list[dict[int, Cell]] = []
    groups = _row_starts(rows, columns)
    for index, row in enumerate(rows):
        if index in groups:
            grouped.append({})
        for fragment in row:
            here = (fragment.x0, fragment.x1)
            column = max(range(len(columns)), key=lambda i: overlap(here, columns[i]))
            grouped[-1].setdefault(column, Cell(column, [])).lines.append(fragment)
    cells = [[group[column] for column in sorted(group)] for group in grouped]
    return with_first_row_as_head(Table(rows=cells, num_columns=len(columns)))


def _row_starts(rows: list[Row], columns: list[Interval]) -> set[int]:
    """Rows of the page that begin a row of the table; the others go on with it."""
    gaps = [_gap(above, below) for above, below in pairwise(rows)]
    low, high = min(gaps), max(gaps)
    has_steps = high - low > 0.3 and any(len(row) == 1 for row in rows)
    starts = {0}
    for index, row in enumerate(rows[1:], start=1):
        begins = overlap((row[0].x0, row[0].x1), columns[0]) > 0
        is_apart = gaps[index - 1] > (low + high) / 2
        if (has_steps and is_apart) or (begins and (len(row) > 1 or not has_steps)):
            starts.add(index)
    return starts


def with_first_row_as_head(table: Table) -> Table:
    """The table with its first row as heads where it is bold and the rest is not."""
    first, rest = table.rows[0], table.rows[1:]
    table.heads = [[] for _ in range(table.num_columns)]
    is_bold = all(f.bold and not is_value(f.text) for cell in first for f in cell.lines)
    others = [f for row in rest for cell in row for f in cell.lines]
    if len(first) < 2 or not is_bold or all(f.bold for f in others):
        return table
    table.num_head_rows = 1
    for cell in first:
        table.heads[cell.column] = [cell]
    return table
