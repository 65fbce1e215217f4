"""In which order are the lines of a page read?

Where two columns of prose stand side by side, or two of an index, the left one is read to its
end before the right one: a page falls into regions, each a list of rows from top to bottom.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from ingest.pdf_index import columns_at, index_band
from ingest.pdf_lines import Row, is_rtl, rows_of, text_of
from ingest.pdf_words import Fragment

_MIN_COLUMN_LINES = 5
_MIN_GUTTER = 7.0
_BUCKET = 4.0  # points: how finely gutters are looked for


def regions_of(fragments: list[Fragment]) -> list[list[Row]]:
    """The regions of a page in reading order."""
    return _split_columns(rows_of(fragments), depth=0)


def _split_columns(rows: list[Row], depth: int) -> list[list[Row]]:
    """Regions of the rows: above the first band of columns, its columns, below it."""
    index = index_band(rows) if depth < 6 else None
    band = index or (_band(rows) if depth < 6 else None)
    if band is None:
        return [rows] if rows else []
    start, stop, gutter = band
    columns = (
        _columns(rows[start:stop], gutter)
        if index is None
        else columns_at(rows[start:stop], gutter)
    )
    return [
        *_split_columns(rows[:start], depth + 1),
        *_split_columns(columns[0], depth + 1),
        *_split_columns(columns[1], depth + 1),
        *_split_columns(rows[stop:], depth + 1),
    ]


def _columns(rows: list[Row], gutter: float) -> tuple[list[Row], list[Row]]:
    """What stands before a gutter, and what after it."""
    left = [f for row in rows for f in row if f.centre < gutter]
    right = [f for row in rows for f in row if f.centre >= gutter]
    columns = (rows_of(left), rows_of(right))
    return columns[::-1] if is_rtl(text_of([*left, *right])) else columns


def _band(rows: list[Row]) -> tuple[int, int, float] | None:
    """The tallest run of rows with two columns of prose, and the middle of their gutter."""
    best: tuple[int, int, float] | None = None
    for gutter in _gutters(rows):
        for start, stop in _runs_without(rows, gutter):
            is_taller = best is None or stop - start > best[1] - best[0]
            if is_taller and _are_columns(rows[start:stop], gutter):
                best = (start, stop, gutter)
    return best


def _gutters(rows: list[Row]) -> list[float]:
    """Middles of gaps that enough rows share, the most frequent first."""
    buckets: Counter[int] = Counter()
    for row in rows:
        for left, right in pairwise(row):
            if right.x0 - left.x1 >= _MIN_GUTTER:
                low, high = int(left.x1 / _BUCKET) + 1, int(right.x0 / _BUCKET)
                buckets.update(range(low, high + 1))
    many = [(count, bucket) for bucket, count in buckets.items() if count >= _MIN_COLUMN_LINES]
    if not many:
        for left_edge in _left_edges(rows):  # baselines of the columns need not agree
            many.append((0, int(left_edge / _BUCKET)))
    most = sorted(many, reverse=True)[:24]
    return [bucket * _BUCKET for _, bucket in most]


def _left_edges(rows: list[Row]) -> list[float]:
    edges = Counter(round(fragment.x0) for row in rows for fragment in row)
    common = sorted(edge for edge, count in edges.items() if count >= _MIN_COLUMN_LINES)
    return [edge - _BUCKET for edge in common[1:]]


def _runs_without(rows: list[Row], gutter: float) -> list[tuple[int, int]]:
    """Runs of rows none of which stands in the gutter."""
    runs: list[tuple[int, int]] = []
    start = 0
    for index, row in enumerate(rows):
        if any(f.x0 < gutter < f.x1 for f in row):
            runs.append((start, index))
            start = index + 1
    runs.append((start, len(rows)))
    return [(a, b) for a, b in runs if b - a >= _MIN_COLUMN_LINES]


def _are_columns(rows: list[Row], gutter: float) -> bool:
    left = [f for row in rows for f in row if f.centre < gutter]
    right = [f for row in rows for f in row if f.centre >= gutter]
    return _is_prose(left) and _is_prose(right)


def _is_prose(side: list[Fragment]) -> bool:
    """Whether fragments are lines of running text: long, many, of words rather than figures."""
    if len(side) < _MIN_COLUMN_LINES or (side[0].mono and side[-1].mono):
        return False
    lines = rows_of(side)
    width = max(f.x1 for f in side) - min(f.x0 for f in side)
    fills = [sum(f.x1 - f.x0 for f in line) / width for line in lines]
    words = [sum(len(f.words) for f in line) for line in lines]
    text = "".join(f.text for f in side)
    letters = sum(map(str.isalpha, text))
    return median(fills) > 0.55 and median(words) >= 3.5 and letters > 0.6 * len(text)
