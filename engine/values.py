"""Which value does a quote state for a field of this kind, and how was it come by?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.dates_in_text import date_of, dates_in
from engine.numbers_in_text import number_of, numbers_in
from schemas.extraction import Match
from schemas.response_schema import Kind, Node

_SEPARATOR = re.compile(r"\s*;\s*(?:and\s+)?|\s*\n\s*")
_BOOLEANS = {"yes": True, "true": True, "no": False, "false": False}
_COMMA = re.compile(r"\s*,\s+(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+")


class NotThatKind(Exception):
    """The quote states no value of the field's kind; caught by the reader, never by callers."""


def value_of(node: Node, quote: str, question: str) -> tuple[Any, Match]:
    """The value and how it came from the quote."""
    if node.kind is Kind.STRING:
        return quote, Match.EXACT
    if node.kind in (Kind.NUMBER, Kind.INTEGER):
        return _number(node, quote, question), Match.NORMALISED
    if node.kind is Kind.DATE:
        return _date(quote), Match.EXACT if _date(quote) == quote else Match.NORMALISED
    if node.kind is Kind.BOOLEAN:
        return _boolean(quote), Match.NORMALISED
    if node.kind is Kind.ENUM:
        choice = _choice(node, quote)
        return choice, Match.EXACT if choice == quote else Match.NORMALISED
    raise AssertionError(f"{node.kind} has no value of its own")


def items_of(item: Node, quote: str) -> Iterator[tuple[int, int]]:
    """Start and stop in the quote of the items of a list that it enumerates."""
    if item.kind in (Kind.NUMBER, Kind.INTEGER):
        for number in numbers_in(quote):
            yield number.outer_start, number.outer_stop
        return
    if item.kind is Kind.DATE:
        yield from dates_in(quote)
        return
    separator = _SEPARATOR if re.search(r"[;\n]", quote) else _COMMA
    start = 0
    for match in separator.finditer(quote):
        yield from _trimmed(quote, start, match.start())
        start = match.end()
    yield from _trimmed(quote, start, len(quote))


def _trimmed(quote: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    while start < stop and quote[start] in " ,.;":
        start += 1
    while start < stop and quote[stop - 1] in " ,;":
        stop -= 1
    if start < stop:
        yield start, stop


def _number(node: Node, quote: str, question: str) -> float | int:
    number = number_of(quote, question)
    if number is None:
        raise NotThatKind("it states no number")
    if node.kind is Kind.INTEGER and not isinstance(number, int):
        raise NotThatKind(f"{number} is not a whole number")
    return number


def _date(quote: str) -> str:
    day = date_of(quote)
    if day is None:
        raise NotThatKind("it states no date")
    return day.isoformat()


def _boolean(quote: str) -> bool:
    folded = quote.strip().casefold()
    if folded not in _BOOLEANS:
        raise NotThatKind("it is neither yes nor no")
    return _BOOLEANS[folded]


def _choice(node: Node, quote: str) -> Any:
    folded = quote.strip().casefold()
    for choice in node.choices:
        if str(choice).casefold() == folded:
            return choice
    raise NotThatKind("it is none of the choices")
