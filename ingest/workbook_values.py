"""How do values that calamine has read become the texts of cells, many at a time?

calamine tells a date from a number by itself; where the number format of the cell is known, it
alone decides how the value is written.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ingest.normalise import normalise
from ingest.workbook_cells import CellKind
from ingest.workbook_format import duration_text, moment_text, shown

_MOST_KEPT = 1 << 16
_LEAP_DAY = datetime.datetime(1900, 3, 1)  # before it, days of 1900 are counted one less
Shown = tuple[str, int]
ShownMany = tuple[Sequence[str], Sequence[int]]
"""Texts, and the kinds of their cells."""


class ValueTexts:
    """Values of one workbook; those that come again are not worked out again."""

    def __init__(self, epoch: datetime.datetime) -> None:
        self._epoch = epoch
        self._known: dict[str | None, dict[type, dict[Any, Shown]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def shown(self, values: Sequence[Any], number_format: str | None) -> ShownMany:
        """None for a format that is not known: each value is then written by what it is."""
        by_type = self._known[number_format]
        types = set(map(type, values))
        if len(types) == 1:
            found: list[Shown | None] = list(map(by_type[types.pop()].get, values))
        else:
            found = [by_type[value.__class__].get(value) for value in values]
        all_found = [
            one or self._new(value, number_format) for one, value in zip(found, values, strict=True)
        ]
        texts, kinds = zip(*all_found, strict=True)
        return texts, kinds

    def _new(self, value: Any, number_format: str | None) -> Shown:
        known = self._known[number_format][value.__class__]
        text, kind = self._shown(value, number_format)
        if len(known) < _MOST_KEPT:
            known[value] = (text, int(kind))
        return text, int(kind)

    def _shown(self, value: Any, number_format: str | None) -> tuple[str, CellKind]:
        if isinstance(value, str):
            return normalise(value), CellKind.TEXT
        if isinstance(value, bool):
            return ("TRUE" if value else "FALSE"), CellKind.BOOLEAN
        if isinstance(value, int | float):
            text, kind = shown(_whole(value), number_format or "General", self._epoch)
        elif number_format is None:
            text, kind = _text_of_moment(value), CellKind.DATE
        else:
            text, kind = shown(self._serial(value), number_format, self._epoch)
        return normalise(text), kind

    def _serial(self, value: Any) -> float:
        """The number that stands in the file for a date or time."""
        if isinstance(value, datetime.timedelta):
            return _whole(_days(value))
        if isinstance(value, datetime.time):
            value = datetime.timedelta(
                hours=value.hour,
                minutes=value.minute,
                seconds=value.second,
                microseconds=value.microsecond,
            )
            return _whole(_days(value))
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime.combine(value, datetime.time())
        days = _days(value - self._epoch)
        is_before = self._epoch.year == 1899 and value < _LEAP_DAY
        return _whole(days - 1 if is_before else days)


def _text_of_moment(value: Any) -> str:
    if isinstance(value, datetime.timedelta):
        return duration_text(_days(value))
    if isinstance(value, datetime.datetime):
        return moment_text(value, has_day=True, has_time=True, has_seconds=bool(value.second))
    if isinstance(value, datetime.time):
        moment = datetime.datetime.combine(datetime.date(1900, 1, 1), value)
        return moment_text(moment, has_day=False, has_time=True, has_seconds=bool(value.second))
    return str(value.isoformat())


def _days(span: datetime.timedelta) -> float:
    return span / datetime.timedelta(days=1)


def _whole(number: float) -> float:
    """Numbers without a fraction are written without one."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return int(number)
    return number
