"""Which lines stand in the margin beside the running text, and beside which of its lines?

A note in the margin is narrow, keeps clear of a wide column of prose, and is set smaller than it;
or it stands beside few of its lines. Figures in the margin number lines or paragraphs: they are
no notes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from ingest.pdf_lines import Row, box_of, is_marker, rows_of
from ingest.pdf_table import Interval, overlap
from ingest.pdf_words import Fragment

_MIN_LINES = 6  # of prose that make a column
_MIN_WORDS = 6  # on most of them
_MIN_WIDTH = 150.0  # points of such a column
_NARROW = 0.45  # of its width
_CLEAR = 5.0  # points between it and a note
_SMALLER = 0.93  # times its size
_FEW = 0.35  # of its lines, beside notes that are not set smaller
_SAME_LINE = 0.6  # heights of a line
_LEADING = 0.9  # heights of a line between two of one note
_EDGE = 3.0  # points by which lines of a column may begin apart


@dataclass(frozen=True, slots=True)
class SideNote:
    """Its lines; `y` is the middle of the first."""

    rows: list[Row]

    @property
    def y(self) -> float:
        return self.rows[0][0].middle


def side_notes(fragments: list[Fragment]) -> list[SideNote]:
    """The notes in the margins of what stands on a page, from the top down."""
    column = _column(fragments)
    if column is None:
        return []
    prose = [f for f in fragments if overlap((f.x0, f.x1), column) > 0]
    notes = [
        note
        for side in (
            [f for f in fragments if f.x1 <= column[0] - _CLEAR],
            [f for f in fragments if f.x0 >= column[1] + _CLEAR],
        )
        if _is_margin(side, prose, column)
        for note in _notes(side)
    ]
    return sorted(notes, key=lambda note: note.y)


def _column(fragments: list[Fragment]) -> Interval | None:
    """From where to where the page's lines of prose go, if they make one wide column."""
    wide = [f for f in fragments if len(f.words) >= _MIN_WORDS and f.x1 - f.x0 >= _MIN_WIDTH]
    if len(wide) < _MIN_LINES:
        return None
    edge = Counter(round(f.x0) for f in wide).most_common(1)[0][0]
    lines = [f for f in wide if abs(f.x0 - edge) <= _EDGE]
    if len(lines) < _MIN_LINES or 2 * len(lines) < len(wide) or lines[0].mono:
        return None
    right = sorted(f.x1 for f in lines)[-1 - len(lines) // 20]
    low = min(f.x0 for f in lines)
    if sum(low - _EDGE <= f.x0 and f.x1 <= right + _EDGE for f in wide) < 0.9 * len(wide):
        return None
    return low, right


def _is_margin(side: list[Fragment], prose: list[Fragment], column: Interval) -> bool:
    """Whether what stands on one side of the column is notes, and nothing else."""
    words = [f for f in side if any(map(str.isalpha, f.text)) and not is_marker(f.text)]
    if not words or 2 * len(words) < len(side):
        return False
    width = max(f.x1 for f in side) - min(f.x0 for f in side)
    beside = [f for f in prose if any(abs(f.middle - s.middle) < _reach(f, s) for s in side)]
    if width > _NARROW * (column[1] - column[0]) or not beside:
        return False
    if any(max(len(row) for row in note.rows) > 1 for note in _notes(side)):
        return False
    full = [f for f in beside if len(f.words) >= _MIN_WORDS]
    if 2 * len(full) < len(beside):
        return False
    size = median(f.size for f in prose if len(f.words) >= _MIN_WORDS)
    if median(f.size for f in words) <= _SMALLER * size:
        return True
    lines = sum(len(f.words) >= _MIN_WORDS for f in prose)
    notes = _notes(side)
    return len(beside) <= _FEW * lines and all(len(note.rows) > 1 for note in notes)


def _reach(one: Fragment, other: Fragment) -> float:
    return _SAME_LINE * max(one.y1 - one.y0, other.y1 - other.y0)


def _notes(side: list[Fragment]) -> list[SideNote]:
    runs: list[list[Row]] = []
    for row in rows_of(side):
        if not runs or _is_apart(runs[-1][-1], row):
            runs.append([])
        runs[-1].append(row)
    return [SideNote(run) for run in runs]


def _is_apart(above: Row, row: Row) -> bool:
    one, other = box_of(above), box_of(row)
    is_new_type = row[0].bold and not above[0].bold
    return other[1] - one[3] > _LEADING * (other[3] - other[1]) or is_new_type
