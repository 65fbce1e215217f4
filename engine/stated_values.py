"""Where does a document state a value that is known for a field?

What a training or a score is told is a value; what the model answers are words of the text. A value
that stands nowhere can not be learnt, so it is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.choices import choices_in
from engine.dates_in_text import dates_in
from engine.lookup import Source
from engine.numbers_in_text import number_of, numbers_in
from engine.placed_values import ValueReader
from engine.prompt import NO, YES
from engine.questions import Question, questions_of
from engine.values import NotThatKind
from schemas.document import Document
from schemas.response_schema import Kind, Node

_MOST_PLACES = 40
_MOST_NUMBERS = 20_000  # of a document that are read with what stands around them
_SHORT_TOKENS = 800  # documents up to this are mostly read whole
Range = tuple[int, int]


class NotStated(Exception):
    """Why a value can not be placed; caught by who reads the line that it stands in."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value, the words that answer it (none for null), and everywhere they stand in the text.

    `is_sure`: the places are those of the words themselves, and not of all that may bear them out.
    """

    value: Any
    items: tuple[str, ...] = ()
    places: tuple[Range, ...] = ()
    is_sure: bool = True


def stated_in(
    source: Source, root: Node, values: Mapping[str, Any], quotes: Mapping[str, str]
) -> Iterator[tuple[Question, Stated | NotStated]]:
    """Each field that the model is asked, and where its value stands, or why that is not known.

    `quotes` are by the JSON pointer of a field: the words of the text that bear it out. Arrays of
    objects are read off tables, not by the model: they are left out.
    """
    for question in questions_of(root):
        node = question.node
        if node.kind is Kind.ROWS:
            continue
        try:
            value = _value_at(values, node)
            yield question, _stated(source, question, value, quotes.get(node.path))
        except NotStated as error:
            yield question, error


def _value_at(values: Any, node: Node) -> Any:
    found = values
    for part in node.path.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if found is None:
            return None
        if not isinstance(found, Mapping):
            raise NotStated("stands in an object, and the values have none there")
        if key not in found:
            raise NotStated("has no value: give null where the document does not say")
        found = found[key]
    return found


def _stated(source: Source, question: Question, value: Any, quote: str | None) -> Stated:
    document, node = source.document, question.node
    if value is None or value == []:
        return Stated(value)
    within = [(0, len(document.text))] if quote is None else _ranges(document.text, quote)
    if not within:
        raise NotStated(f"has the quote {_told(quote)}, which does not stand in the document")
    if node.kind is Kind.LIST:
        return _list(document, question, value, within)
    _check_type(node, value)
    found = _places(document, question, node, value, within)
    if node.kind is Kind.BOOLEAN or (node.kind is Kind.ENUM and not found):
        return _meant(source, node, value, within if quote is not None else None)
    if not found:
        raise NotStated(_nowhere(value, quote))
    words = [document.text[start:stop] for start, stop in found]
    places = tuple(place for place, word in zip(found, words, strict=True) if word == words[0])
    is_choice = node.kind is Kind.ENUM and words[0].casefold() != str(value).casefold()
    return Stated(value, (str(value) if is_choice else words[0],), places)


def _list(document: Document, question: Question, values: Any, within: Sequence[Range]) -> Stated:
    if not isinstance(values, list):
        raise NotStated("is an array, and the value is none")
    item = replace(question.node.children[0], description=question.node.description)
    placed: list[Range] = []
    for value in values:
        _check_type(item, value)
        found = _places(document, question, item, value, within)
        free = [place for place in found if place not in placed]
        if not free:
            raise NotStated(_nowhere(value, None))
        placed.append(free[0])
    words = tuple(document.text[start:stop] for start, stop in placed)
    return Stated(values, words, tuple(placed))


def _meant(source: Source, node: Node, value: Any, quoted: Sequence[Range] | None) -> Stated:
    """A choice that no words of the text are: borne out by the quote, or by a short document."""
    word = (YES if value else NO) if node.kind is Kind.BOOLEAN else str(value)
    if quoted is not None:
        return Stated(value, (word,), tuple(quoted))
    if sum(passage.num_tokens for passage in source.passages) > _SHORT_TOKENS:
        raise NotStated(
            f"is {_told(value)}, which the text does not say in these words: name the words that "
            "bear it out in `quotes`"
        )
    pieces = (piece for passage in source.passages for piece in passage.pieces if piece.start >= 0)
    places = tuple((piece.start, piece.start + len(piece.text)) for piece in pieces)
    return Stated(value, (word,), places, is_sure=False)


def _places(
    document: Document, question: Question, node: Node, value: Any, within: Sequence[Range]
) -> list[Range]:
    found: list[Range] = []
    for start, stop in within:
        for place in _places_within(document, question, node, value, start, stop):
            if place not in found:
                found.append(place)
            if len(found) >= _MOST_PLACES:
                return found
    return found


def _places_within(
    document: Document, question: Question, node: Node, value: Any, first: int, last: int
) -> Iterator[Range]:
    text = document.text[first:last]
    if node.kind is Kind.STRING:
        yield from ((first + start, first + stop) for start, stop in _ranges(text, value))
    elif node.kind is Kind.ENUM:
        for stated in choices_in(text, node.choices):
            if stated.choice == value:
                yield first + stated.start, first + stated.stop
    elif node.kind in (Kind.NUMBER, Kind.INTEGER):
        yield from _numbers(document, question, node, value, first, text)
    elif node.kind is Kind.DATE:
        reader = ValueReader.of(document, question.text, node.kind)
        for start, stop in dates_in(text):
            if _read(reader, node, first + start, first + stop) == value:
                yield first + start, first + stop


def _numbers(
    document: Document, question: Question, node: Node, value: float, first: int, text: str
) -> Iterator[Range]:
    """By their own words first; where none of them says it, with the scale of what stands
    around."""
    reader = ValueReader.of(document, question.text, node.kind)
    bounds = [
        (first + number.outer_start, first + number.outer_stop)
        for number in numbers_in(text, with_ordinals=node.kind is Kind.INTEGER)
    ]
    of_words = partial(number_of, question=question.text, customs=reader.customs)
    alone = [place for place in bounds if of_words(document.text[slice(*place)]) == value]
    for start, stop in alone or bounds[:_MOST_NUMBERS]:
        if _read(reader, node, start, stop) == value:
            yield start, stop


def _read(reader: ValueReader, node: Node, start: int, stop: int) -> Any:
    try:
        return reader.value_at(node, start, stop).value
    except NotThatKind:
        return None


def _ranges(text: str, words: str | None) -> list[Range]:
    """Where these words stand, as they are written; else in any case."""
    parts = (words or "").split()
    if not parts:
        return []
    pattern = r"\s+".join(map(re.escape, parts))
    before = r"(?<!\w)" if re.match(r"\w", parts[0]) else ""
    after = r"(?!\w)" if re.search(r"\w$", parts[-1]) else ""
    for flags in (re.NOFLAG, re.IGNORECASE):
        found = re.finditer(f"{before}{pattern}{after}", text, flags)
        spans = [match.span() for match, _ in zip(found, range(_MOST_PLACES), strict=False)]
        if spans:
            return spans
    return []


def _check_type(node: Node, value: Any) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        Kind.STRING: isinstance(value, str),
        Kind.DATE: isinstance(value, str),
        Kind.NUMBER: is_number,
        Kind.INTEGER: is_number and float(value).is_integer() if is_number else False,
        Kind.BOOLEAN: isinstance(value, bool),
        Kind.ENUM: value in node.choices,
    }
    if not fits.get(node.kind, True):
        what = f"one of {_told(list(node.choices))}" if node.kind is Kind.ENUM else f"a {node.kind}"
        raise NotStated(f"is {_told(value)}, which is not {what}")


def _nowhere(value: Any, quote: str | None) -> str:
    where = "the document" if quote is None else f"the quote {_told(quote)}"
    return f"is {_told(value)}, which {where} does not state"


def _told(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
