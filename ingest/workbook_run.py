"""What do the bytes of some rows of a sheet's XML say of their cells?

A parser calls us for each of millions of elements; here the starts of all cells in a few megabytes
are found and taken apart at once. It is strict: of what is written in another way than most
programs write it, or is not well-formed as far as it looks, it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import fromstring

import numpy as np
import numpy.typing as npt

from ingest.workbook_cells import Bytes, Ints

_PAD = bytes(64)
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"([^<>]*)>')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_FORMULA = re.compile(rb"<f>([^<&\r]*)</f>|<f(?: [^<>]*)?(?:/>|>[^<]*</f>)")
_VALUE = re.compile(rb"<v>([^<&]*)</v>")
_BELOW_ZERO = re.compile(rb"<v>\s*(-[^<]*)</v>")
_KNOWN = np.isin(np.arange(256), list(b"/cefiprtv"))  # c, f, is, r, row, t, v and what is in them
_TEXT, _ERROR, _NUMBER, _NONE = (ord(letter) for letter in ("t", "e", "n", "\0"))
Places = npt.NDArray[np.intp]


class NotPlain(Exception):
    """The XML is written in a way that is not looked for here."""


@dataclass(frozen=True, slots=True)
class Formula:
    """As it stands in one cell, with its attributes."""

    cell: int
    text: str
    about: dict[str, str]
    is_of_text: bool


@dataclass(frozen=True, slots=True)
class CellRun:
    """The cells of some rows; `errors` and numbers below zero, of date formats alone, are by
    cell."""

    rows: Ints
    columns: Ints
    styles: Ints
    formulas: list[Formula]
    errors: dict[int, str]
    below_zero: dict[int, float]
    hidden_rows: list[int]


def run_of(xml: bytes, date_styles: Collection[int]) -> CellRun:
    """`xml` are whole rows. Raises `NotPlain`, and what comes of XML that is none."""
    data = np.frombuffer(xml + _PAD, dtype=np.uint8)
    tags = np.flatnonzero(data == ord("<"))
    names = [data[tags + number] for number in (1, 2, 3)]
    _insist(_KNOWN[names[0]].all())  # no comments either
    cells = _starts_of_cells(data, tags[names[0] == ord("c")])
    columns, at = _letters(data, cells + len('<c r="'))
    rows, at = _digits(data, at, 7)
    styles, at = _styles(data, _past_quote(data, at))
    kinds, at = _kinds(data, at)
    num_rows, num_formulas = _check_tags(data, at, names)
    return CellRun(
        rows=rows,
        columns=columns,
        styles=styles,
        formulas=list(_formulas(xml, cells, kinds, num_formulas)),
        errors=_errors(xml, cells, kinds),
        below_zero=_below_zero(xml, cells, kinds, np.isin(styles, list(date_styles))),
        hidden_rows=_hidden_rows(xml, cells, rows, num_rows),
    )


def _starts_of_cells(data: Bytes, cells: Places) -> Places:
    """No other element that is known begins with this letter."""
    _insist(_stands(data, cells + 2, b' r="').all())
    return cells


def _letters(data: Bytes, at: Places) -> tuple[Ints, Places]:
    columns = np.zeros(len(at), dtype=np.int32)
    for _ in range(3):
        letters = data[at]
        is_one = (letters >= ord("A")) & (letters <= ord("Z"))
        columns = np.where(is_one, columns * 26 + letters - (ord("A") - 1), columns)
        at = at + is_one
    _insist((columns > 0).all())
    return columns.astype(np.int32), at


def _digits(data: Bytes, at: Places, most: int) -> tuple[Ints, Places]:
    """The numbers that begin there, 0 where none does, and where they end."""
    numbers = np.zeros(len(at), dtype=np.int32)
    for _ in range(most):
        digits = data[at]
        is_one = (digits >= ord("0")) & (digits <= ord("9"))
        if not is_one.any():
            break
        numbers = np.where(is_one, numbers * 10 + digits - ord("0"), numbers)
        at = at + is_one
    return numbers.astype(np.int32), at


def _styles(data: Bytes, at: Places) -> tuple[Ints, Places]:
    has_one = _stands(data, at, b' s="')
    styles, at = _digits(data, at + 4 * has_one, 5)
    _insist((data[at[has_one]] == ord('"')).all())
    return styles, at + has_one


def _kinds(data: Bytes, at: Places) -> tuple[Bytes, Places]:
    """The letter that each begins with, but "t" for the text of a formula."""
    has_one = _stands(data, at, b' t="')
    kinds = np.where(has_one, data[at + 4], _NONE).astype(np.uint8)
    lengths = np.ones(len(at), dtype=np.intp)
    for name in (b"str", b"inlineStr"):
        is_this = has_one & _stands(data, at + 4, name)
        lengths[is_this] = len(name)
        if name == b"str":
            kinds[is_this] = _TEXT
    at = at + has_one * (4 + lengths)
    _insist((data[at[has_one]] == ord('"')).all())
    return kinds, at + has_one


def _check_tags(data: Bytes, at: Places, names: list[Bytes]) -> tuple[int, int]:
    """That cells and values end as often as they begin. How many rows and formulas begin."""
    first, second, third = names
    is_open = data[at] == ord(">")
    is_end = first == ord("/")
    values = first == ord("v")
    _insist((is_open | _stands(data, at, b"/>")).all())
    _insist(is_open.sum() == (is_end & (second == ord("c")) & (third == ord(">"))).sum())
    _insist((second[values] == ord(">")).all())
    _insist(values.sum() == (is_end & (second == ord("v"))).sum())
    rows = (first == ord("r")) & (second == ord("o"))
    return int(rows.sum()), int((first == ord("f")).sum())


def _hidden_rows(xml: bytes, cells: Places, rows: Ints, num_rows: int) -> list[int]:
    """Sees to it that cells stand in the rows that they name."""
    found = list(_ROW.finditer(xml))
    _insist(len(found) == num_rows)
    starts = np.array([row.start() for row in found], dtype=np.intp)
    numbers = np.array([int(row[1]) for row in found], dtype=np.int32)
    owners = np.searchsorted(starts, cells) - 1
    _insist(not len(cells) or (owners[0] >= 0 and (numbers[owners] == rows).all()))
    return [int(row[1]) for row in found if _HIDDEN.search(row[2])]


def _formulas(xml: bytes, cells: Places, kinds: Bytes, number: int) -> Iterator[Formula]:
    found = list(_FORMULA.finditer(xml)) if number else []
    _insist(len(found) == number)
    owners = _owners(cells, [one.start() for one in found])
    is_of_text = (kinds[owners] == _TEXT).tolist()
    for cell, one, of_text in zip(owners.tolist(), found, is_of_text, strict=True):
        if one[1] is not None:
            yield Formula(cell, one[1].decode(), {}, of_text)
        else:
            element = fromstring(one[0])
            yield Formula(cell, element.text or "", element.attrib, of_text)


def _errors(xml: bytes, cells: Places, kinds: Bytes) -> dict[int, str]:
    errors = {}
    for cell in np.flatnonzero(kinds == _ERROR).tolist():
        stop = int(cells[cell + 1]) if cell + 1 < len(cells) else len(xml)
        value = _VALUE.search(xml, int(cells[cell]), stop)
        if value is not None:
            errors[cell] = value[1].decode()
    return errors


def _below_zero(
    xml: bytes, cells: Places, kinds: Bytes, is_date: npt.NDArray[np.bool_]
) -> dict[int, float]:
    wanted = is_date & ((kinds == _NONE) | (kinds == _NUMBER))
    if not wanted.any():
        return {}
    found = list(_BELOW_ZERO.finditer(xml))
    owners = _owners(cells, [one.start() for one in found])
    return {
        cell: float(one[1])
        for cell, one, is_wanted in zip(
            owners.tolist(), found, wanted[owners].tolist(), strict=True
        )
        if is_wanted
    }


def _owners(cells: Places, starts: list[int]) -> Places:
    owners = np.searchsorted(cells, np.array(starts, dtype=np.intp)) - 1
    _insist(not len(owners) or owners[0] >= 0)
    return owners


def _past_quote(data: Bytes, at: Places) -> Places:
    _insist((data[at] == ord('"')).all())
    return at + 1


def _stands(data: Bytes, at: Places, text: bytes) -> npt.NDArray[np.bool_]:
    stands = np.ones(len(at), dtype=np.bool_)
    for number, letter in enumerate(text):
        stands &= data[at + number] == letter
    return stands


def _insist(is_so: object) -> None:
    if not is_so:
        raise NotPlain
