"""Where does a text state a number, and which?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.customs import ENGLISH, Customs
from engine.digits import decimal_of
from engine.number_pattern import is_negative, number_pattern, spelled_before
from engine.number_words import spelled_numbers_in
from engine.units import factor_of, unit_asked

_LENGTH = re.compile(
    r"\b(?:met(?:re|er)|length|height|width|depth|distance|long|wide|tall|deep)", re.I
)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """`start`..`stop` are its digits, with the sign where it is negative;
    `outer_start`..`outer_stop` are with currency and unit too."""

    outer_start: int
    start: int
    stop: int
    outer_stop: int


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A number as it is written, before its scale: 18 and 1000000 of "$18 million"."""

    number: Decimal
    factor: int | None = None
    is_percentage: bool = False
    is_money: bool = False

    def value(self, factor: int | None = None, unit: int | None = None) -> float | int | None:
        """In units of `unit`, told in `factor` where it does not say itself; None where that is
        past any float."""
        number, factor = self.number, self.factor or factor
        if factor is not None and not self.is_percentage:
            number = number * factor / (unit or 1)
        if number == number.to_integral_value():
            return int(number)
        return float(number) if math.isfinite(float(number)) else None


def numbers_in(text: str, *, with_ordinals: bool = False) -> Iterator[StatedNumber]:
    """In digits, then in words. "twelve (12)" is one number, with its digits in it."""
    spelled = {
        number.stop: number
        for number in spelled_numbers_in(text)
        if with_ordinals or not number.is_ordinal
    }
    for match in number_pattern().finditer(text):
        if decimal_of(match["digits"]) is None:
            continue
        stated = _stated(match)
        words = spelled_before(text, match, spelled)
        if words is not None:
            stop = stated.outer_stop
            yield StatedNumber(words.start, match.start("digits"), match.end("digits"), stop)
        elif with_ordinals or not match["ordinal"]:
            yield stated
    for number in spelled.values():
        yield StatedNumber(number.start, number.start, number.stop, number.stop)


def number_of(quote: str, question: str = "", customs: Customs = ENGLISH) -> float | int | None:
    """The number that a quote states: 93 of "$ 93", -5.5 of "(5.5)", 25 of "25 %".

    "$18 million" is 18 where the question asks "in USD millions", else 18000000.
    """
    read = read_number(quote, question, customs)
    return None if read is None else read.value(unit=unit_asked(question))


def read_number(quote: str, question: str = "", customs: Customs = ENGLISH) -> NumberRead | None:
    """The first number in digits that a quote states, else the first in words."""
    match = number_pattern().search(quote)
    if match is None:
        return _read_bare(quote)
    number = decimal_of(match["digits"], customs)
    if number is None:
        return None
    if is_negative(match) and not spelled_before(quote, match):
        number = -number
    is_money = any(match[name] for name in ("currency", "nested", "unit"))
    is_percentage = any(match[name] for name in ("part", "later"))
    return NumberRead(number, _factor(match, question, is_money), is_percentage, is_money)


def _stated(match: re.Match[str]) -> StatedNumber:
    start, stop = match.span("digits")
    outer = match.start()
    if match["bracket"] and not match["close"]:  # a bracket that is no sign
        outer = match.end("bracket")
        outer += len(match.string[outer:start]) - len(match.string[outer:start].lstrip())
    outer_stop = match.end()
    if match["close"] and not match["bracket"]:
        outer_stop = match.start("close")
    if is_negative(match):
        inner_stop = match.end("close") if match["bracket"] else match.end("trailing")
        return StatedNumber(outer, outer, max(stop, inner_stop), outer_stop)
    return StatedNumber(outer, start, stop, outer_stop)


def _read_bare(quote: str) -> NumberRead | None:
    """Of words, or of digits within a word: 2021 of "FY2021"."""
    digits = re.search(r"\d+", quote)
    if digits is not None:
        number = decimal_of(digits[0])
        return None if number is None else NumberRead(number)
    spelled = next(spelled_numbers_in(quote), None)
    if spelled is None:
        return None
    after = quote[spelled.stop :].lstrip().lower()
    return NumberRead(spelled.number, is_percentage=after.startswith(("percent", "per cent", "%")))


def _factor(match: re.Match[str], question: str, is_money: bool) -> int | None:
    """What may be a length or the number of a section scales an amount of money alone."""
    word = (match["scale"] or match["letter"] or "").lower()
    if not is_money and (word in ("b", "mm") or (word == "m" and _LENGTH.search(question))):
        return None
    return factor_of(word)
