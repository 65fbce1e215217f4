"""Which rows of a region make a table of figures, without a ruled line to show it?

Rows that hold figures under figures make a band; the extents of the figures are its columns;
the rows above that stand over those columns are its heads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.pdf_heads import heads_of
from ingest.pdf_labels import joined_labels
from ingest.pdf_lines import Row, box_of, text_of
from ingest.pdf_table import Block, Cell, Interval, Rule, Table, merged, overlap
from ingest.pdf_values import glued, is_period, is_statement, is_value
from ingest.pdf_words import Fragment

_MAX_GAP = 3.5  # line heights between two rows of a table
_MAX_LABEL_ROWS = 7  # rows in a row that hold a label alone
_MAX_HEAD_ROWS = 8
_MAX_HEAD_GAP = 1.3
_SENTENCES = re.compile(r"[^\W\d_]{3}[.!?] [^\W\d_a-z]")


@dataclass(slots=True)
class _Band:
    """Rows [start, stop) with figures in the columns `extents`, and words in `texts` between."""

    start: int
    stop: int
    extents: list[Interval]
    texts: list[Interval] = field(default_factory=list)


def with_number_tables(rows: list[Row], rules: list[Rule]) -> list[Block]:
    """The rows, each run that makes a table of figures taken together as one."""
    cells = [glued(row) for row in rows]
    blocks: list[Block] = []
    done = index = 0
    while index < len(rows):
        band = _band_at(cells, index) if _is_tabular(cells[index]) else None
        head, stop = _head_rows(cells, band, done) if band else (0, 0)
        if band is None or not _is_table(cells, band, cells[head:stop]):
            index += 1
            continue
        blocks.extend(rows[done:head])
        band.start = stop
        blocks.append(_table(cells, band, head, rules))
        done = index = band.stop
    blocks.extend(rows[done:])
    return blocks


def label_of(row: Row, left: float) -> Fragment | None:
    """The fragment that begins the row before the first column of figures."""
    return row[0] if row and row[0].x0 < left and row[0].centre < left else None


def _is_tabular(row: Row) -> bool:
    values = [f for f in row[1:] if is_value(f.text)]
    return bool(values) and not all(is_period(f.text) for f in values)


def _band_at(cells: list[Row], start: int) -> _Band:
    row = cells[start]
    first = row if is_value(row[0].text) and len(row) > 2 else row[1:]
    band = _Band(start, start + 1, merged([(f.x0, f.x1) for f in first if is_value(f.text)]))
    _extend(band, row)
    for index in range(start + 1, len(cells)):
        if _gap(cells[index - 1], cells[index]) > _MAX_GAP:
            break
        if _is_wrapped(cells[index], band):
            band.stop = index + 1
        elif _joins(cells[index], band.extents):
            _extend(band, cells[index])
            band.stop = index + 1
        elif not _is_label_row(cells[index], band.extents) or index - band.stop >= _MAX_LABEL_ROWS:
            break
    return band


def _gap(above: Row, below: Row) -> float:
    """White space between two rows in heights of the lower line."""
    top, bottom = box_of(above)[3], box_of(below)
    return (bottom[1] - top) / max(1.0, bottom[3] - bottom[1])


def _values(row: Row, extents: list[Interval]) -> Row:
    label = label_of(row, extents[0][0])
    return [f for f in row if f is not label and is_value(f.text)]


def _joins(row: Row, extents: list[Interval]) -> bool:
    """Whether the row goes on with the table: its figures stand under the figures above."""
    label = label_of(row, extents[0][0])
    others = [f for f in row if f is not label]
    values = [f for f in others if is_value(f.text)]
    if not others:
        return False
    if values and all(is_period(f.text) for f in values):
        if label is None or label.text.startswith("("):
            return False
        if not any(f for f in others if f not in values) and len(values) > 1:
            return _are_under(values, extents)
    if not values:
        return label is not None and _are_under(others, extents) and label.x1 < extents[0][0]
    num_under = sum(_are_under([f], extents) for f in values)
    return 2 * num_under >= min(len(values), len(extents))


def _are_under(fragments: Row, extents: list[Interval]) -> bool:
    """Whether each stands under exactly one of the columns."""
    return all(sum(overlap((f.x0, f.x1), e) > 0 for e in extents) == 1 for f in fragments)


def _is_prose(row: Row) -> bool:
    """Whether it is a line of sentences, rather than a label however long."""
    num_words = sum(len(fragment.words) for fragment in row)
    return num_words >= 30 or (num_words >= 10 and bool(_SENTENCES.search(text_of(row))))


def _is_label_row(row: Row, extents: list[Interval]) -> bool:
    """Whether it holds no more than a label, or a line of a note right of the figures."""
    if _is_prose(row):
        return False
    labels = [f for f in row if f.x0 <= extents[-1][1]]
    return all(f.x0 < extents[0][0] and f.x1 < extents[0][0] + 2 * f.size for f in labels)


def _is_wrapped(row: Row, band: _Band) -> bool:
    """Whether it is nothing but further lines of words that stand between the figures."""
    return any(map(str.isalnum, text_of(row))) and all(
        any(low - f.size < f.x0 and f.x0 < high for low, high in band.texts)
        and all(overlap((f.x0, f.x1), extent) <= 0 for extent in band.extents)
        for f in row
    )


def _extend(band: _Band, row: Row) -> None:
    left, right = band.extents[0][0], band.extents[-1][1]
    words = [f for f in row if not is_value(f.text) and left < f.x0 < right]
    band.texts = merged(band.texts + [(f.x0, f.x1) for f in words])
    new = [(f.x0, f.x1) for f in _values(row, band.extents)]
    single = [i for i in new if sum(overlap(i, e) > 0 for e in band.extents) <= 1]
    band.extents = merged(band.extents + single)


def _is_table(cells: list[Row], band: _Band, heads: list[Row]) -> bool:
    rows = [r for r in cells[band.start : band.stop] if _values(r, band.extents)]
    labelled = [r for r in rows if label_of(r, band.extents[0][0])]
    if len(band.extents) == 1:
        return len(labelled) >= 3
    if len(rows) >= 3 or (len(rows) == 2 and labelled):
        return True
    return bool(heads) and all(
        any(overlap((f.x0, f.x1), e) > 0 for f in heads[-1]) for e in band.extents
    )


def _head_rows(cells: list[Row], band: _Band, limit: int) -> tuple[int, int]:
    """The rows above the band [first, stop) that stand over its columns; labels may follow."""
    body = cells[band.start : band.stop]
    left, right = min(row[0].x0 for row in body), max(row[-1].x1 for row in body)
    head = band.start
    stop = 0
    for index in range(band.start - 1, max(limit, band.start - _MAX_HEAD_ROWS) - 1, -1):
        if _gap(cells[index], cells[index + 1]) > _MAX_HEAD_GAP:
            break
        if _is_head(cells[index], band.extents, left, right):
            head = index
            stop = stop or index + 1
        elif head - index > 2 or not (
            _is_label_row(cells[index], band.extents) or _is_caption(cells[index], left)
        ):
            break
        elif cells[index][0].text.startswith("(") and not stop:
            stop = index + 1  # "(in millions)" heads the labels
    return (head, stop) if stop > head else (band.start, band.start)


def _is_caption(row: Row, left: float) -> bool:
    """Whether it is a few words alone at the left edge, over a group of rows."""
    return len(row) == 1 and abs(row[0].x0 - left) < row[0].size and len(row[0].words) <= 6


def _is_head(row: Row, extents: list[Interval], left: float, right: float) -> bool:
    start = extents[0][0]
    over = [f for f in row if f.centre >= start or overlap((f.x0, f.x1), extents[0]) > 0]
    if not over or sum(len(f.words) for f in over) > 8 * len(extents) + 4:
        return False
    if any(is_statement(f.text) for f in over):
        return False
    if any(is_value(f.text) and not is_period(f.text) for f in over):
        return False
    if _is_title(row, left, extents):
        return False
    if any(f.x0 < max(left + 0.2 * (start - left), start - 6 * f.size) for f in over):
        before = [f for f in over if f.x0 < left - f.size]
        is_over_first = all(f.x1 < extents[0][1] + f.size for f in before)
        return start <= left + 2 * row[0].size and is_over_first
    return all(f.x1 < max(extents[-1][1] + 6 * f.size, right + f.size) for f in over)


def _is_title(row: Row, left: float, extents: list[Interval]) -> bool:
    """Whether a line is centred over the whole table, labels included."""
    if len(row) > 1 or len(extents) == 1:
        return False
    start, stop = extents[0][0], extents[-1][1]
    off_table = abs(row[0].centre - (left + stop) / 2)
    return off_table < min(0.1 * (stop - left), abs(row[0].centre - (start + stop) / 2))


def _table(cells: list[Row], band: _Band, head: int, rules: list[Rule]) -> Table:
    body = cells[band.start : band.stop]
    columns, label_stop = _columns(body, band.extents)
    head_cells, heads = heads_of(cells[head : band.start], columns, label_stop, rules)
    data = joined_labels([_row_cells(row, columns, label_stop) for row in body])
    return Table(
        rows=head_cells + data,
        num_columns=len(columns),
        num_head_rows=len(head_cells),
        heads=heads,
    )


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
