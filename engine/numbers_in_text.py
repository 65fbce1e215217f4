"""Where does a text state a number, and which?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_MAX_DIGITS = 280  # with a scale, still within a float
_DIGITS = r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)*"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<before>[-(]{{0,2}}\s?(?:US|USD|EUR|GBP|CHF|JPY)?\s?[$€£¥]?\s?-?)"
    rf"(?P<digits>{_DIGITS})"
    rf"(?P<after>\s?%|\s?\)%?|\s(?:thousand|million|billion|trillion)s?\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_ASKED_IN = re.compile(r"\bin\s+(?:[\w$€£]+\s+)?(thousand|million|billion|trillion)s?\b", re.I)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """`start`..`stop` are its digits, `outer_start`..`outer_stop` with sign, currency, unit."""

    outer_start: int
    start: int
    stop: int
    outer_stop: int


def numbers_in(text: str) -> Iterator[StatedNumber]:
    for match in _NUMBER.finditer(text):
        before = match["before"]
        outer = match.start() + len(before) - len(before.lstrip())
        if match["after"] and match["after"].strip().startswith(")") and "(" not in before:
            stop = match.end("digits")
        else:
            stop = match.end()
        yield StatedNumber(outer, match.start("digits"), match.end("digits"), stop)
    for match in _WORD.finditer(text):
        yield StatedNumber(match.start(), match.start(), match.end(), match.end())


def number_of(quote: str, question: str = "") -> float | int | None:
    """The number that a quote states: 93 of "$ 93", -5.5 of "(5.5)", 25 of "25 %".

    "$18 million" is 18 where the question asks "in USD millions", else 18000000.
    """
    text = quote.strip().lower()
    if text in _WORDS:
        return _WORDS.index(text)
    match = re.search(_DIGITS, text)
    if match is None:
        return None
    digits = _plain(match[0])
    if len(digits) > _MAX_DIGITS:
        return None
    number: float | int = int(digits) if digits.isdecimal() else float(digits)
    if _is_negative(text[: match.start()]):
        number = -number
    scale = next((factor for word, factor in _SCALES.items() if word in text), None)
    if scale is not None:
        asked = _ASKED_IN.search(question)
        number *= scale / (_SCALES[asked[1].lower()] if asked else 1.0)
    number = round(number, 10)
    return int(number) if number == int(number) else number


def _plain(digits: str) -> str:
    """Digits with a point: which of comma and point separates thousands is read off."""
    digits = re.sub(r"[' ]", "", digits)
    if "," in digits and "." in digits:
        decimal = max(digits.rfind(","), digits.rfind("."))
        whole = re.sub(r"[,.]", "", digits[:decimal])
        return f"{whole}.{digits[decimal + 1 :]}"
    if re.fullmatch(r"\d{1,3}(,\d{3})+", digits) or digits.count(",") > 1:
        return digits.replace(",", "")
    if digits.count(".") > 1:
        return digits.replace(".", "")
    return digits.replace(",", ".")


def _is_negative(before: str) -> bool:
    return "(" in before or "-" in before
