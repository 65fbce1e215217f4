"""Which times do a head, a label or a question tell, and do two of them agree?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from engine.times_in_text import Stretch, times_in

Days = tuple[date, date]
"""The first and the last of a stretch of time."""

_LONGEST = 60  # characters of what is a time and little else
_RANGE = re.compile(r"\s*(?:-|–|to|through|until)\s*", re.IGNORECASE)
_FISCAL = re.compile(r"\bFY\s?['’]?\d|\b(?:fiscal|financial year)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:\W|FY|fiscal|financial|years?|quarters?|months?|period|ended|ending|at|as|of|the|on"
    r"|from|between|to|and|through|until|Q[1-4])*",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def times_told(text: str, day_first: bool | None) -> tuple[Days, ...]:
    """Two that are the ends of a range are one; a date that can be read two ways is none. A fiscal
    year may begin in the year before, and end in the next."""
    found: list[Stretch] = []
    for start, stop, (first, last) in sorted(_clear_times(text, day_first)):
        if found and _RANGE.fullmatch(text[found[-1][1] : start]):
            begin, _, (earliest, _) = found[-1]
            found[-1] = begin, stop, (earliest, last)
        else:
            found.append((start, stop, (first, last)))
    is_fiscal = _FISCAL.search(text) is not None
    return tuple(_fiscal(days) if is_fiscal else days for _, _, days in found)


def _clear_times(text: str, day_first: bool | None) -> Iterable[Stretch]:
    if day_first is not None:
        return times_in(text, day_first)
    month_first = set(times_in(text, day_first=False))
    return [one for one in times_in(text, day_first=True) if one in month_first]


def _fiscal(days: Days) -> Days:
    first, last = days
    if first == last:
        return days
    return date(max(first.year - 1, 1), 4, 1), date(min(last.year + 1, 9999), 3, 31)


@lru_cache(maxsize=4096)
def is_time(text: str) -> bool:
    """Whether it says a time and little else."""
    left, at = [], 0
    for start, stop, _ in times_in(text) if len(text) <= _LONGEST else ():
        left.append(text[at:start])
        at = stop
    return bool(left) and _LABEL.fullmatch(" ".join([*left, text[at:]])) is not None


def agree(times: Sequence[Days], asked: Sequence[Days]) -> bool:
    """Whether one lies within the other: a day in its year, a year about its day."""
    return any(
        (first <= begin and end <= last) or (begin <= first and last <= end)
        for first, last in times
        for begin, end in asked
    )
