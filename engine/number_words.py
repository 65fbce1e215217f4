"""Where does a text spell out a number in words, and how does it read in digits?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import find_numbers

_PART = re.compile(r"[^\W\d_]+|\s+|[^\w\s]|[\d_]+")
_SCALES = {"hundred", "thousand", "million", "billion", "trillion"}
_SPELLED_YEAR = re.compile(r"\b(1[6-9]|20)[ -](\d{2})\b")
_ARTICLE = re.compile(r"\ba\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SpelledNumber:
    """25 of "twenty-five"; 30, and an ordinal, of "thirtieth"."""

    start: int
    stop: int
    number: Decimal
    is_ordinal: bool


def spelled_numbers_in(text: str) -> Iterator[SpelledNumber]:
    parts = [_Part(match.group(), match.start()) for match in _PART.finditer(text)]
    for found in find_numbers(parts, "en", threshold=0):
        start, last = parts[found.start].start, parts[found.end - 1]
        stop = last.start + len(last.word)
        if text[start:stop].casefold() == "o":
            continue  # as in telephone numbers
        if text[start:stop].casefold().rstrip("s") in _SCALES:
            article = _ARTICLE.search(text, max(0, start - 4), start)
            if article is None:
                continue
            start = article.start()
        digits = re.sub(r"[^\d.]", "", found.text)
        yield SpelledNumber(start, stop, Decimal(digits), found.is_ordinal)


def in_digits(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with numbers in digits, and what each of its characters stands for."""
    parts: list[str] = []
    bounds: list[tuple[int, int]] = []
    done = 0
    for number in spelled_numbers_in(text):
        if number.start < done or number.number != int(number.number):
            continue
        digits = str(int(number.number)) + ("th" if number.is_ordinal else "")
        parts += [text[done : number.start], digits]
        bounds += [(at, at + 1) for at in range(done, number.start)]
        bounds += [(number.start, number.stop)] * len(digits)
        done = number.stop
    parts.append(text[done:])
    bounds += [(at, at + 1) for at in range(done, len(text))]
    return _with_years("".join(parts), bounds)


def _with_years(text: str, bounds: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """1999 of 19 99, as "nineteen ninety-nine" is read."""
    for match in reversed(list(_SPELLED_YEAR.finditer(text))):
        gap = match.end(1)
        text = text[:gap] + text[gap + 1 :]
        del bounds[gap]
    return text, bounds


class _Part:
    """A token as the library wants it."""

    __slots__ = ("start", "word")

    def __init__(self, word: str, start: int) -> None:
        self.word, self.start = word, start

    def text(self) -> str:
        return self.word

    def nt_separated(self, previous: _Part) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False
