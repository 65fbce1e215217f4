"""How does a document write its numbers and dates, where one could be read two ways?"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUM_CHARACTERS = 100_000
_POINT_IS_DECIMAL = re.compile(r"(?<![\d.,])\d{1,3}(?:[,'’]\d{3})+\.\d|\d(?:,\d{3}){2}(?!\d)")
_COMMA_IS_DECIMAL = re.compile(r"(?<![\d.,])\d{1,3}(?:[. '’]\d{3})+,\d|\d(?:\.\d{3}){2}(?!\d)")
_TWO_PLACES = re.compile(r"(?<![\d.,/])\d+([.,])\d\d(?![\d.,/-])")
_NUMERIC_DATE = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d./-])")


@dataclass(frozen=True, slots=True)
class Customs:
    """`day_first` is None where no date of the document says."""

    decimal_mark: str = "."
    day_first: bool | None = None


ENGLISH = Customs()


def customs_of(text: str) -> Customs:
    """What the numbers and dates say that can be read in one way only; English without any.

    Of a long document the beginning is looked at.
    """
    beginning = text[:_NUM_CHARACTERS]
    return Customs(_decimal_mark(beginning), _is_day_first(beginning))


def _decimal_mark(text: str) -> str:
    num_points = len(_POINT_IS_DECIMAL.findall(text))
    num_commas = len(_COMMA_IS_DECIMAL.findall(text))
    if num_points == num_commas:
        marks = _TWO_PLACES.findall(text)
        num_points, num_commas = marks.count("."), marks.count(",")
    return "," if num_commas > num_points else "."


def _is_day_first(text: str) -> bool | None:
    balance = 0
    for first, _, second in _NUMERIC_DATE.findall(text):
        balance += (int(first) > 12 >= int(second)) - (int(second) > 12 >= int(first))
    return None if balance == 0 else balance > 0
