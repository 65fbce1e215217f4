"""What does a question name of a table: cells, numbers to compare with, stretches of time?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from engine.numbers_in_text import number_of, numbers_in
from engine.table_cells import ColumnKind
from engine.table_frame import Frame
from engine.table_plan import Comparison
from engine.table_words import AND, BETWEEN, GRAMMAR, NOT, comparisons_in, pattern
from engine.times_in_text import times_in

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 9
_MOST_CELL_CHARACTERS = 80
_GAP = re.compile(r"(?:\s|the|of|a|an|[$€£¥]|den|dem|der|le|la|el|il){0,3}", re.IGNORECASE)
Span = tuple[float | date, float | date]
Thing = tuple[int, int, Span]
"""Where a number or a time stands, and its first and last value."""
Told = tuple[int, int, Comparison, bool]


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell's words in the question; `is_whole` where all of the cell's words stand there."""

    start: int
    stop: int
    column: int
    value: str
    is_negated: bool = False
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """A number, or a stretch of days, that a column is compared with."""

    start: int
    stop: int
    comparison: Comparison
    values: tuple[float | date, ...]

    @property
    def is_time(self) -> bool:
        return isinstance(self.values[0], date)


class CellIndex:
    """Finds the words of a frame's cells in questions. Made once a frame."""

    def __init__(self, frame: Frame) -> None:
        self._whole: dict[tuple[str, ...], dict[int, str]] = {}
        self._parts: dict[str, set[tuple[int, str]]] = {}
        for column in range(len(frame.columns)):
            self._add(frame, column)

    def named_in(self, question: str) -> Iterator[NamedCell]:
        """The longest names, all the columns that have each."""
        words = list(_WORD.finditer(question))
        at = 0
        while at < len(words):
            for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                run = words[at : at + size]
                found = self._whole.get(tuple(_folded(word[0]) for word in run))
                found = found or self._whole.get(tuple(_singular(_folded(w[0])) for w in run))
                if found and not _is_grammar(question, run):
                    start, stop = run[0].start(), run[-1].end()
                    negated = _is_negated(question, start)
                    for column, value in found.items():
                        yield NamedCell(start, stop, column, value, negated)
                    at += size - 1
                    break
            at += 1

    def partly_named(self, words: Sequence[str]) -> list[tuple[int, str]]:
        """Column and value of the cells that have all of these words and others."""
        found: set[tuple[int, str]] | None = None
        for word in words:
            cells = self._parts.get(_folded(word), set())
            found = cells if found is None else found & cells
        return sorted(found or set())

    def _add(self, frame: Frame, column: int) -> None:
        kind = frame.columns[column].kind
        if kind is ColumnKind.DATE:
            return
        kept = frame.texts[str(column)].filter(pl.Series(~frame.is_total)).drop_nulls().unique()
        short = kept.filter(kept.str.len_chars() <= _MOST_CELL_CHARACTERS)
        if len(short) * 2 < len(kept):  # prose
            return
        for value in short.sort().to_list():
            words = tuple(_folded(word) for word in _WORD.findall(value))
            if not words or len(words) > _MOST_WORDS or (kind is ColumnKind.NUMBER):
                continue
            if len("".join(words)) < 2 and kind is ColumnKind.TEXT and not value.isalpha():
                continue
            for key in {words, tuple(_singular(word) for word in words)}:
                self._whole.setdefault(key, {}).setdefault(column, value)
            if len(words) > 1:
                for word in words:
                    self._parts.setdefault(word, set()).add((column, value))


def compared_in(question: str, day_first: bool | None = None) -> list[Compared]:
    """Numbers and times with how they are compared; those that are not parted by a comparison are
    `IS`. Of those that overlap the longest."""
    times = list(times_in(question, day_first))
    taken = [(start, stop) for start, stop, _ in times]
    numbers = [
        (stated.outer_start, stated.outer_stop, (value, value))
        for stated in numbers_in(question)
        if not any(a < stated.stop and stated.start < b for a, b in taken)
        and (value := number_of(question[stated.outer_start : stated.outer_stop])) is not None
        and not _is_part_of_word(question, stated.start, stated.stop)
    ]
    told = list(comparisons_in(question))
    found: list[Compared] = []
    for things in (times, numbers):
        found += _compared(question, sorted(things, key=lambda thing: thing[0]), told)
    return sorted(found, key=lambda one: one.start)


def _compared(question: str, things: Sequence[Thing], told: Sequence[Told]) -> Iterator[Compared]:
    at = 0
    while at < len(things):
        start, stop, values = things[at]
        if at + 1 < len(things) and (span := _between(question, things[at], things[at + 1])):
            yield Compared(*span, Comparison.BETWEEN, (values[0], things[at + 1][2][1]))
            at += 2
            continue
        at += 1
        yield _one(question, start, stop, values, told)


def _between(question: str, first: Thing, second: Thing) -> tuple[int, int] | None:
    before = [
        m for m in pattern(BETWEEN).finditer(question[: first[0]])
        if _GAP.fullmatch(question[m.end() : first[0]])
    ]  # fmt: skip
    middle = question[first[1] : second[0]].strip()
    if not before or not re.fullmatch(AND, middle, re.IGNORECASE):
        return None
    return before[-1].start(), second[1]


def _one(question: str, start: int, stop: int, values: Span, told: Sequence[Told]) -> Compared:
    best = None
    for first, last, comparison, is_after in told:
        gap = question[stop:first] if is_after else question[last:start]
        is_beside = (first >= stop if is_after else last <= start) and _GAP.fullmatch(gap)
        if is_beside and (best is None or last - first > best[1] - best[0]):
            best = (first, last, comparison)
    low, high = values
    if best is None:
        comparison = Comparison.BETWEEN if isinstance(low, date) else Comparison.IS
        return Compared(start, stop, comparison, (low, high))
    comparison = best[2]
    end = high if comparison in (Comparison.OVER, Comparison.AT_MOST) else low
    return Compared(min(start, best[0]), max(stop, best[1]), comparison, (end,))


def _is_negated(question: str, start: int) -> bool:
    return any(
        _GAP.fullmatch(question[match.end() : start].replace(" in ", " ").replace(" from ", " "))
        for match in pattern(NOT).finditer(question[:start])
    )


def _is_part_of_word(question: str, start: int, stop: int) -> bool:
    """SKU-1042, 122-61-9553: a number within a name."""
    before, after = question[max(0, start - 1) : start], question[stop : stop + 1]
    is_joined = bool(re.match(r"[\w]", before)) or (
        before in ("-", "/", "_") and start > 1 and question[start - 2].isalnum()
    )
    return is_joined or bool(re.match(r"[-/_]\w", question[stop : stop + 2]) and after != " ")


def _is_grammar(question: str, run: Sequence[re.Match[str]]) -> bool:
    """A name that is a word of any question is meant only where it is written as a name: OR, IN."""
    if len(run) > 1 or run[0][0].lower() not in GRAMMAR:
        return False
    word = run[0][0]
    return not (word.isupper() and len(word) > 1)


def _folded(word: str) -> str:
    return word.casefold()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
