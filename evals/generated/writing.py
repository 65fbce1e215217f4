"""How does one writer write dates, amounts and numbers?"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_TENS = {30: "thirty", 45: "forty-five", 60: "sixty", 90: "ninety", 180: "one hundred eighty"}
_DATE_STYLES = ("long", "us", "iso", "points", "short", "dashes", "us_short", "slashes")
_PROSE_DATE_STYLES = ("long", "us", "ordinal", "legal")


@dataclass(frozen=True, slots=True)
class Writing:
    """One writer's habits, kept through a document."""

    date_style: str
    prose_date_style: str
    currency: str  # code
    money_style: str
    grouping: str  # "en", "de", "ch", "fr" or "in"

    def date(self, day: date, *, in_prose: bool = False) -> str:
        return _dated(day, self.prose_date_style if in_prose else self.date_style)

    def number(self, value: float, places: int = 2) -> str:
        text = f"{value:,.{places}f}"
        if self.grouping == "de":
            return text.translate(str.maketrans(",.", ".,"))
        if self.grouping == "fr":
            return text.translate({ord(","): "\u00a0", ord("."): ","})
        if self.grouping == "in":
            return _in_lakhs(text)
        return text.replace(",", "'") if self.grouping == "ch" else text

    def money(self, value: float, places: int = 2) -> str:
        number = self.number(value, places)
        symbol = {"USD": "$", "EUR": "€", "GBP": "£"}.get(self.currency, self.currency + " ")
        match self.money_style:
            case "symbol":
                return f"{symbol}{number}"
            case "spaced":
                return f"{symbol.strip()} {number}"
            case "code":
                return f"{self.currency} {number}"
            case "behind":
                return f"{number} {symbol.strip()}"
            case _:
                return number


def writing(rng: random.Random, country: str = "us") -> Writing:
    """Habits as they are found together. `country` is that of the writer's locale."""
    is_german = country in ("de", "nl", "it", "es") and rng.random() < 0.6
    if is_german:
        return Writing(
            rng.choice(["points", "long", "iso", "points"]),
            rng.choice(["long", "ordinal"]),
            "EUR",
            rng.choice(["behind", "code", "spaced", "bare"]),
            "de",
        )
    currency = {"us": "USD", "gb": "GBP", "in": "USD", "ch": "CHF", "se": "SEK"}.get(country, "EUR")
    style = rng.choice(["symbol", "symbol", "spaced", "code", "bare"])
    dates = [s for s in _DATE_STYLES if country == "us" or s not in ("slashes", "us_short")]
    return Writing(
        rng.choice(dates),
        rng.choice(_PROSE_DATE_STYLES),
        currency,
        style,
        "ch" if country == "ch" else "en",
    )


def number_words(value: int) -> str:
    """ "twelve", where there is a word for it, else the digits."""
    return _WORDS.split()[value] if value <= 20 else _TENS.get(value, str(value))


def has_words(value: int) -> bool:
    return value <= 20 or value in _TENS


def ordinal(day: int) -> str:
    suffix = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _in_lakhs(text: str) -> str:
    """1,234,567.00 as 12,34,567.00"""
    whole, point, part = text.replace(",", "").partition(".")
    grouped = whole[-3:]
    for stop in range(len(whole) - 3, 0, -2):
        grouped = f"{whole[max(0, stop - 2) : stop]},{grouped}"
    return f"{grouped}{point}{part}"


def _dated(day: date, style: str) -> str:
    match style:
        case "long":
            return f"{day.day} {day:%B %Y}"
        case "us":
            return f"{day:%B} {day.day}, {day.year}"
        case "iso":
            return day.isoformat()
        case "points":
            return f"{day:%d.%m.%Y}"
        case "short":
            return f"{day.day} {day:%b %Y}"
        case "us_short":
            return f"{day:%b} {day.day}, {day.year}"
        case "dashes":
            return f"{day:%d-%b-%Y}"
        case "slashes":
            return f"{day:%m/%d/%Y}"
        case "ordinal":
            return f"{ordinal(day.day)} {day:%B %Y}"
        case _:
            return f"{ordinal(day.day)} day of {day:%B}, {day.year}"
