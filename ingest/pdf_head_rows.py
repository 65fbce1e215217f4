"""Which rows above a table of figures are its heads?"""

from __future__ import annotations

from ingest.pdf_band import MAX_GAP, Band, are_under, gap_between, is_label_row
from ingest.pdf_heads import stands_over
from ingest.pdf_lines import Row
from ingest.pdf_table import Interval, overlap
from ingest.pdf_values import is_period, is_statement, is_value
from ingest.pdf_words import Fragment

_MAX_HEAD_ROWS = 8
_MAX_HEAD_GAP = 1.3
_MIN_ROWS = 2  # under heads that stand apart
_OFF_EM = 0.8  # by which a head of its own column stands off it
_MAX_LONE = 4  # lines above a table in which heads may stand apart from it


def head_rows(cells: list[Row], band: Band, limit: int) -> tuple[int, int]:
    """The rows above the band [first, stop) that stand over its columns; labels may follow."""
    body = cells[band.start : band.stop]
    left, right = min(row[0].x0 for row in body), max(row[-1].x1 for row in body)
    head = band.start
    stop = 0
    for index in range(band.start - 1, max(limit, band.start - _MAX_HEAD_ROWS) - 1, -1):
        if gap_between(cells[index], cells[index + 1]) > _MAX_HEAD_GAP:
            break
        if _is_head(cells[index], band.extents, left, right):
            head = index
            stop = stop or index + 1
        elif head - index > 2 or not (
            is_label_row(cells[index], band.extents) or _is_caption(cells[index], left)
        ):
            break
        elif cells[index][0].text.startswith("(") and not stop:
            stop = index + 1  # "(in millions)" heads the labels
    if stop > head:
        return head, stop
    return _lone_heads(cells, band, limit, left)


def heads_all(row: Row, band: Band) -> bool:
    """Whether each column of figures has one head over it, and hardly another is left over."""
    if any(is_value(f.text) or f.text.endswith(":") or len(f.words) > 4 for f in row):
        return False
    over = [[f for f in row if overlap((f.x0, f.x1), extent) > 0] for extent in band.extents]
    for heads, extent in zip(over, band.extents, strict=True):
        if len(heads) != 1 or not stands_over(heads[0], extent, _OFF_EM):
            return False
    return 3 <= len(row) <= 2 * len(band.extents) + 1


def _lone_heads(cells: list[Row], band: Band, limit: int, left: float) -> tuple[int, int]:
    """The rows [first, stop) of heads that stand well above their table, each over a column of
    its own. A line between them and the table may be alone in a column."""
    stop = 0
    if band.stop - band.start < _MIN_ROWS:
        return band.start, band.start
    for index in range(band.start - 1, max(limit, band.start - _MAX_LONE) - 1, -1):
        row = cells[index]
        if gap_between(row, cells[index + 1]) > MAX_GAP:
            break
        if heads_all(row, band):
            return index, stop or index + 1
        if are_under(row, band.extents) and not any(is_value(f.text) for f in row):
            stop = stop or index + 1
        elif stop or len(row) > 1 or not _stands_in(row[0], band, left):
            break
    return band.start, band.start


def _stands_in(fragment: Fragment, band: Band, left: float) -> bool:
    edges = [left, *(low for low, _ in band.texts)]
    return not is_value(fragment.text) and any(abs(fragment.x0 - x) < fragment.size for x in edges)


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
