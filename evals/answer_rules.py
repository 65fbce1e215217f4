"""When is an answer the expected one?

Integers exactly, other numbers within 0.05 %, dates as dates, strings by their words (up to four
more than expected are forgiven), lists and objects item by item, null for null.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_DIGITS_OF = {word: str(number) for number, word in enumerate(_NUMBER_WORDS)}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOLERANCE = 5e-4
_MAX_MORE_WORDS = 4


def is_expected(expected: Any, got: Any) -> bool:
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, (int, float)):
        return _is_number(expected, got)
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            is_expected(value, got.get(key)) for key, value in expected.items()
        )
    if isinstance(expected, (list, tuple)):
        return isinstance(got, (list, tuple)) and _are_items(expected, got)
    if is_date(expected):
        return date_of(got) == date_of(expected)
    return holds_words(got, expected, _MAX_MORE_WORDS)


def words_of(text: Any) -> list[str]:
    """Case and punctuation aside; number words up to twelve are their digits."""
    found = re.findall(r"\w+", unicodedata.normalize("NFKC", str(text)).casefold())
    return [_DIGITS_OF.get(word, word) for word in found]


def holds_words(text: Any, wanted: Any, most_more: int | None = None) -> bool:
    """Whether the wanted words stand in the text in a row, with at most so many others."""
    want, have = words_of(wanted), words_of(text)
    if not want or (most_more is not None and len(have) > len(want) + most_more):
        return False
    places = range(len(have) - len(want) + 1)
    return any(have[at : at + len(want)] == want for at in places)


def number_of(value: Any) -> float | None:
    """Of a number, or of a string that is one but for commas, a currency sign or a percent."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(re.sub(r"[,$€£%\s]", "", str(value)))
    except ValueError:
        return None


def is_date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def date_of(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _is_number(expected: float, got: Any) -> bool:
    number = number_of(got)
    if number is None:
        return False
    if isinstance(expected, int):
        return number == expected
    return abs(number - expected) <= _TOLERANCE * abs(expected)


def _are_items(expected: Sequence[Any], got: Sequence[Any]) -> bool:
    """In any order, each once."""
    rest = list(got)
    for item in expected:
        match = next((at for at, other in enumerate(rest) if is_expected(item, other)), None)
        if match is None:
            return False
        del rest[match]
    return not rest
