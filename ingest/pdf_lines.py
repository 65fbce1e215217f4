"""Which fragments of a page stand on one line?

Fragments that share a baseline make a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from ingest.pdf_words import Fragment, Word

Row = list[Fragment]
"""Fragments of one visual line, from left to right."""

_MARKER = re.compile(
    r"^([•●○◦\uf000-\uf0ff▪■□◆►➢✓✔\-–—*·o]|\(?[a-zA-Z0-9]{1,2}[.)]|\(?[ivxIVX]{1,5}[.)]|\d+(\.\d+)+\.?)$"
)
_LEADER = re.compile(r"^[.·…_]{3,}$|^\.$|^…$")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SAME_ROW = 0.4  # of the lower fragment's height, between the middles of two
_TALL = 1.5  # times the height of others: it may stand beside two lines of those
_TOUCH = 0.2  # of a line's height: boxes of lines that are set close overlap
_JOIN_EM = 0.6  # between fragments of one line: a narrower gap is a blank


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
    return [_mended(line) for row in rows for line in _parted(row)]


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


def _parted(row: Row) -> list[Row]:
    """The lines that stand one above the other beside fragments as tall as both."""
    least = min(f.y1 - f.y0 for f in row)
    tall = [f for f in row if f.y1 - f.y0 >= _TALL * least]
    others = [f for f in row if f.y1 - f.y0 < _TALL * least] if tall else []
    lines: list[Row] = []
    for fragment in others:
        if lines and _is_same_row(lines[-1][0], fragment):
            lines[-1].append(fragment)
        else:
            lines.append([fragment])
    if not any(_is_above(*pair) for pair in pairwise(lines)):
        return [row]
    for fragment in tall:
        middle = fragment.middle
        min(lines, key=lambda line: abs(line[0].middle - middle)).append(fragment)
    return lines


def _is_above(line: Row, other: Row) -> bool:
    """Whether some of them are lines of one column: no mark is raised over what it belongs to."""
    above, below = (sorted(one, key=lambda f: f.x0) for one in (line, other))
    at = 0
    for fragment in above:
        while at < len(below) and below[at].x1 <= fragment.x0:
            at += 1
        if at < len(below) and fragment.y1 <= below[at].y0 + _TOUCH * (fragment.y1 - fragment.y0):
            overlap = min(fragment.x1, below[at].x1) - max(fragment.x0, below[at].x0)
            if overlap > 0.5 * min(fragment.x1 - fragment.x0, below[at].x1 - below[at].x0):
                return True
    return False


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
