"""Which words stand on a page of a PDF, where, and how do they look?

Boxes are in the layout frame: the page turned so that most of its text runs from left to
right. `PageWords.to_display` takes them to points of the page as displayed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pymupdf

FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_BOLD_FLAG, _MONO_FLAG = 16, 8
_BOLD_NAMES = ("bold", "black", "heavy", "medi")
_UNKNOWN_LINE = {
    "dir": (1.0, 0.0),
    "spans": [{"size": 10.0, "flags": 0, "font": "", "bbox": (0.0, 0.0, 0.0, 0.0)}],
}
_LINE_GAP_EM = 1.0  # a wider gap between two words ends a fragment


@dataclass(slots=True)
class Word:
    x0: float
    y0: float
    x1: float
    y1: float
    text: str
    size: float
    bold: bool
    mono: bool
    confidence: float = math.nan  # of OCR, in its least sure character; none of a text layer


class Fragment:
    """Words of one line with no wide gap between them, in reading order."""

    __slots__ = ("text", "words", "x0", "x1", "y0", "y1")

    def __init__(self, words: list[Word]) -> None:
        first, *others = words
        x0, y0, x1, y1 = first.x0, first.y0, first.x1, first.y1
        for word in others:  # many fragments are made: each word is looked at once
            x0, y0 = (min(x0, word.x0), min(y0, word.y0))
            x1, y1 = (max(x1, word.x1), max(y1, word.y1))
        self.words = words
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.text = " ".join([word.text for word in words]) if others else first.text

    @property
    def size(self) -> float:
        return self.words[0].size if len(self.words) == 1 else max(w.size for w in self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @property
    def mono(self) -> bool:
        return self.words[0].mono

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class PageWords:
    """`sideways` are lines that run in another direction than most of the page."""

    width: float
    height: float
    fragments: list[Fragment]
    sideways: list[Fragment]
    to_layout: pymupdf.Matrix
    to_display: pymupdf.Matrix


def words_of(page: pymupdf.Page) -> PageWords:
    """The words of a page; empty where it has no text layer."""
    textpage = page.get_textpage(flags=FLAGS)
    words, blocks = textpage.extractWORDS(), textpage.extractDICT()["blocks"]
    turn = page.rotation_matrix
    directions = _directions(blocks, turn)
    main = max(directions, key=lambda quarter: directions[quarter]) if directions else 0
    upright = _upright(main, page.rect.width, page.rect.height)
    to_layout = turn * upright
    fragments: list[Fragment] = []
    sideways: list[Fragment] = []
    for quarter, line in _lines(words, blocks, turn, to_layout):
        if quarter == main:
            fragments.extend(split_at_gaps(line))
        else:
            sideways.append(Fragment(line))
    swap = main % 2
    return PageWords(
        width=page.rect.height if swap else page.rect.width,
        height=page.rect.width if swap else page.rect.height,
        fragments=fragments,
        sideways=sideways,
        to_layout=to_layout,
        to_display=~upright,
    )


def all_words(words: PageWords) -> list[Word]:
    return [word for f in (*words.fragments, *words.sideways) for word in f.words]


def split_at_gaps(words: list[Word]) -> list[Fragment]:
    """The fragments of a line whose words are in reading order (either direction)."""
    parts: list[list[Word]] = []
    for word in words:
        if parts and _distance(parts[-1][-1], word) <= _LINE_GAP_EM * word.size:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [Fragment(part) for part in parts]


def _distance(one: Word, other: Word) -> float:
    return max(other.x0 - one.x1, one.x0 - other.x1)


def _lines(
    words: list[Any], blocks: list[Any], turn: pymupdf.Matrix, to_layout: pymupdf.Matrix
) -> Iterable[tuple[int, list[Word]]]:
    """Each line of the text layer with the quarter turn it runs in, its words in order."""
    line: list[Word] = []
    at, quarter, spans = (-1, -1), 0, []
    plain = tuple(to_layout) == (1, 0, 0, 1, 0, 0)
    for x0, y0, x1, y1, text, block, number, _ in words:
        if (block, number) != at:
            if line:
                yield quarter, line
            at, line = (block, number), []
            source = _line_at(blocks[block]["lines"], number, (x0 + x1) / 2, (y0 + y1) / 2)
            quarter, spans = _quarter(source["dir"], turn), source["spans"]
        span = spans[0] if len(spans) == 1 else _span_at(spans, (x0 + x1) / 2, (y0 + y1) / 2)
        if not plain:
            x0, y0, x1, y1 = pymupdf.Rect(x0, y0, x1, y1) * to_layout
        flags = span["flags"]
        bold = bool(flags & _BOLD_FLAG) or _is_named_bold(span["font"])
        line.append(Word(x0, y0, x1, y1, text, span["size"], bold, bool(flags & _MONO_FLAG)))
    if line:
        yield quarter, line


@lru_cache(maxsize=1_000)
def _is_named_bold(font: str) -> bool:
    return any(name in font.lower() for name in _BOLD_NAMES)


def _line_at(lines: list[Any], number: int, x: float, y: float) -> Any:
    """The line of that number; lines that are left out of the list shift those after them."""
    for line in (*lines[number : number + 1], *lines):
        x0, y0, x1, y1 = line["bbox"]
        if x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1:
            return line
    return lines[min(number, len(lines) - 1)] if lines else _UNKNOWN_LINE


def parted(words: PageWords, some: Collection[int]) -> tuple[PageWords, PageWords | None]:
    """All words but some (by id), and these, where there are any."""
    if not some:
        return words, None
    return _only(words, lambda word: id(word) not in some), _only(words, lambda w: id(w) in some)


def _only(words: PageWords, is_kept: Callable[[Word], bool]) -> PageWords:
    kept = [
        [Fragment(left) for f in part if (left := [word for word in f.words if is_kept(word)])]
        for part in (words.fragments, words.sideways)
    ]
    return replace(words, fragments=kept[0], sideways=kept[1])


def _span_at(spans: list[Any], x: float, y: float) -> Any:
    for span in spans:
        x0, y0, x1, y1 = span["bbox"]
        if x0 <= x <= x1 and y0 <= y <= y1:
            return span
    return spans[0]


def _directions(blocks: list[Any], turn: pymupdf.Matrix) -> Counter[int]:
    """How many lines run in each quarter turn."""
    return Counter(_quarter(line["dir"], turn) for block in blocks for line in block["lines"])


def _quarter(direction: tuple[float, float], turn: pymupdf.Matrix) -> int:
    """0 to the right, 1 down, 2 to the left, 3 up, on the page as displayed."""
    x, y = direction
    x, y = x * turn.a + y * turn.c, x * turn.b + y * turn.d
    if abs(x) >= abs(y):
        return 0 if x >= 0 else 2
    return 1 if y > 0 else 3


def _upright(quarter: int, width: float, height: float) -> pymupdf.Matrix:
    """From the page as displayed to the frame in which lines of that quarter run to the right."""
    return (
        pymupdf.Matrix(1, 0, 0, 1, 0, 0),
        pymupdf.Matrix(0, -1, 1, 0, 0, width),
        pymupdf.Matrix(-1, 0, 0, -1, width, height),
        pymupdf.Matrix(0, 1, -1, 0, height, 0),
    )[quarter]
