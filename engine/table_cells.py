"""Which numbers and dates stand in the cells of a column?

The forms that most cells have are read by a table engine, all at once; what is left is read as
any other text, each different text once.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

import polars as pl

from engine.customs import Customs
from engine.dates_in_text import date_of, dates_in
from engine.numbers_in_text import read_number
from engine.tables import is_figure

_NUM_SAMPLES = 200
_SHARE_OF_KIND = 0.6
_MOST_CHARACTERS = 60
_BLANKS = ("", "-", "–", "—", "n/a", "na", "#n/a", "none", "nil", "null", "tbd", "?", "x", "…")
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?$"
_CODE = re.compile(r"0\d+|[^\W\d_]+[-_/.]?\d[\w/.-]*|\d+(?:[-/]\d+)+|\d+[-_/][^\W\d_]\w*")


class ColumnKind(StrEnum):
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


def kind_of(texts: pl.Series) -> ColumnKind:
    """By the cells that say something, of which some are looked at."""
    known = texts.drop_nulls()
    known = known.filter(~known.str.to_lowercase().is_in(_BLANKS))
    step = max(1, len(known) // _NUM_SAMPLES)
    samples = known.gather_every(step).to_list()
    if not samples:
        return ColumnKind.TEXT
    if sum(_date_in(text) is not None for text in samples) >= _SHARE_OF_KIND * len(samples):
        return ColumnKind.DATE
    is_code = sum(_CODE.fullmatch(text) is not None for text in samples) * 2 > len(samples)
    num_figures = sum(len(text) <= _MOST_CHARACTERS and is_figure(text) for text in samples)
    is_number = num_figures >= _SHARE_OF_KIND * len(samples) and not is_code
    return ColumnKind.NUMBER if is_number else ColumnKind.TEXT


def numbers_of(texts: pl.Series, customs: Customs) -> pl.Series:
    """As printed, without the scale of the table; null for cells that are no number."""
    plain = _plain(texts, customs)
    left = texts.filter(plain.is_null() & texts.is_not_null()).unique()
    read = {text: _number(text, customs) for text in left.to_list()}
    return plain.fill_null(texts.replace_strict(read, default=None, return_dtype=pl.Float64))


def dates_of(texts: pl.Series, customs: Customs) -> pl.Series:
    is_plain = texts.str.contains(_ISO_DATE)
    days = texts.set(~is_plain.fill_null(False), None).str.slice(0, 10).str.to_date(strict=False)
    left = texts.filter(days.is_null() & texts.is_not_null()).unique()
    read = {text: _date_in(text, customs) for text in left.to_list()}
    return days.fill_null(texts.replace_strict(read, default=None, return_dtype=pl.Date))


def decimals_of(texts: pl.Series, customs: Customs) -> int:
    """The most digits behind the decimal mark, up to nine."""
    tails = texts.str.extract(rf"{re.escape(customs.decimal_mark)}(\d{{1,9}})\D*$", 1)
    most = tails.str.len_chars().max()
    return most if isinstance(most, int) else 0


def _plain(texts: pl.Series, customs: Customs) -> pl.Series:
    point, comma = (".", ",") if customs.decimal_mark == "." else (",", ".")
    digits = rf"(?:[1-9]\d{{0,2}}(?:\{comma}\d{{3}})+|\d+)(?:\{point}\d+)?"
    sign = r"(?:[$€£¥]\s?)?"
    form = rf"^(?:{sign}-?|-{sign}){digits}(?:\s?[%€])?$|^\({sign}{digits}\)$"
    kept = texts.set(~texts.str.contains(form).fill_null(False), None)
    is_negative = kept.str.contains(r"[-(]").fill_null(False)
    bare = kept.str.replace_all(rf"[^\d\{point}]", "").str.replace(point, ".", literal=True)
    numbers = bare.cast(pl.Float64, strict=False)
    return numbers.zip_with(~is_negative, -numbers)


def _number(text: str, customs: Customs) -> float | None:
    if len(text) > _MOST_CHARACTERS or not is_figure(text):
        return None
    read = read_number(text, customs=customs)
    value = None if read is None else read.value()
    return None if value is None else float(value)


def _date_in(text: str, customs: Customs | None = None) -> date | None:
    if len(text) > _MOST_CHARACTERS or not re.search(r"\d", text):
        return None
    size = max((stop - start for start, stop in dates_in(text)), default=0)
    if size * 5 < len(text.strip()) * 3 or not size:
        return None
    return date_of(text, day_first=None if customs is None else customs.day_first)
