"""In which order are the lines of a page read?

Fragments that share a baseline make a row. Where two columns of prose stand side by side,
the left one is read to its end before the right one: a page falls into regions, each a list
of rows from top to bottom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from ingest.pdf_words import Fragment, Word

Row = list[Fragment]
"""Fragments of one visual line, from left to right."""

_MARKER = re.compile(
    r"^([•●○◦\uf000-\uf0ff▪■□◆►➢✓✔\-–—*·o]|\(?[a-zA-Z0-9]{1,2}[.)]|\(?[ivxIVX]{1,5}[.)]|\d+(\.\d+)+\.?)$"
)
_LEADER = re.compile(r"^[.·…_]{3,}$|^\.$|^…$")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SAME_ROW = 0.4  # of the lower fragment's height, between the middles of two
_JOIN_EM = 0.6  # between fragments of one line: a narrower gap is a blank
_MIN_COLUMN_LINES = 5
_MIN_GUTTER = 7.0
_BUCKET = 4.0  # points: how finely gutters are looked for


def regions_of(fragments: list[Fragment]) -> list[list[Row]]:
    """The regions of a page in reading order."""
    return _split_columns(rows_of(fragments), depth=0)


def rows_of(fragments: Iterable[Fragment]) -> list[Row]:
    rows: list[Row] = []
    tallest: Fragment | None = None
    for fragment in sorted(fragments, key=lambda f: (f.middle, f.x0)):
        if tallest is not None and _is_same_row(tallest, fragment):
            rows[-1].append(fragment)
            tallest = max(tallest, fragment, key=lambda f: f.y1 - f.y0)
        else:
            rows.append([fragment])
            tallest = fragment
    return [_mended(row) for row in rows]


def box_of(row: Row) -> tuple[float, float, float, float]:
    return (
        min(f.x0 for f in row),
        min(f.y0 for f in row),
        max(f.x1 for f in row),
        max(f.y1 for f in row),
    )


def text_of(row: Row) -> str:
    return " ".join(fragment.text for fragment in row)


def is_marker(text: str) -> bool:
    """Whether it is what a list item begins with: a bullet, "(a)", "2.1"."""
    return bool(_MARKER.match(text))


def is_rtl(text: str) -> bool:
    return len(_RTL.findall(text)) * 2 > sum(map(str.isalpha, text))


def _is_same_row(one: Fragment, other: Fragment) -> bool:
    """Whether two share a baseline, or the lower is a mark raised or sunk beside the taller."""
    low, high = sorted((one.y1 - one.y0, other.y1 - other.y0))
    share = _SAME_ROW * low if low > 0.8 * high else 0.35 * high
    return abs(one.middle - other.middle) < share


def _mended(row: Row) -> Row:
    """The row with fragments joined that no wide gap parts, and list markers with their item."""
    if len(row) == 1 and "." not in row[0].text:
        return row
    row.sort(key=lambda f: f.x0)
    if any(is_rtl(fragment.text) for fragment in row):
        return row
    parts: Row = []
    for fragment in row:
        words = _without_leaders(fragment.words)
        if parts and words and words[0].x0 - parts[-1].x1 < _JOIN_EM * words[0].size:
            parts[-1] = Fragment(parts[-1].words + words)
        elif words:
            parts.append(Fragment(words))
    if not parts:
        return row
    if len(parts) > 1 and is_marker(parts[0].text) and _is_near(parts[0], parts[1]):
        parts[:2] = [Fragment(parts[0].words + parts[1].words)]
    return parts


def _is_near(marker: Fragment, item: Fragment) -> bool:
    return item.x0 - marker.x1 < 4 * item.size


def _without_leaders(words: list[Word]) -> list[Word]:
    """The words less the dots that lead the eye to a page number: they are drawing, not text."""
    if sum(bool(_LEADER.match(word.text)) for word in words) == 0:
        return words
    dots = Counter(word.text for word in words if _LEADER.match(word.text))
    if dots["."] in (1, 2):
        return [word for word in words if not _LEADER.match(word.text) or word.text == "."]
    return [word for word in words if not _LEADER.match(word.text)]


def _split_columns(rows: list[Row], depth: int) -> list[list[Row]]:
    """Regions of the rows: above the first band of columns, its columns, below it."""
    band = _band(rows) if depth < 6 else None
    if band is None:
        return [rows] if rows else []
    start, stop, gutter = band
    left = [f for row in rows[start:stop] for f in row if f.centre < gutter]
    right = [f for row in rows[start:stop] for f in row if f.centre >= gutter]
    columns = [rows_of(left), rows_of(right)]
    if is_rtl(text_of([*left, *right])):
        columns.reverse()
    return [
        *_split_columns(rows[:start], depth + 1),
        *_split_columns(columns[0], depth + 1),
        *_split_columns(columns[1], depth + 1),
        *_split_columns(rows[stop:], depth + 1),
    ]


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
