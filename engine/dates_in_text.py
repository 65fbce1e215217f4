"""Where does a text state a date, and which? Month names come from the CLDR, by babel."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date

from babel.dates import get_month_names

from engine.number_words import in_digits

_LANGUAGES = (
    "en", "de", "fr", "fr_CA", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs", "ro",
    "tr",
)  # fmt: skip
_WORDS_AROUND = 80


def dates_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and stop of what reads as a date, in order; of two that overlap the longer."""
    found = [match.span() for match in _pattern().finditer(text) if date_of(match[0]) is not None]
    found += _spelled_dates(text, found)
    taken = 0
    for start, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= taken:
            taken = stop
            yield start, stop


def date_of(quote: str, *, day_first: bool | None = None) -> date | None:
    """The day a quote states, None where it is none.

    31/12/2022 and 12/31/2022 are told apart where only one is a day; else as `day_first` says,
    and where it does not, the month is first with slashes and the day with points and dashes, as
    is the custom where either is written.
    """
    match = _pattern().search(quote) or _pattern().search(in_digits(quote)[0])
    if match is None:
        return None
    parts = {name.rstrip("0123456789"): part for name, part in match.groupdict().items() if part}
    try:
        if "first" in parts:
            first, second = int(parts["first"]), int(parts["second"])
            is_day_first = parts["mark"] != "/" if day_first is None else day_first
            return _numeric(first, second, parts["tail"], is_day_first)
        name = parts["month"].lower().rstrip(".")
        month = int(name) if name.isdigit() else _months()[name]
        return date(_year(parts["year"]), month, int(re.sub(r"\D", "", parts["day"])))
    except (ValueError, KeyError):
        return None


def _numeric(first: int, second: int, year: str, is_day_first: bool) -> date:
    day, month = (first, second) if is_day_first else (second, first)
    if month > 12:
        month, day = day, month
    return date(_year(year), month, day)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _spelled_dates(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Dates with their day or year in words, which stand around the name of a month."""
    for month in _english_month().finditer(text):
        if any(start <= month.start() < stop for start, stop in found):
            continue
        first = max(0, month.start() - _WORDS_AROUND)
        window, bounds = in_digits(text[first : month.end() + _WORDS_AROUND])
        for match in _pattern().finditer(window):
            if date_of(match[0]) is not None:
                yield first + bounds[match.start()][0], first + bounds[match.end() - 1][1]


@functools.cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {"sept": 9}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(name.lower().rstrip("."), number)
    return names


@functools.cache
def _english_month() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(get_month_names('wide', locale='en').values())})\b")


@functools.cache
def _pattern() -> re.Pattern[str]:
    def any_of(names: list[str]) -> str:
        return "|".join(sorted(map(re.escape, names), key=len, reverse=True))

    english = [
        name.rstrip(".")
        for width in ("wide", "abbreviated")
        for name in get_month_names(width, locale="en").values()
    ]
    month, month_first = any_of(list(_months())), any_of([*english, "Sept"])
    day = r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?"
    then = r"(?:\s*,\s*|\s+)(?:in\s+the\s+year\s+)?(?:de\s+|of\s+)?"
    gap = r"(?:(?!\n\n)\s)+"  # a number above a paragraph that begins with a month is no day
    return re.compile(
        rf"(?<!\d)(?P<year1>\d{{4}})(?P<mark1>[-/.])(?P<month1>\d{{1,2}})(?P=mark1)(?P<day1>\d{{1,2}})(?!\d)"
        rf"|\b(?P<month2>{month_first})\b\.?,?\s+(?P<day2>{day}){then}(?P<year2>\d{{4}})(?!\d)"
        rf"|(?<!\d)(?P<day3>{day})(?:\s+\(\w+\))?(?:\s+day)?,?{gap}(?:of\s+|de\s+)?"
        rf"(?P<month3>{month})\b\.?{then}(?P<year3>\d{{4}})(?!\d)"
        rf"|(?<!\d)(?P<day4>\d{{1,2}})-(?P<month4>{month})\b\.?-(?P<year4>\d{{4}}|\d{{2}})(?!\d)"
        rf"|(?<![\d.])(?P<first>\d{{1,2}})(?P<mark>[/.]|-(?=\d{{1,2}}-\d{{4}}))\s?(?P<second>\d{{1,2}})"
        rf"(?P=mark)\s?(?P<tail>\d{{4}}|(?<!\s)\d{{2}})(?![\d]|\.\d)"
        rf"|(?P<year5>\d{{4}})年(?P<month5>\d{{1,2}})月(?P<day5>\d{{1,2}})日",
        re.IGNORECASE,
    )
