"""Where does a text state a date, and which? Month names come from the CLDR, by babel."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date

from babel.dates import get_month_names

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")


def dates_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and stop of what reads as a date; longer readings first where two overlap."""
    taken = 0
    for match in _pattern().finditer(text):
        if match.start() >= taken and date_of(match[0]) is not None:
            taken = match.end()
            yield match.span()


def date_of(quote: str) -> date | None:
    """The day a quote states, None where it is none.

    31/12/2022 and 12/31/2022 are told apart where only one is a day; else the month is first
    with slashes and the day with points, as is the custom where either is written.
    """
    match = _pattern().search(quote)
    if match is None:
        return None
    parts = {name.rstrip("0123456789"): part for name, part in match.groupdict().items() if part}
    try:
        if "first" in parts:
            return _numeric(int(parts["first"]), int(parts["second"]), parts["tail"], quote)
        month = parts["month"].lower().rstrip(".")
        number = int(month) if month.isdigit() else _months()[month]
        return date(_year(parts["year"]), number, int(re.sub(r"\D", "", parts["day"])))
    except (ValueError, KeyError):
        return None


def _numeric(first: int, second: int, year: str, quote: str) -> date:
    month_first = "/" in quote
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    return date(_year(year), month, day)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


@functools.cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(name.lower().rstrip("."), number)
    return names


@functools.cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?"
    return re.compile(
        rf"(?<!\d)(?P<year1>\d{{4}})-(?P<month1>\d{{1,2}})-(?P<day1>\d{{1,2}})(?!\d)"
        rf"|\b(?P<month2>{month})\.?\s+(?P<day2>{day}),?\s+(?P<year2>\d{{4}})(?!\d)"
        rf"|(?<!\d)(?P<day3>{day})(?:\s+day)?\s+(?:of\s+|de\s+)?(?P<month3>{month})\.?,?"
        rf"\s+(?:de\s+)?(?P<year3>\d{{4}})(?!\d)"
        rf"|(?<!\d)(?P<day4>\d{{1,2}})-(?P<month4>{month})-(?P<year4>\d{{4}}|\d{{2}})(?!\d)"
        rf"|(?<!\d)(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<second>\d{{1,2}})(?P=mark)"
        rf"(?P<tail>\d{{4}}|\d{{2}})(?!\d)",
        re.IGNORECASE,
    )
