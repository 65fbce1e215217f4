"""Which lines are entries of an index, and where does its second column begin?

An index looks like a table of two columns. What tells it from one is the alphabet: it runs down
the left column and goes on at the top of the right one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from ingest.pdf_lines import Row, text_of
from ingest.pdf_words import Fragment, Word

_MIN_ENTRIES = 4  # a column: letters that head its parts among them
_MIN_REFERENCES = 6  # in all
_SHARE_REFERENCES = 0.4  # of the lines of a column; the others are wrapped, or have parts below
_SHARE_IN_ORDER = 0.85
_EDGE = 2.0  # points by which lines of a column may begin apart
_MIN_GAP = 2.5  # points between two columns
_REFERENCE = re.compile(
    r"^[^\W\d].*[\s.…]\d{1,4}(?:[-–]\d{1,4})?$|\b(?:see|siehe|voir|véase|vedi)\b"
)
_NO_LETTERS = re.compile(r"[\W\d_]+")


def index_band(rows: list[Row]) -> tuple[int, int, float] | None:
    """Rows [start, stop) of an index, and where its columns part; the first two of several."""
    if sum(_is_reference(f.text) for row in rows for f in row) < _MIN_REFERENCES:
        return None
    for edge in _edges(rows):
        for start, stop in _runs(rows, edge):
            if _is_index(*columns_at(rows[start:stop], edge)):
                return start, stop, edge
    return None


def columns_at(rows: list[Row], edge: float) -> tuple[list[Row], list[Row]]:
    """The lines left of an edge and those right of it, which may stand close to one another."""
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        for fragments, column in zip(_cut(row, edge), (left, right), strict=True):
            if fragments:
                column.append(fragments)
    return left, right


def entry_starts(rows: list[Row]) -> set[int]:
    """The lines that begin an entry, where these lines are a column of an index."""
    if len(rows) < _MIN_ENTRIES or not _are_entries(rows) or not _are_in_order(_terms(rows)):
        return set()
    texts = [text_of(row) for row in rows]
    return {
        at
        for at, text in enumerate(texts)
        if not at or not (text[0].isdigit() or texts[at - 1].endswith((",", "-", "–")))
    }


def _is_reference(text: str) -> bool:
    """Whether it is a term and where to find it."""
    return bool(_REFERENCE.search(text))


def _edges(rows: list[Row]) -> list[float]:
    """Where words begin, in many lines, after a gap: the left edges of columns."""
    edges: Counter[int] = Counter()
    for row in rows:
        words = [word for fragment in row for word in fragment.words]
        edges.update(round(b.x0) for a, b in pairwise(words) if b.x0 - a.x1 >= _MIN_GAP)
    return [edge - 0.5 * _MIN_GAP for edge, _ in edges.most_common(8) if edges[edge] >= 2]


def _runs(rows: list[Row], edge: float) -> list[tuple[int, int]]:
    """Runs of lines that keep clear of an edge; each begins where both columns do."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for index, row in enumerate(rows):
        words = [word for fragment in row for word in fragment.words]
        if any(word.x0 < edge < word.x1 for word in words):
            runs += [] if start is None else [(start, index)]
            start = None
        elif start is None and any(_begins_at(word, edge) for word in words):
            start = index
    return runs + ([] if start is None else [(start, len(rows))])


def _begins_at(word: Word, edge: float) -> bool:
    return edge <= word.x0 <= edge + _EDGE + 0.5 * _MIN_GAP


def _cut(row: Row, edge: float) -> tuple[Row, Row]:
    sides: tuple[Row, Row] = ([], [])
    for fragment in row:
        for side, is_left in zip(sides, (True, False), strict=True):
            words = [word for word in fragment.words if (word.x0 < edge) == is_left]
            if words:
                side.append(fragment if len(words) == len(fragment.words) else Fragment(words))
    return sides


def _is_index(left: list[Row], right: list[Row]) -> bool:
    if not _are_entries(left) or not _are_entries(right):
        return False
    one, other = _terms(left), _terms(right)
    return _are_in_order(one) and _are_in_order(other) and one[-1][0] <= other[0][0]


def _are_entries(column: list[Row]) -> bool:
    num = sum(_is_reference(f.text) for row in column for f in row)
    return num >= _SHARE_REFERENCES * len(column)


def _terms(column: list[Row]) -> list[str]:
    """The terms that begin at the column's edge with a letter, as the alphabet sorts them."""
    edge = min((row[0].x0 for row in column), default=0.0)
    texts = [
        row[0].text for row in column if row[0].x0 <= edge + _EDGE and row[0].text[0].isalpha()
    ]
    return [term for text in texts if (term := _sorted_by(text))]


def _sorted_by(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _NO_LETTERS.sub("", bare.casefold())


def _are_in_order(terms: list[str]) -> bool:
    if len(terms) < _MIN_ENTRIES or terms[0][0] > terms[-1][0]:
        return False
    num = sum(one[0] <= other[0] for one, other in pairwise(terms))
    rises = sum(one <= other for one, other in pairwise(terms))
    return num >= _SHARE_IN_ORDER * (len(terms) - 1) and rises >= 0.7 * (len(terms) - 1)
