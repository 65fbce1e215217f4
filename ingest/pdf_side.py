"""Which short blocks stand side by side, each to be read to its end before the next?

An address beside an invoice's particulars, two signatures: too short for columns of prose,
and no table.
"""

from __future__ import annotations

from ingest.pdf_lines import Row, rows_of
from ingest.pdf_words import Fragment

_MIN_ROWS = 3
_GUTTER_EM = 2.0


def with_side_blocks(rows: list[Row]) -> list[list[Row]]:
    """The rows in runs; of blocks that stand side by side, the left one is a run of its own."""
    runs: list[list[Row]] = []
    plain: list[Row] = []
    index = 0
    while index < len(rows):
        stop, gutter = _block(rows, index)
        if gutter is None:
            plain.append(rows[index])
            index += 1
            continue
        fragments = [f for row in rows[index:stop] for f in row]
        runs.extend([plain] if plain else [])
        runs.append(rows_of(f for f in fragments if f.x0 < gutter))
        runs.extend(with_side_blocks(rows_of(f for f in fragments if f.x0 >= gutter)))
        plain, index = [], stop
    runs.extend([plain] if plain else [])
    return runs


def _block(rows: list[Row], start: int) -> tuple[int, float | None]:
    """Where the blocks that begin at a row end, and where the second one begins."""
    if len(rows[start]) < 2:
        return start, None
    low, high = rows[start][0].x1, rows[start][1].x0
    stop, num_both = start + 1, 1
    for row in rows[start + 1 :]:
        left = [f for f in row if f.x0 < high - 1]
        right = [f for f in row if f.x0 >= high - 1]
        reach = max([low, *(f.x1 for f in left)])
        if high - reach < _GUTTER_EM * row[0].size or row[0].y0 - rows[stop - 1][0].y1 > 40:
            break
        low, stop = reach, stop + 1
        num_both += bool(left and right)
    if num_both < _MIN_ROWS or _are_labels([row[0] for row in rows[start:stop] if len(row) > 1]):
        return start, None
    return stop, high - 1


def _are_labels(fragments: list[Fragment]) -> bool:
    """Whether the left block is labels of the right one: "Date:", "Total"."""
    return 2 * sum(f.text.endswith(":") for f in fragments) >= len(fragments)
