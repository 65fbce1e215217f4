"""Which value does a quote state for a field of this kind, and how was it come by?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.boxes import box_beside
from engine.choices import choice_of
from engine.customs import ENGLISH, Customs
from engine.dates_in_text import date_of, dates_in
from engine.formats import places_of
from engine.lists import parts_of
from engine.numbers_in_text import number_of, numbers_in
from schemas.extraction import Match
from schemas.response_schema import Kind, Node

_BOOLEANS = {
    True: ("yes", "true", "y", "ja", "oui", "sí", "sì", "sim"),
    False: ("no", "false", "n", "nein", "non", "nee", "não"),
}


class NotThatKind(Exception):
    """The quote states no value of the field's kind; caught by the reader, never by callers."""


def value_of(
    node: Node, quote: str, question: str, customs: Customs = ENGLISH
) -> tuple[Any, Match]:
    """The value and how it came from the quote."""
    if node.kind is Kind.STRING:
        return quote, Match.EXACT
    if node.kind in (Kind.NUMBER, Kind.INTEGER):
        return checked_number(node, number_of(quote, question, customs)), Match.NORMALISED
    if node.kind is Kind.DATE:
        day = _date(quote, customs)
        return day, Match.EXACT if day == quote else Match.NORMALISED
    if node.kind is Kind.BOOLEAN:
        return _boolean(quote), Match.NORMALISED
    if node.kind is Kind.ENUM:
        choice = _choice(node, quote)
        return choice, Match.EXACT if choice == quote else Match.NORMALISED
    raise AssertionError(f"{node.kind} has no value of its own")


def checked_number(node: Node, number: float | int | None) -> float | int:
    if number is None:
        raise NotThatKind("it states no number")
    if node.kind is Kind.INTEGER and not isinstance(number, int):
        raise NotThatKind(f"{number} is not a whole number")
    return number


def items_of(item: Node, quote: str) -> Iterator[tuple[int, int]]:
    """Start and stop in the quote of the items of a list that it enumerates, in order."""
    if item.kind in (Kind.NUMBER, Kind.INTEGER):
        stated = [(number.outer_start, number.outer_stop) for number in numbers_in(quote)]
    elif item.kind is Kind.DATE:
        stated = list(dates_in(quote))
    elif item.format:
        stated = list(places_of(item.format, quote))
    else:
        stated = list(parts_of(quote))
    done = 0
    for start, stop in sorted(stated, key=lambda bounds: (bounds[0], -bounds[1])):
        if start >= done:
            done = stop
            yield start, stop


def _date(quote: str, customs: Customs) -> str:
    day = date_of(quote, day_first=customs.day_first)
    if day is None:
        raise NotThatKind("it states no date")
    return day.isoformat()


def _boolean(quote: str) -> bool:
    folded = quote.strip().rstrip(".").casefold()
    for value, words in _BOOLEANS.items():
        if folded in words:
            return value
    said = _said_after_label(quote)
    box = box_beside(quote, 0, len(quote))
    if said is None and box is None:
        raise NotThatKind("it is neither yes nor no")
    return box.is_ticked if box is not None else said is True


def _said_after_label(quote: str) -> bool | None:
    """Yes of "Renewable: Yes"."""
    label, _, said = quote.rpartition(":")
    folded = said.strip().rstrip(".").casefold()
    stated = [value for value, words in _BOOLEANS.items() if folded in words]
    return stated[0] if label and stated else None


def _choice(node: Node, quote: str) -> Any:
    stated = choice_of(quote, node.choices)
    if stated is None:
        raise NotThatKind("it is none of the choices")
    return stated[0]
