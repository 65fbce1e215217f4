"""Which runs of a prompt can be the value of a field of this kind?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from engine.asked_forms import asks_for_digits, form_of
from engine.choices import choices_in
from engine.dates_in_text import dates_in
from engine.formats import places_of
from engine.numbers_in_text import StatedNumber, numbers_in, read_number
from engine.outline_numbers import outline_numbers
from engine.prompt import ABSENT, NO, YES, PrefixText
from engine.questions import spaced
from engine.spans import SpanSet
from schemas.response_schema import Kind, Node

_MAX_SPAN_CHARACTERS = 600
_CELL_BREAK = "|"
_CJK = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_DIGIT = re.compile(r"\d")
_DECIMALS = re.compile(r"(?<=\d)[.,](?!0+$)(?:\d{1,2}|\d{4,})$")
_MOST_BEFORE_A_DIGIT = 40
_FURTHEST = 1 << 62
_SAID_OFTEN = ("yes", "not", "none", "other", "all", "any", "both", "unknown", "true", "false")
_ATOM = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")


def spans_for(node: Node, prefix: PrefixText) -> SpanSet:
    """What may be answered for a field; that it is absent is always among it."""
    if node.kind is Kind.BOOLEAN:
        return SpanSet(prefix.text, {}, (), (YES, NO, ABSENT))
    if node.kind in (Kind.NUMBER, Kind.INTEGER):
        return _set_of(prefix, _number_bounds(prefix, is_whole=node.kind is Kind.INTEGER))
    if node.kind is Kind.DATE:
        return _set_of(prefix, _in_pieces(prefix, dates_in))
    if node.kind is Kind.ENUM:
        return _choice_spans(node, prefix)
    if is_any_words(node):
        return string_spans(prefix)
    form = _item_of(node).format
    return _set_of(prefix, _in_pieces(prefix, partial(places_of, form)))


def is_any_words(node: Node) -> bool:
    """Whether any words may be answered: to a string, or to a list, of no format."""
    return node.kind in (Kind.STRING, Kind.LIST) and not _item_of(node).format


def _item_of(node: Node) -> Node:
    return node.children[0] if node.kind is Kind.LIST else node


def string_spans(prefix: PrefixText) -> SpanSet:
    """Any run of whole words within a piece that neither begins nor ends with a cell's border.

    None begins with the word that says that there is no answer.
    """
    limits: dict[int, int] = {}
    stops: list[int] = []
    for piece in prefix.pieces:
        at = piece.prompt_start
        atoms = [atom for atom in _ATOM.finditer(piece.text) if atom.group() != _CELL_BREAK]
        own = [at + atom.end() for atom in atoms]
        for atom in atoms:
            if atom.group() != ABSENT and not _is_inside_number(piece.text, atom.start()):
                start = at + atom.start()
                longest = bisect_right(own, start + _MAX_SPAN_CHARACTERS)
                limit = own[longest - 1] if longest else start
                if limit > start:  # a word longer than any answer begins none
                    limits[start] = limit
        stops += own
    return SpanSet(prefix.text, limits, sorted(stops), (ABSENT,))


def formed_spans(node: Node, prefix: PrefixText, strings: SpanSet) -> SpanSet:
    """Of `strings`, those of the form that the words of a field promise: where the text has some.
    An address that would be known for one and is not there is absent."""
    form = form_of(node)
    places = list(_in_pieces(prefix, form.places_in)) if form is not None else []
    if places or (form is not None and form.is_certain):
        return _set_of(prefix, places)
    name = spaced(node.name)
    return _with_digits(strings) if asks_for_digits(node.description or name, name) else strings


def _choice_spans(node: Node, prefix: PrefixText) -> SpanSet:
    """Choices that the text states go before those that it would have to mean."""
    spans = list(_in_pieces(prefix, lambda text: _choices_in(text, node.choices)))
    if spans and _are_telling(node.choices):
        return _set_of(prefix, spans)
    stated = {prefix.text[start:stop].casefold() for start, stop in spans}
    choices = [choice for choice in node.choices if choice is not None]
    literals = [str(choice) for choice in choices if _folded(choice) not in stated]
    return _set_of(prefix, spans, (*literals, ABSENT))


def _are_telling(choices: Sequence[Any]) -> bool:
    """Whether none of the choices stands in a text without being meant, as "no" and "I" do."""
    words = [_folded(choice) for choice in choices if choice is not None]
    return all(len(word) > 2 and word not in _SAID_OFTEN for word in words)


def _with_digits(strings: SpanSet) -> SpanSet:
    """Those that have a digit, and not far from where they begin."""
    digits = [match.start() for match in _DIGIT.finditer(strings.text)]
    limits = {}
    for start, limit in strings.limits.items():
        index = bisect_left(digits, start)
        if index < len(digits) and digits[index] < min(limit, start + _MOST_BEFORE_A_DIGIT):
            limits[start] = limit
    return replace(strings, limits=limits, wanted=digits, _first={}) if limits else strings


def _set_of(
    prefix: PrefixText, bounds: Iterable[tuple[int, int]], literals: Sequence[str] = (ABSENT,)
) -> SpanSet:
    limits: dict[int, int] = {}
    stops: set[int] = set()
    for start, stop in bounds:
        limits[start] = max(stop, limits.get(start, 0))
        stops.add(stop)
    return SpanSet(prefix.text, limits, sorted(stops), tuple(literals))


def _number_bounds(prefix: PrefixText, is_whole: bool) -> Iterator[tuple[int, int]]:
    """With and without sign, currency and unit: the model says which it reads. An ordinal is a
    whole number, what has decimals is none; nor is a date, but for its year, nor the number of a
    clause."""
    of_clauses = outline_numbers(prefix)
    for piece in prefix.pieces:
        at, dates = piece.prompt_start, _dates_in(piece.text)
        for number in numbers_in(piece.text, with_ordinals=is_whole):
            if is_whole and _is_broken(piece.text, number):
                continue
            if _is_of_a_date(number, dates) or at + number.start in of_clauses:
                continue
            yield at + number.outer_start, at + number.stop
            yield at + number.outer_start, at + number.outer_stop
            yield at + number.start, at + number.stop
            yield at + number.start, at + number.outer_stop


def _is_of_a_date(number: StatedNumber, dates: Sequence[tuple[int, int]]) -> bool:
    """Whether it is the day or the month of one."""
    before = bisect_right(dates, (number.start, _FURTHEST)) - 1
    if before < 0 or number.stop > dates[before][1]:
        return False
    return number.stop - number.start != len("2024")


@lru_cache(maxsize=4096)
def _dates_in(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(dates_in(text))


def _is_broken(text: str, number: StatedNumber) -> bool:
    """Whether it can be read in one way only, and has decimals then: 371,02 but not 1.234."""
    decimals = _DECIMALS.search(text, number.start, number.stop)
    read = read_number(text[number.outer_start : number.outer_stop]) if decimals else None
    return read is not None and read.factor is None


def _in_pieces(prefix: PrefixText, find: Any) -> Iterator[tuple[int, int]]:
    for piece in prefix.pieces:
        for start, stop in find(piece.text):
            yield piece.prompt_start + start, piece.prompt_start + stop


def _choices_in(text: str, choices: Sequence[Any]) -> Iterator[tuple[int, int]]:
    for stated in choices_in(text, choices):
        yield stated.start, stated.stop


def _folded(choice: Any) -> str:
    return str(choice).casefold()


def _is_inside_number(text: str, start: int) -> bool:
    return (
        start >= 2
        and text[start].isdigit()
        and text[start - 1] in ".,"
        and text[start - 2].isdigit()
    )
