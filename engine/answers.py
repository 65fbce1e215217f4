"""How does an answer become a value with its places?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.candidates import NO, YES
from engine.decoding import Answer
from engine.prompt import ABSENT, PlacedPiece, PrefixText
from engine.questions import Question
from engine.values import NotThatKind, items_of, value_of
from schemas.extraction import FieldStatus, Match
from schemas.response_schema import Kind, Node

_MAX_CITATIONS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a document's text."""

    document: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the output. `path` is below the question's own: "" for a scalar, "/0" for an
    item, "/0/name" for a cell of a row."""

    path: str
    value: Any
    status: FieldStatus
    confidence: float
    places: tuple[Place, ...] = ()
    match: Match = Match.EXACT
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question. `notes` are for the warnings, by code."""

    question: Question
    value: Any
    leaves: tuple[Leaf, ...]
    notes: tuple[tuple[str, str], ...] = ()


def absent(question: Question, confidence: float = 1.0, problem: str = "") -> Finding:
    """Not in what was read: null, also where the schema does not allow it. An empty list would
    say that there are none."""
    leaf = Leaf("", None, FieldStatus.ABSENT, confidence, problem=problem)
    return Finding(question, None, (leaf,))


def finding_of(
    question: Question, prompt: PrefixText, answer: Answer, evidence: Answer | None
) -> Finding:
    """The value of an answer; one that states no value of the field's kind is `invalid`."""
    if answer.literal == ABSENT:
        return absent(question, answer.probability)
    if answer.literal is not None:
        return _chosen(question, prompt, answer, evidence)
    places = _placed(prompt, answer.places)
    if not places:
        return _invalid(question, answer, (), "the answer did not come to an end")
    start, stop = answer.places[0]
    quote = prompt.text[start:stop]
    try:
        if question.node.kind is Kind.LIST:
            return _listed(question, quote, answer, places[0])
        value, match = value_of(question.node, quote, question.text)
    except NotThatKind as error:
        return _invalid(question, answer, places, f"read {quote!r}: {error}")
    leaf = Leaf("", value, FieldStatus.FOUND, answer.probability, places[:_MAX_CITATIONS], match)
    return Finding(question, value, (leaf,))


def _chosen(
    question: Question, prompt: PrefixText, answer: Answer, evidence: Answer | None
) -> Finding:
    """A yes, a no or a choice that does not stand in the text as such."""
    value = _literal_value(question.node, str(answer.literal))
    places = _placed(prompt, evidence.places[:1]) if evidence and evidence.places else ()
    leaf = Leaf("", value, FieldStatus.FOUND, answer.probability, places, Match.DERIVED)
    return Finding(question, value, (leaf,))


def _literal_value(node: Node, literal: str) -> Any:
    if node.kind is Kind.BOOLEAN:
        return {YES: True, NO: False}[literal]
    return next(choice for choice in node.choices if str(choice) == literal)


def _listed(question: Question, quote: str, answer: Answer, place: Place) -> Finding:
    item = question.node.children[0]
    leaves: list[Leaf] = []
    for start, stop in items_of(item, quote):
        value, match = value_of(item, quote[start:stop], question.text)
        here = replace(place, start=place.start + start, stop=place.start + stop)
        path = f"/{len(leaves)}"
        leaf = Leaf(path, value, FieldStatus.FOUND, answer.probability, (here,), match)
        leaves.append(leaf)
    if not leaves:
        raise NotThatKind("it lists nothing")
    return Finding(question, [leaf.value for leaf in leaves], tuple(leaves))


def _invalid(
    question: Question, answer: Answer, places: tuple[Place, ...], problem: str
) -> Finding:
    leaf = Leaf(
        "", None, FieldStatus.INVALID, answer.probability, places[:1], Match.DERIVED, problem
    )
    return Finding(question, None, (leaf,))


def _placed(prompt: PrefixText, spans: Sequence[tuple[int, int]]) -> tuple[Place, ...]:
    """Spans of the prompt in the documents, each place once (heads are told more than once)."""
    places = dict.fromkeys(
        _place_of(_piece_at(prompt, start), start, stop) for start, stop in spans
    )
    return tuple(places)


def _piece_at(prompt: PrefixText, position: int) -> PlacedPiece:
    low, high = 0, len(prompt.pieces)
    while high - low > 1:
        middle = (low + high) // 2
        if prompt.pieces[middle].prompt_start <= position:
            low = middle
        else:
            high = middle
    return prompt.pieces[low]


def _place_of(piece: PlacedPiece, start: int, stop: int) -> Place:
    offset = piece.document_start - piece.prompt_start
    return Place(piece.document, start + offset, stop + offset)
