"""Which rows of a region make a table of figures, without a ruled line to show it?

Rows that hold figures under figures make a band; the extents of the figures are its columns;
the rows above that stand over those columns are its heads.
"""

from __future__ import annotations

from ingest.pdf_band import Band, band_at, label_of, values_of
from ingest.pdf_head_rows import head_rows, heads_all
from ingest.pdf_heads import heads_of
from ingest.pdf_labels import joined_labels
from ingest.pdf_lines import Row
from ingest.pdf_table import Block, Cell, Interval, Rule, Table, merged, overlap
from ingest.pdf_values import glued, is_period, is_value


def with_number_tables(rows: list[Row], rules: list[Rule]) -> list[Block]:
    """The rows, each run that makes a table of figures taken together as one."""
    cells = [glued(row) for row in rows]
    blocks: list[Block] = []
    done = index = 0
    while index < len(rows):
        band = band_at(cells, index) if _is_tabular(cells[index]) else None
        head, stop = head_rows(cells, band, done) if band else (0, 0)
        if band is None or not _is_table(cells, band, cells[head:stop]):
            index += 1
            continue
        blocks.extend(rows[done:head])
        band.start = stop
        blocks.append(_table(cells, band, head, rules))
        done = index = band.stop
    blocks.extend(rows[done:])
    return blocks


def _is_tabular(row: Row) -> bool:
    values = [f for f in row[1:] if is_value(f.text)]
    return bool(values) and not all(is_period(f.text) for f in values)


def _is_table(cells: list[Row], band: Band, heads: list[Row]) -> bool:
    rows = [r for r in cells[band.start : band.stop] if values_of(r, band.extents)]
    labelled = [r for r in rows if label_of(r, band.extents[0][0])]
    if len(band.extents) == 1:
        return len(labelled) >= 3
    if len(rows) >= 3 or (len(rows) == 2 and labelled):
        return True
    return bool(heads) and all(
        any(overlap((f.x0, f.x1), e) > 0 for f in heads[-1]) for e in band.extents
    )


def _table(cells: list[Row], band: Band, head: int, rules: list[Rule]) -> Table:
    body = cells[band.start : band.stop]
    columns, label_stop = _columns(body, band.extents)
    if head < band.start and heads_all(cells[head], band):
        columns = _with_empty(columns, label_stop, cells[head])
    head_cells, heads = heads_of(cells[head : band.start], columns, label_stop, rules)
    data = joined_labels([_row_cells(row, columns, label_stop) for row in body])
    return Table(
        rows=head_cells + data,
        num_columns=len(columns),
        num_head_rows=len(head_cells),
        heads=heads,
    )


def _with_empty(columns: list[Interval], label_stop: float, heads: Row) -> list[Interval]:
    """The columns, and those of heads that no row has anything under."""
    over = [(f.x0, f.x1) for f in heads if f.x0 > label_stop]
    empty = [head for head in over if all(overlap(head, column) <= 0 for column in columns)]
    return sorted(columns + empty)


def _columns(body: list[Row], extents: list[Interval]) -> tuple[list[Interval], float]:
    """All columns from left to right, and where the labels' column ends."""
    start = extents[0][0]
    labels = [f for row in body if (f := label_of(row, start))]
    texts = [
        (f.x0, f.x1)
        for row in body
        for f in row
        if f not in labels and all(overlap((f.x0, f.x1), e) <= 0 for e in extents)
    ]
    columns = merged(extents + [t for t in texts if t[0] > start])
    if not labels:
        return merged(columns + texts), float("-inf")
    stop = min(start, max(f.x1 for f in labels))
    between = merged([t for t in texts if t[0] <= start])
    if between:
        stop = min(stop, min(t[0] for t in between))
    return [(min(f.x0 for f in labels), stop), *merged(between + columns)], stop


def _row_cells(row: Row, columns: list[Interval], label_stop: float) -> list[Cell]:
    cells: dict[int, Cell] = {}
    for index, fragment in enumerate(row):
        here = (fragment.x0, fragment.x1)
        best = max(range(len(columns)), key=lambda i: overlap(here, columns[i]))
        column = 0 if index == 0 and fragment.centre < label_stop else best
        cells.setdefault(column, Cell(column, [])).lines.append(fragment)
    return [cells[column] for column in sorted(cells)]
