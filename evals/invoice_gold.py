"""Does a text state a value? Told from the text alone, without the product's own parsers.

Numbers are compared by their digits to the cent, dates in the orders and with the names of
months that European languages use, currencies by code or sign, all else by words; what has
digits may be grouped otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_symbol

from evals.answer_rules import date_of, holds_words, is_date

_LANGUAGES = ("en", "de", "nl", "fr", "es", "it", "pl", "pt")
_NUMBER = re.compile(r"\d{1,3}(?:[.,'\s]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")
_SIGNS = {"INR": ("Rs", "₹"), "PLN": ("zł",)}


def states(text: str, value: Any) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.2f}" in map(_to_the_cent, _NUMBER.findall(text))
    if is_date(value):
        day = date_of(value)
        return day is not None and any(re.search(p, text, re.IGNORECASE) for p in _written(day))
    return holds_words(text, value) or (
        any(map(str.isdigit, value)) and compact(value) in compact(text)
    )


def compact(text: Any) -> str:
    """Letters and digits alone: numbers that name something are grouped at will."""
    return re.sub(r"[\W_]+", "", str(text)).casefold()


def states_currency(text: str, code: str) -> bool:
    signs = {code, *_SIGNS.get(code, ()), *(get_currency_symbol(code, lang) for lang in _LANGUAGES)}
    return any(re.search(rf"(?<!\w){re.escape(sign)}(?![A-Za-z])", text) for sign in signs)


def _to_the_cent(digits: str) -> str:
    """ "1.939,5" → "1939.50": the last mark before one or two digits is the decimal one."""
    mark = re.search(r"[.,](\d{1,2})$", digits)
    whole, cents = (digits[: mark.start()], mark[1]) if mark else (digits, "")
    return f"{int(re.sub(r'[^0-9]', '', whole))}.{cents.ljust(2, '0')}"


@cache
def _written(day: date) -> tuple[str, ...]:
    """Patterns of the ways to write a day."""
    numbers = (f"0?{day.day}", f"0?{day.month}")
    year = rf"(?:{day.year}|{day.year % 100:02d})"
    orders = [(*numbers, year), (*reversed(numbers), year), (str(day.year), *reversed(numbers))]
    numeric = [rf"(?<!\d){r'[./-]'.join(order)}(?!\d)" for order in orders]
    names = "|".join(sorted(set(_month_names(day.month)), key=len, reverse=True))
    first = rf"(?<!\d)0?{day.day}(?:st|nd|rd|th)?\.?\s+(?:{names})\.?\s*,?\s*{day.year}"
    month_first = rf"\b(?:{names})\.?\s+0?{day.day}(?:st|nd|rd|th)?\s*,?\s*{day.year}"
    return (*numeric, first, month_first)


def _month_names(month: int) -> Iterator[str]:
    for language in _LANGUAGES:
        months = Locale(language).months["format"]
        yield from (
            re.escape(months[width][month].rstrip(".")) for width in ("wide", "abbreviated")
        )
