"""Where in the picture of one line does each word stand, and how large is its type?

The model says only roughly where a character is. Words are parted at the widest gap in the
ink between them, and end where their ink ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ingest.ocr_model import Gray, Reading

Ink = npt.NDArray[np.bool_]

_CAP, _X_HEIGHT, _DESCENT = 0.71, 0.5, 0.21  # of the type's size, in most faces
_ASCENT_SHOWN, _DESCENT_SHOWN = 0.8, 0.22
_SMALL_LETTERS = frozenset("acemnorsuvwxzgpqyıαεικνοπστυω.,:;-~=+_…")
_DESCENDING = frozenset("gjpqyç,;()[]{}|/Qµ§")
_LEAST_SIZE = 0.4  # of the line's frame
_RULE_SHARE, _RULE_LENGTH = 0.85, 1.2  # of the line's width, or its height
_CORE_SHARE, _CORE_REACH = 0.35, 0.55
_FEW_BLANKS = 3
_LIKE_BLANK, _MIN_BLANK = 0.8, 0.16  # of a line's usual blank, and of its type's size
_WIDE_GAP = 1.2  # of the type's size: no word reaches over it


@dataclass(frozen=True, slots=True)
class LineWord:
    """In pixels of the line's picture; `confidence` is that of its least sure character."""

    text: str
    x0: float
    x1: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`top` and `bottom` are as a text layer would give them, the same for any letters."""

    words: list[LineWord]
    top: float
    bottom: float
    size: float


def measured(line: Gray, reading: Reading) -> Measured:
    ink = _ink(line)
    top, bottom = _band(ink)
    size, baseline = _type(reading.text, top, bottom)
    size = max(size, _LEAST_SIZE * len(line))
    words = _words(np.any(ink[top:bottom], axis=0), reading, len(line), size)
    return Measured(words, baseline - _ASCENT_SHOWN * size, baseline + _DESCENT_SHOWN * size, size)


def _ink(line: Gray) -> Ink:
    """Which pixels are letters, without rules: they stand out from most of the others, dark or
    light. Paper beside a shaded cell stands out less."""
    dark, ground, light = np.percentile(line, (0.5, 50, 99.5))
    ink = (
        line < (dark + ground) / 2
        if ground - dark >= light - ground
        else line > (light + ground) / 2
    )
    ink[ink.mean(axis=1) > _RULE_SHARE] = False
    ink[:, ink.mean(axis=0) > 0.95] = False
    long = round(_RULE_LENGTH * len(line))
    if line.shape[1] > long:
        run = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
        ink[cv2.dilate(run, np.ones((3, 3), np.uint8)) > 0] = False
    return np.asarray(ink)


def _band(ink: Ink) -> tuple[int, int]:
    """The rows of the line itself: its dense core, and what hangs on it above and below as far
    as letters reach. What lies farther is of the lines beside it."""
    rows = cv2.blur(ink.sum(axis=1).astype(np.float32)[:, None], (1, 3)).ravel()
    margin = len(rows) // 5
    densest = margin + int(rows[margin : len(rows) - margin].argmax())
    first, last = _run(rows, densest, _CORE_SHARE * float(rows[densest]))
    reach = round(_CORE_REACH * (last - first))
    some = _run(rows, densest, max(0.5, 0.003 * ink.shape[1]))
    top, bottom = max(some[0], first - reach), min(some[1], last + reach)
    return (top, bottom) if bottom > top else (0, len(rows))


def _run(rows: npt.NDArray[np.float32], around: int, least: float) -> tuple[int, int]:
    """The rows around one that hold at least so much, half-open."""
    top = bottom = around
    while top > 0 and rows[top - 1] > least:
        top -= 1
    while bottom < len(rows) - 1 and rows[bottom + 1] > least:
        bottom += 1
    return top, bottom + 1


def _type(text: str, top: int, bottom: int) -> tuple[float, float]:
    """The type's size and the height of its baseline."""
    letters = {character for character in text if not character.isspace()}
    descent = _DESCENT if letters & _DESCENDING else 0.0
    rise = _X_HEIGHT if letters <= _SMALL_LETTERS else _CAP
    size = (bottom - top) / (rise + descent)
    return size, bottom - descent * size


def _words(columns: Ink, reading: Reading, height: int, size: float) -> list[LineWord]:
    width = len(columns)
    middles = [share * width for share in reading.middles]
    groups = _groups(reading, width, max(size, height / 2))
    cuts = _cuts(columns, groups, middles, size)
    letters = reading.text.replace(" ", "")
    parted = _parted(columns, letters, groups, cuts, middles, size)
    if len(parted) > len(groups):
        groups, cuts = parted, _cuts(columns, parted, middles, size)
    words = []
    for index, (first, last) in enumerate(groups):
        x0, x1 = _extent(columns, cuts[index], cuts[index + 1])
        if x1 <= x0:
            x0, x1 = middles[first] - size / 4, middles[last - 1] + size / 4
        sure = min(reading.confidences[first:last])
        words.append(LineWord(letters[first:last], x0, x1, sure))
    return words


def _cuts(
    columns: Ink, groups: list[tuple[int, int]], middles: list[float], size: float
) -> list[int]:
    """Where each word begins and the last one ends, at the latest."""
    inner = [
        _cut(columns, middles[last - 1], middles[first], size)
        for (_, last), (first, _) in pairwise(groups)
    ]
    return [0, *inner, len(columns)]


def _parted(
    columns: Ink,
    letters: str,
    groups: list[tuple[int, int]],
    cuts: list[int],
    middles: list[float],
    size: float,
) -> list[tuple[int, int]]:
    """The words, parted where the ink has a gap like those between them, beside a figure or a
    capital: there the model overlooks a blank at times. Two figures are never parted."""
    extents = [_extent(columns, start, stop) for start, stop in pairwise(cuts)]
    blanks = sorted(after[0] - before[1] for before, after in pairwise(extents))
    if len(blanks) < _FEW_BLANKS:
        return groups
    least = max(_LIKE_BLANK * blanks[len(blanks) // 2], _MIN_BLANK * size)
    parted: list[tuple[int, int]] = []
    for (first, last), (x0, x1) in zip(groups, extents, strict=True):
        for gap in _gaps(columns, x0, x1, least):
            at = next((i for i in range(first + 1, last) if middles[i] > gap), last)
            if first < at < last and _may_part(letters[at - 1], letters[at]):
                parted.append((first, at))
                first = at
        parted.append((first, last))
    return parted


def _may_part(before: str, after: str) -> bool:
    if before.isdigit() or after.isdigit():
        return before.isalpha() or after.isalpha()
    return before.islower() and after.isupper()


def _gaps(columns: Ink, x0: float, x1: float, least: float) -> list[float]:
    """Middles of the gaps in the ink between two edges that are at least so wide."""
    inked = np.flatnonzero(columns[int(x0) : int(x1)])
    steps = np.diff(inked)
    wide = np.flatnonzero(steps - 1 >= least)
    return [x0 + (inked[i] + inked[i + 1]) / 2 for i in wide.tolist()]


def _groups(reading: Reading, width: int, size: float) -> list[tuple[int, int]]:
    """First and last character, half-open, of each word: at blanks, and where a gap is wide."""
    groups: list[tuple[int, int]] = []
    at, wide = 0, (1 + _WIDE_GAP) * size
    for word in reading.text.split():
        start = at
        for index in range(at + 1, at + len(word)):
            gap = (reading.middles[index] - reading.middles[index - 1]) * width
            if gap > wide:
                groups.append((start, index))
                start = index
        at += len(word)
        groups.append((start, at))
    return groups


def _cut(columns: Ink, left: float, right: float, size: float) -> int:
    """The middle of the widest gap about between two characters."""
    start = max(0, int(left - 0.2 * size))
    stop = min(len(columns), int(right + 0.2 * size) + 1)
    best, best_width, run = int((left + right) / 2), 0, 0
    for x in range(start, stop):
        run = 0 if columns[x] else run + 1
        if run > best_width:
            best, best_width = x - run // 2, run
    return min(max(best, 0), len(columns))


def _extent(columns: Ink, start: int, stop: int) -> tuple[float, float]:
    inked = np.flatnonzero(columns[start:stop])
    if not len(inked):
        return 0.0, 0.0
    return float(start + inked[0]), float(start + inked[-1] + 1)
