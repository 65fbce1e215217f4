"""How does a person see a number under a number format of a workbook?

Numbers follow the format: decimals, thousands, percent, currency, signs in brackets. Dates are
written as ISO dates whatever the format's order, so that they are read in one way. Fractions
and formats that are not understood show the number itself.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from openpyxl.utils.datetime import from_excel

from ingest.workbook_cells import CellKind

_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|General|E[+-]0+|[0#?]|.', re.IGNORECASE
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_LARGE = 1e9
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")


def shown(value: float, number_format: str, epoch: datetime.datetime) -> tuple[str, CellKind]:
    """The text of a number, and what kind of thing a reader takes it for."""
    pattern = _pattern(number_format)
    if pattern.is_date:
        text = _date_text(value, pattern, epoch)
        if text is not None:
            return text, CellKind.DATE
        return _plain(value), CellKind.NUMBER
    section, magnitude = pattern.section(value)
    text = section.quick_text(magnitude) or section.text(magnitude)
    return text, CellKind.YEAR if _is_year(value, text) else CellKind.NUMBER


def _is_year(value: float, text: str) -> bool:
    return value == int(value) and 1900 <= value <= 2100 and text == str(int(value))


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a format."""

    before: str
    after: str
    is_general: bool = False
    has_digits: bool = False
    decimals: tuple[int, int] = (0, 0)  # least, most
    whole_digits: int = 0
    has_thousands: bool = False
    scale: int = 0  # powers of ten that the number is multiplied by
    exponent_digits: int = 0
    is_plain: bool = False
    quick: str = ""
    """How Python would write the number, where that is all there is to the format."""

    def quick_text(self, value: float) -> str | None:
        """None where the number has to be rounded, which people do in decimals."""
        if not self.quick or not value or not -_LARGE < value < _LARGE:
            return None
        if round(value, self.decimals[1] + self.scale) != value:
            return None
        digits = format(value * 100 if self.scale else value, self.quick)
        return self._signed(digits) if self.before or self.after else digits

    def text(self, value: float) -> str:
        if self.is_general or self.is_plain:
            return f"{self.before}{_plain(value)}{self.after}".strip()
        if not self.has_digits:
            return f"{self.before}{self.after}".strip()
        if self.exponent_digits:
            return f"{self.before}{self._scientific(value)}{self.after}".strip()
        return self._signed(self._digits(value))

    def _signed(self, digits: str) -> str:
        sign = "-" if digits.startswith("-") else ""
        return f"{sign}{self.before}{digits.removeprefix('-')}{self.after}".strip()

    def _digits(self, value: float) -> str:
        least, most = self.decimals
        number = Decimal(repr(value)).scaleb(self.scale)
        try:
            number = number.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
        except InvalidOperation:
            return _plain(value)
        digits = f"{number:f}"
        sign = "-" if digits.startswith("-") and digits.strip("-0.") else ""
        digits = digits.removeprefix("-")
        whole, _, fraction = digits.partition(".")
        fraction = fraction[:least] + fraction[least:].rstrip("0")
        whole = whole.lstrip("0").rjust(self.whole_digits, "0")
        if self.has_thousands:
            whole = f"{int(whole):,}" if whole else whole
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole or '0'}"

    def _scientific(self, value: float) -> str:
        mantissa, _, exponent = f"{value:.{self.decimals[1]}E}".partition("E")
        return (
            f"{mantissa}E{exponent[0]}{exponent[1:].lstrip('0').rjust(self.exponent_digits, '0')}"
        )


@dataclass(frozen=True, slots=True)
class _Pattern:
    sections: tuple[_Section, ...]
    conditions: tuple[tuple[str, float] | None, ...]
    is_date: bool = False
    has_day: bool = False
    has_time: bool = False
    has_seconds: bool = False
    is_elapsed: bool = False

    def section(self, value: float) -> tuple[_Section, float]:
        """The part that applies, and the number it is applied to: a part of its own for
        negative numbers writes their sign itself."""
        if any(self.conditions):
            for section, condition in zip(self.sections, self.conditions, strict=True):
                if condition is not None and _holds(value, *condition):
                    return section, value
            return self.sections[-1], value
        if value < 0 and len(self.sections) > 1:
            return self.sections[1], -value
        if value == 0 and len(self.sections) > 2:
            return self.sections[2], value
        return self.sections[0], value


def _holds(value: float, operator: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def is_date_format(number_format: str) -> bool:
    return _pattern(number_format).is_date


@lru_cache(maxsize=4096)
def _pattern(number_format: str) -> _Pattern:
    parts = _split_sections(number_format or "General")
    conditions = tuple(_condition(part) for part in parts[:3])
    bare = "".join(token for token in _TOKEN.findall(parts[0]) if not _is_literal(token)).lower()
    is_elapsed = bool(_ELAPSED.search(parts[0]))
    bare = _ELAPSED.sub("h", parts[0].lower()) if is_elapsed else bare
    if is_elapsed or (re.search(r"[ymdhs]", bare) and "general" not in bare):
        has_time = bool(re.search(r"[hs]", bare))
        return _Pattern(
            (),
            (),
            is_date=True,
            has_day=bool(re.search(r"[yd]", bare)) or not has_time,
            has_time=has_time,
            has_seconds="s" in bare,
            is_elapsed=is_elapsed,
        )
    return _Pattern(tuple(_section(part) for part in parts[:3]), conditions)


def _is_literal(token: str) -> bool:
    return token[0] in '"\\_*[' and len(token) > 1


def _split_sections(number_format: str) -> list[str]:
    sections = [""]
    for token in _TOKEN.findall(number_format):
        if token == ";":
            sections.append("")
        else:
            sections[-1] += token
    return sections


def _condition(section: str) -> tuple[str, float] | None:
    found = _CONDITION.search(section)
    try:
        return (found[1], float(found[2])) if found else None
    except ValueError:
        return None


def _section(section: str) -> _Section:
    tokens = _TOKEN.findall(section)
    places = [i for i, token in enumerate(tokens) if token in "0#?"]
    literals = "".join(_literal(token) for token in tokens)
    if any(token.lower() == "general" for token in tokens) or tokens == ["@"]:
        return _around_general(tokens)
    if not places:
        return _Section(literals, "")
    first, last = places[0], places[-1]
    exponent = next((token for token in tokens if re.fullmatch(r"(?i)E[+-]0+", token)), None)
    body = tokens[first : last + 1]
    before = "".join(map(_literal, tokens[:first]))
    after = "".join(map(_literal, tokens[last + 1 :]))
    if "/" in body or any(_is_literal(token) or token in "- ()" for token in body):
        return _Section(before, after, has_digits=True, is_plain=True)
    return _digits_of(body, tokens[last + 1 :], before, after, exponent)


def _around_general(tokens: list[str]) -> _Section:
    at = next(i for i, token in enumerate(tokens) if token.lower() in ("general", "@"))
    before, after = ("".join(map(_literal, part)) for part in (tokens[:at], tokens[at + 1 :]))
    return _Section(before, after, is_general=True)


def _digits_of(
    body: list[str], rest: list[str], before: str, after: str, exponent: str | None
) -> _Section:
    point = body.index(".") if "." in body else len(body)
    whole, fraction = body[:point], body[point + 1 :]
    trailing = len("".join(rest)) - len("".join(rest).lstrip(",")) if rest else 0
    num_percent = rest.count("%") + before.count("%")
    decimals = (fraction.count("0"), sum(token in "0#?" for token in fraction))
    scale = 2 * num_percent - 3 * trailing
    is_usual = decimals[0] == decimals[1] < 6 and whole.count("0") == 1 and scale in (0, 2)
    return _Section(
        before,
        after,
        has_digits=True,
        decimals=decimals,
        whole_digits=whole.count("0"),
        has_thousands="," in whole,
        scale=scale,
        exponent_digits=len(exponent) - 2 if exponent else 0,
        quick=f"{',' if ',' in whole else ''}.{decimals[1]}f" if is_usual and not exponent else "",
    )


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token.strip('"')
    if token.startswith("\\"):
        return token[1:]
    if token.startswith(("_", "*")):
        return " " if token.startswith("_") else ""
    if token.startswith("["):
        found = _CURRENCY.fullmatch(token)
        return found[1] if found else ""
    return "" if token in "0#?,.@" or re.fullmatch(r"(?i)E[+-]0+|general", token) else token


def _date_text(value: float, pattern: _Pattern, epoch: datetime.datetime) -> str | None:
    """None for a number that is no date: below zero or past the year 9999."""
    if pattern.is_elapsed:
        return duration_text(value)
    if value < 0:
        return None
    try:
        moment = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return None
    if isinstance(moment, datetime.time):
        moment = datetime.datetime.combine(_day_zero(epoch), moment)
    assert isinstance(moment, datetime.datetime)
    return moment_text(
        moment,
        has_day=pattern.has_day,
        has_time=pattern.has_time,
        has_seconds=pattern.has_seconds,
    )


def _day_zero(epoch: datetime.datetime) -> datetime.date:
    """The day of the serial numbers below one; spreadsheets show 1900's as 0 January."""
    return epoch.date() if epoch.year == 1904 else datetime.date(1899, 12, 31)


def duration_text(days: float) -> str:
    seconds = round(abs(days) * 86400)
    sign = "-" if days < 0 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def moment_text(
    moment: datetime.datetime, *, has_day: bool, has_time: bool, has_seconds: bool
) -> str:
    """Rounded to the second, as serial numbers are not exact."""
    moment = (moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    if not has_time:
        return moment.date().isoformat()
    time = moment.strftime("%H:%M:%S" if has_seconds else "%H:%M")
    return f"{moment.date().isoformat()} {time}" if has_day else time
