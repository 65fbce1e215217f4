"""Which rows of a table sum up other rows, and must not be counted with them?

Told by words (Total, Zwischensumme, Average), by what such a row leaves blank, by sums that come
out, and by formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.columns import is_total
from schemas.document import Document

_WORDS = (
    r"(?:(?:grand|sub|net|overall|running)[\s-]?)?totals?|totale?n?|(?:zwischen|gesamt|teil)?summen?"
    r"|gesamt(?:betrag)?|insgesamt|sous[\s-]total|total g[eé]n[eé]ral|totaal|suma|subtotales"
    r"|averages?|avg\.?|mean|median|durchschnitt|mittelwert|moyenne|promedio|media"
    r"|carried forward|brought forward|übertrag"
)
_BEGINS_OR_ENDS = rf"(?i)^(?:{_WORDS})\b|\b(?:{_WORDS})\s*:?$"
_WHOLE = re.compile(rf"(?:{_WORDS})\s*:?", re.IGNORECASE)
_FORMULA = re.compile(
    r"=?\s*(?:SUM|SUBTOTAL|AVERAGE|AGGREGATE)\(\s*(?:\d+\s*[,;]\s*)*"
    r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\s*\)",
    re.IGNORECASE,
)
_USUALLY = 0.9
_MOST_ROWS_SUMMED = 20_000
_MOST_UNLABELLED = 100

Bools = npt.NDArray[np.bool_]


def total_rows(
    texts: pl.DataFrame, values: pl.DataFrame, numeric: Sequence[int], heads: Sequence[str]
) -> Bools:
    """[num_rows], of columns "0", "1" … as in a frame, of which some are `numeric`. A head that
    is repeated within the table is as little a row of data."""
    found = np.zeros(len(texts), dtype=np.bool_)
    labels = [column for column in range(len(heads)) if column not in numeric]
    if not len(texts) or not labels:
        return found
    is_filled = np.stack([texts[str(column)].is_not_null().to_numpy() for column in labels])
    usual = [at for at in range(len(labels)) if is_filled[at].mean() >= _USUALLY]
    lacks: Bools = np.zeros(len(texts), dtype=np.bool_)
    for at in usual:
        lacks |= ~is_filled[at]
    for row in _worded(texts, labels):
        words = _label(texts, labels, row)
        is_whole = is_total(words) or _WHOLE.fullmatch(words) is not None
        if is_whole or lacks[row] or _sums_up(values, numeric, row, found, most=True):
            found[row] = True
    unlabelled = np.flatnonzero(~is_filled.any(axis=0) & ~found)
    for row in unlabelled[:_MOST_UNLABELLED].tolist():
        found[row] = _sums_up(values, numeric, row, found)
    for row in _repeated_heads(texts, heads):
        found[row] = True
    return found


def formula_rows(document: Document, place: int, starts: npt.NDArray[np.int32]) -> list[int]:
    """The rows of a sheet's table that sum up the cells above them; [num_rows, num_columns]
    `starts` are those of their cells."""
    if not document.sheets:
        return []
    summing = {
        cell
        for cell, formula in document.sheets[place - 1].formulas.items()
        if _sums_upwards(cell, formula)
    }
    if not summing:
        return []
    sheet_rows = {int(re.sub(r"\D", "", cell)) for cell in summing}
    places = document.source_map
    firsts = np.where(starts >= 0, starts, np.iinfo(np.int32).max).min(axis=1)
    at = np.searchsorted(places.start, firsts, side="left")
    numbers = places.boxes[np.minimum(at, len(places.boxes) - 1), 1].astype(int)
    return [row for row, number in enumerate(numbers.tolist()) if number in sheet_rows]


def _sums_upwards(cell: str, formula: str) -> bool:
    """Two cells and more of its own column, right above it."""
    match = _FORMULA.fullmatch(formula.strip())
    if match is None:
        return False
    column, row = re.sub(r"\d", "", cell), int(re.sub(r"\D", "", cell))
    is_column = match[1].upper() == match[3].upper() == column
    return is_column and int(match[4]) > int(match[2]) and row - 3 <= int(match[4]) < row


def _worded(texts: pl.DataFrame, labels: Sequence[int]) -> list[int]:
    is_worded = np.zeros(len(texts), dtype=np.bool_)
    for column in labels:
        said = texts[str(column)].str.contains(_BEGINS_OR_ENDS).fill_null(False)
        is_worded |= said.to_numpy()
    return np.flatnonzero(is_worded).tolist()


def _label(texts: pl.DataFrame, labels: Sequence[int], row: int) -> str:
    """The first words of a row."""
    told = (texts[str(column)][row] for column in labels)
    return next((words.strip() for words in told if words), "")


def _sums_up(
    values: pl.DataFrame, numeric: Sequence[int], row: int, is_known: Bools, *, most: bool = False
) -> bool:
    """Whether a number of a row is the sum of two and more right above it, other totals aside;
    with `most`, whether half of them are: among many small numbers one comes out by chance."""
    first = max(0, row - _MOST_ROWS_SUMMED)
    kept = ~is_known[first:row]
    num_told = num_sums = 0
    for column in numeric:
        cells = values[str(column)]
        value = cells[row]
        above = cells[first:row].fill_null(0.0).to_numpy()[kept]
        if value is None or value == 0 or len(above) < 2:
            continue
        sums = np.cumsum(above[::-1])[1:]
        num_told += 1
        num_sums += bool((np.abs(sums - value) <= 0.005 + 1e-9 * abs(value)).any())
    return num_sums > 0 and (not most or num_sums * 2 >= num_told)


def _repeated_heads(texts: pl.DataFrame, heads: Sequence[str]) -> Iterator[int]:
    told = [number for number, head in enumerate(heads) if head]
    if len(told) < 2:
        return
    is_head = pl.all_horizontal(pl.col(str(number)) == heads[number] for number in told)
    yield from texts.select(is_head.fill_null(False).arg_true()).to_series().to_list()
