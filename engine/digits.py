"""Which number do digits write, with their points, commas and blanks?"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from engine.customs import ENGLISH, Customs

SPACE = " \u00a0\u2007\u2009\u202f"
VULGAR = "¼½¾⅐-⅞"
DIGITS = (
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![.,]?\d)"  # lakhs and crores
    rf"|\d{{1,3}}(?P<mark>[,.'’{SPACE}])\d{{3}}(?:(?P=mark)\d{{3}})*"
    r"(?:(?!(?P=mark))[.,]\d+)?(?![.,]?\d)(?!(?P=mark)\d)"
    rf"|\d+[ ]?[{VULGAR}]|[{VULGAR}]|\d+[ ]\d+/\d+(?![\d/])"
    r"|\d+(?:[.,]\d+)*|\.\d+(?!\.?\d)"
)
"""A pattern; `decimal_of` says which of what it matches is a number."""

_MAX_DIGITS = 280  # with a scale, still within a float


def decimal_of(digits: str, customs: Customs = ENGLISH) -> Decimal | None:
    """None of what has points or commas as no number has, such as 7.2.1."""
    if "/" in digits:
        return _mixed(digits)
    if unicodedata.category(digits[-1]) == "No":
        fraction = Decimal(unicodedata.numeric(digits[-1])).quantize(Decimal("0.000001"))
        return Decimal(digits[:-1].strip() or 0) + fraction.normalize()
    plain = _plain(digits, customs)
    if plain is None or len(plain) > _MAX_DIGITS:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number == 0 or abs(number.adjusted()) < _MAX_DIGITS else None


def _mixed(digits: str) -> Decimal | None:
    whole, _, fraction = digits.partition(" ")
    above, _, below = fraction.partition("/")
    if max(map(len, (whole, above, below))) > _MAX_DIGITS or not int(below):
        return None
    return Decimal(whole) + Decimal(above) / Decimal(below)


def _plain(digits: str, customs: Customs) -> str | None:
    """Digits with a point: which of comma and point separates thousands is read off."""
    mantissa = re.split("[eE]", digits)[0]
    exponent = digits[len(mantissa) :]
    body = re.sub(rf"[{SPACE}'’]", "", mantissa)
    marks = re.findall("[,.]", body)
    if not marks:
        return body + exponent
    if len(set(marks)) == 2:
        thousands, decimal = marks[0], marks[-1]
        is_one = marks.count(decimal) == 1
        return body.replace(thousands, "").replace(decimal, ".") + exponent if is_one else None
    mark = marks[0]
    is_grouped = re.fullmatch(rf"[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+", body) is not None
    if len(marks) > 1:
        is_indian = mark == "," and re.fullmatch(r"\d{1,2}(,\d\d)+,\d{3}", body)
        return body.replace(mark, "") if is_grouped or is_indian else None
    if is_grouped and body == mantissa and mark != customs.decimal_mark:
        return body.replace(mark, "")
    return body.replace(mark, ".") + exponent
