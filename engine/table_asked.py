"""Which words of a question mean which column of a table, and which mean nothing in it?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.columns import shared, stems
from engine.currencies import currencies_in
from engine.questions import spaced
from engine.table_words import GRAMMAR, ROW_NOUNS, synonyms
from engine.units import currency_codes, currency_words, scales_named

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNIT = re.compile(r"\((?:[^()]{1,12})\)|\bin [A-Z]{3}\b|\b(?:EUR|USD|GBP|CHF)\b")
_BEGINS = re.compile(r"(?:^|:)\W*\Z")
_SHEET = r"\b(?:work)?(?:sheet|tab|table)\b"
_SYNONYM, _SHORTENED = 0.7, 0.6
_MODIFIER = 0.65
OWN_WORD = (1.0, _MODIFIER)
"""The weights of words that stand in a head."""
_COVERAGE = 0.4
_NEAR, _SECOND = 0.85, 0.25
_OTHER_CURRENCY = 0.8  # less than `MARGIN` of the planner: the other is clear
_CONVERTED = re.compile(r"\b(?:convert|translat|equivalent|umgerechnet)", re.IGNORECASE)
_CODES = ("USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN")
_UNSTEMMED = {"sold": "sale", "bought": "purchas", "paid": "pay"}


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    stop: int
    text: str
    stem: str

    begins: bool = False
    """Whether it is the first word, or the first behind a colon: a capital says nothing there."""

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name or a code is."""
        letters = self.text[1:] if self.begins else self.text
        return any(c.isupper() for c in letters) or any(c.isdigit() for c in self.text)


class Asked:
    """A question against the heads of one table. `weights[word][column]` say how surely a word
    means a column: 1 for the head's own word, less for one that is shortened or means the same."""

    def __init__(self, question: str, heads: Sequence[str], title: str = "") -> None:
        self.question = question
        self.words = [
            Word(
                match.start(),
                match.end(),
                match[0],
                _stem(match[0]),
                _BEGINS.search(question, 0, match.start()) is not None,
            )
            for match in _WORD.finditer(question)
        ]
        self.heads = heads
        told = [spaced(_UNIT.sub(" ", head)) or head for head in heads]
        self._heads = [stems(head) for head in told]
        mains = [_main_of(head) for head in told]
        self._outdone = _outdone(self._heads, heads, question)
        self._title, self._sheet = stems(title), title.split(" > ")[0]
        self.weights = [
            [_weight(word, head, main) for head, main in zip(self._heads, mains, strict=True)]
            for word in self.words
        ]

    def within(self, start: int, stop: int) -> list[int]:
        """The words that stand in a range."""
        return [i for i, w in enumerate(self.words) if start < w.stop and w.start < stop]

    def noun_before(self, start: int) -> frozenset[int]:
        """The word right before a place, with nothing but blanks between them."""
        for i, word in enumerate(self.words):
            between = self.question[word.stop : start]
            if word.stop < start and not between.strip() and word.text.lower() not in GRAMMAR:
                return frozenset([i])
        return frozenset()

    def fit(self, column: int, words: Iterable[int]) -> float:
        """How surely some of the words mean a column: by the best of them, and by how much of its
        head they have."""
        numbers = [i for i in words if self.weights[i][column]]
        if not numbers:
            return 0.0
        head = self._heads[column] - {"name"} or self._heads[column]
        best = max(self.weights[i][column] for i in numbers)
        met = [max(_likeness(self.words[i].stem, stem) for i in numbers) for stem in head]
        fit = (1 - _COVERAGE) * best + _COVERAGE * sum(met) / max(1, len(met))
        return fit * (_OTHER_CURRENCY if column in self._outdone else 1.0)

    def nearest(self, column: int, start: int, stop: int, taken: set[int]) -> tuple[float, int]:
        """How surely a column is meant right beside a range, and by which word; a second word
        that means it adds to that."""
        inside = self.within(start, stop)
        first, last = (min(inside), max(inside)) if inside else (0, 0)
        found = [(0.0, -1), (0.0, -1)]
        for i in range(len(self.words)):
            if i in taken or not self.weights[i][column]:
                continue
            distance = first - i if i < first else i - last if i > last else 1
            found.append((self.weights[i][column] * _NEAR ** (distance - 1), i))
        second, best = sorted(found)[-2:]
        return best[0] + _SECOND * second[0], best[1]

    def units(self) -> Iterator[int]:
        """The words that say in what a number is wanted: "in USD millions"."""
        for _, start, stop in scales_named(self.question):
            yield from self.within(start, stop)
        for match in _currency().finditer(self.question):
            yield from self.within(*match.span())

    def is_in_title(self, word: int) -> bool:
        return self.words[word].stem in self._title

    def unexplained(self, explained: set[int]) -> list[int]:
        """The words that mean nothing in the table as far as we know."""
        return [
            i
            for i, word in enumerate(self.words)
            if i not in explained
            and word.text.lower() not in GRAMMAR
            and word.text.lower() not in ROW_NOUNS
            and word.stem not in self._title
            and len(word.text) > 1
            and not any(self.weights[i])
        ]

    def names_sheet(self) -> bool:
        """Whether it says "in the sheet Staff" or "in the Staff sheet"."""
        sheet, mark = re.escape(self._sheet), "[\"'“”‘’]?"
        said = rf"{_SHEET} {mark}{sheet}(?!\w)|(?<!\w){sheet}{mark} {_SHEET}"
        return bool(sheet) and re.search(rf"(?i){said}", self.question) is not None

    def title_fit(self) -> float:
        """How many of the title's words the question has; more where it names the sheet."""
        sheet = re.escape(self._sheet)
        is_named = bool(sheet) and re.search(rf"(?i)(?<!\w){sheet}(?!\w)", self.question)
        return len({word.stem for word in self.words} & self._title) + (0.5 if is_named else 0.0)


@functools.cache
def _currency() -> re.Pattern[str]:
    code = rf"\b(?=[A-Z]{{3}}\b)(?:{currency_codes()})\b"
    return re.compile(rf"{code}|(?i:\b(?:{currency_words()})\b)")


def _stem(word: str) -> str:
    lower = word.lower()
    return _UNSTEMMED.get(lower) or next(iter(stems(lower.split("'")[0])), lower)


def _outdone(stems_of: Sequence[set[str]], heads: Sequence[str], question: str) -> set[int]:
    """The columns that a head of the same words outdoes by its currency: by that which the question
    names, and by none where it names none. None of them where it names one that no such head has,
    or asks for what was converted."""
    asked, told = _codes(question), [_codes(head) for head in heads]
    found: set[int] = set()
    for column, own in enumerate(stems_of):
        same = [told[other] for other, head in enumerate(stems_of) if head == own]
        is_met = any(asked & codes for codes in same)
        if asked and is_met and not asked & told[column]:
            found.add(column)
        if not asked and told[column] and set() in same and not _CONVERTED.search(question):
            found.add(column)
    return found


def _codes(text: str) -> set[str]:
    return {code for _, _, code in currencies_in(text, _CODES)}


def _main_of(head: str) -> str:
    """The noun of a head: the cost of "Unit cost", the date of "Date of the last count"."""
    words = _WORD.findall(re.split(r"\b(?:of|per|in|on)\b", head)[0]) or _WORD.findall(head)
    if len(words) > 1 and words[-1].lower() == "name":
        words = words[:-1]
    return _stem(words[-1]) if words else ""


def _weight(word: Word, head: set[str], main: str) -> float:
    """A word that means the noun of a head is surer than one that means another word of it."""
    if word.text.lower() in GRAMMAR and word.stem not in ("when", "where", "who", "number"):
        return 1.0 if word.text.lower() in ("total", "name") and word.stem in head else 0.0
    return max(
        (_likeness(word.stem, stem) * (1.0 if stem == main else _MODIFIER) for stem in head),
        default=0.0,
    )


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if other in synonyms().get(one, frozenset()):
        return _SYNONYM
    return _SHORTENED if shared({one}, {other}) else 0.0
