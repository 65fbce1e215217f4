"""Where does a text state a number, and which?"""

from __future__ import annotations

import math
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
_EXPONENT = r"(?:[eE][-+]?\d{1,3}(?![\w.]))?"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<before>[-(]{{0,2}}\s?(?:US|USD|EUR|GBP|CHF|JPY)?\s?[$€£¥]?\s?-?)"
    rf"(?P<digits>(?:{_DIGITS}){_EXPONENT})"
    rf"(?P<after>\s?%|\s?\)%?|\s(?:thousand|million|billion|trillion)s?\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_ASKED_IN = re.compile(r"\bin\s+(?:[\w$€£]+\s+)?(thousand|million|billion|trillion)s?\b", re.I)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """`start`..`stop` are its digits, with the sign where it is negative;
    `outer_start`..`outer_stop` are with currency and unit too."""

    outer_start: int
    start: int
    stop: int
    outer_stop: int


def numbers_in(text: str) -> Iterator[StatedNumber]:
    for match in _NUMBER.finditer(text):
        yield _stated(match)
    for match in _WORD.finditer(text):
        yield StatedNumber(match.start(), match.start(), match.end(), match.end())


def _stated(match: re.Match[str]) -> StatedNumber:
    before, after = match["before"], match["after"] or ""
    is_closed = after.lstrip().startswith(")")
    skipped = before.rfind("(") + 1 if not is_closed else 0  # a bracket that is no sign
    outer = match.start() + skipped + len(before[skipped:]) - len(before[skipped:].lstrip())
    stop = match.end("digits") if is_closed and "(" not in before else match.end()
    if "(" in before[skipped:] or "-" in before[skipped:]:
        return StatedNumber(outer, outer, stop, stop)
    return StatedNumber(outer, match.start("digits"), match.end("digits"), stop)


def number_of(quote: str, question: str = "") -> float | int | None:
    """The number that a quote states: 93 of "$ 93", -5.5 of "(5.5)", 25 of "25 %".

    "$18 million" is 18 where the question asks "in USD millions", else 18000000.
    """
    text = quote.strip().lower()
    if text in _WORDS:
        return _WORDS.index(text)
    match = re.search(f"(?P<digits>{_DIGITS}){_EXPONENT}", text)
    if match is None:
        return None
    digits = _plain(match["digits"])
    if len(digits) > _MAX_DIGITS:
        return None
    exponent = match[0][len(match["digits"]) :]
    is_whole = digits.isdecimal() and not exponent
    number: float | int = int(digits) if is_whole else float(digits + exponent)
    if math.isinf(number):
        return None
    if _is_negative(text[: match.start()], text[match.end() :]):
        number = -number
    scale = next((factor for word, factor in _SCALES.items() if word in text), None)
    if scale is not None:
        asked = _ASKED_IN.search(question)
        number = round(number * scale / (_SCALES[asked[1].lower()] if asked else 1.0), 10)
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


def _is_negative(before: str, after: str) -> bool:
    return "-" in before or ("(" in before and ")" in after)
