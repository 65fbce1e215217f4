"""Which stretches of time does a text name?"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Iterator, Mapping
from datetime import date

from babel.dates import get_month_names

from engine.dates_in_text import date_of, dates_in

_YEAR = re.compile(r"(?<![\w./-])(?:FY\s?)?((?:19|20)\d\d)(?![\w/]|-\d|\.\d)")
_FISCAL = re.compile(r"\bFY\s?['’]?(\d\d)(?![\w/]|-\d|\.\d)")
_QUARTER = re.compile(
    r"(?:\bQ([1-4])|\b(first|second|third|fourth|last) quarter)(?:\s+(?:of\s+|in\s+)?)?"
    r"(?:\b((?:19|20)\d\d))?"
    r"|\b((?:19|20)\d\d)\s+(?:Q([1-4])\b|(first|second|third|fourth|last) quarter)", re.IGNORECASE,
)  # fmt: skip
_QUARTERS = ("first", "second", "third", "fourth")

Stretch = tuple[int, int, tuple[date, date]]
"""Where a time stands, and its first and last day."""


def times_in(text: str, day_first: bool | None = None) -> Iterator[Stretch]:
    """Days, months, quarters and years; of two that overlap the one that says more."""
    taken: list[tuple[int, int]] = []
    for start, stop in dates_in(text):
        day = date_of(text[start:stop], day_first=day_first)
        if day is not None:
            taken.append((start, stop))
            yield start, stop, (day, day)
    for matches in (_months(text), _quarters(text), _years(text)):
        for start, stop, span in matches:
            if not any(a < stop and start < b for a, b in taken):
                taken.append((start, stop))
                yield start, stop, span


def _months(text: str) -> Iterator[Stretch]:
    names = _month_numbers()
    for match in _month_pattern().finditer(text):
        month = names[match[1].lower()] if match[1] else int(match[4])
        year = int(match[2] or match[3])
        if 1 <= month <= 12:
            last = calendar.monthrange(year, month)[1]
            yield match.start(), match.end(), (date(year, month, 1), date(year, month, last))


def _quarters(text: str) -> Iterator[Stretch]:
    """The year may stand before, or behind."""
    for match in _QUARTER.finditer(text):
        year = match[3] or match[4]
        if not year:
            continue
        digit, word = match[1] or match[5], (match[2] or match[6] or "").lower()
        number = int(digit) if digit else _QUARTERS.index(word) + 1 if word in _QUARTERS else 4
        last = number * 3
        day = calendar.monthrange(int(year), last)[1]
        days = date(int(year), last - 2, 1), date(int(year), last, day)
        yield match.start(), match.end(), days


def _years(text: str) -> Iterator[Stretch]:
    for pattern, century in ((_YEAR, 0), (_FISCAL, 2000)):
        for match in pattern.finditer(text):
            year = century + int(match[1])
            yield match.start(), match.end(), (date(year, 1, 1), date(year, 12, 31))


@functools.cache
def _month_pattern() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _month_numbers()), key=len, reverse=True))
    form = (
        rf"\b({words})\.?\s+(?:of\s+|de[l]?\s+)?((?:19|20)\d\d)\b|\b((?:19|20)\d\d)-(\d\d)(?![\d-])"
    )
    return re.compile(form, re.IGNORECASE)


@functools.cache
def _month_numbers() -> Mapping[str, int]:
    names: dict[str, int] = {}
    for language in ("en", "de", "fr", "es", "it"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(name.lower().rstrip("."), number)
    return names
