"""How does an answer become a value with its places?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.certainty import Judged, Signals
from engine.decoding import Answer
from engine.list_places import places_of_list
from engine.literals import borne_out, literal_value
from engine.lookup import Source
from engine.placed_values import ValueReader
from engine.prompt import PlacedPiece, PrefixText
from engine.questions import Question
from engine.values import NotThatKind, items_of, value_of
from schemas.document import Document
from schemas.extraction import FieldStatus, Match, Region
from schemas.response_schema import Kind, Node

_MAX_CITATIONS = 3
_CUT = "the list goes on after its first {} items: ask for parts of it, such as one letter or year"
_UNJUDGED = 0.0  # until the whole finding is


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a document's text."""

    document: int
    start: int
    stop: int

    def regions(self, document: Document) -> list[Region]:
        return document.source_map.regions(self.start, self.stop)


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
    absence: float | None = None  # the chance that the document does not say
    reduce: str = ""  # what was made of all that was found, where something was
    alternatives: tuple[Leaf, ...] = ()  # other values that are stated, the likeliest first


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question. `notes` are for the warnings, by code; `signals` what
    the model held of the answer, where it was asked."""

    question: Question
    value: Any
    leaves: tuple[Leaf, ...]
    notes: tuple[tuple[str, str], ...] = ()
    signals: Signals | None = None


def absent(
    question: Question,
    confidence: float = 1.0,
    problem: str = "",
    signals: Signals | None = None,
) -> Finding:
    """Not in what was read: null, also where the schema does not allow it. An empty list would
    say that there are none."""
    leaf = Leaf("", None, FieldStatus.ABSENT, confidence, problem=problem, absence=confidence)
    return Finding(question, None, (leaf,), signals=signals)


def finding_of(
    question: Question,
    prompt: PrefixText,
    answer: Answer,
    judged: Judged,
    sources: Sequence[Source] = (),
) -> Finding:
    """The value of an answer; one that states no value of the field's kind is `invalid`.

    With `sources`, the documents that the prompt's pieces are of, what stands around the answer
    is read too: units, the scale of a table, boxes that are ticked, the rest of a list.
    """
    finding = _found(question, prompt, answer, sources)
    leaves = tuple(
        replace(leaf, confidence=judged.confidence, absence=judged.absence)
        for leaf in finding.leaves
    )
    return replace(finding, leaves=leaves, signals=judged.signals)


def _found(
    question: Question, prompt: PrefixText, answer: Answer, sources: Sequence[Source]
) -> Finding:
    if answer.literal is not None:
        return _chosen(question, prompt, answer, sources)
    places = _placed(prompt, answer.places)
    if not places:
        return _invalid(question, (), "the answer did not come to an end")
    start, stop = answer.places[0]
    quote = prompt.text[start:stop]
    try:
        if question.node.kind is Kind.LIST:
            return _listed(question, prompt, answer, sources)
        value, match, taken = _valued(question, question.node, quote, places[0], sources)
    except NotThatKind as error:
        return _invalid(question, places, f"read {quote!r}: {error}")
    told = (*taken, *places[1:])[:_MAX_CITATIONS]
    leaf = Leaf("", value, FieldStatus.FOUND, _UNJUDGED, told, match)
    return Finding(question, value, (leaf,))


def _valued(
    question: Question, node: Node, quote: str, place: Place, sources: Sequence[Source]
) -> tuple[Any, Match, tuple[Place, ...]]:
    """The value of a place, and the places that it was taken from."""
    if not sources:
        return (*value_of(node, quote, question.text), (place,))
    document = sources[place.document].document
    reader = ValueReader.of(document, question.text, node.kind)
    read = reader.value_at(node, place.start, place.stop)
    places = tuple(Place(place.document, start, stop) for start, stop in read.places)
    return read.value, read.match, places


def _chosen(
    question: Question,
    prompt: PrefixText,
    answer: Answer,
    sources: Sequence[Source],
) -> Finding:
    """A yes, a no or a choice that does not stand in the text as such."""
    node, literal = question.node, str(answer.literal)
    value, match = literal_value(node, literal), Match.DERIVED
    places = _placed(prompt, answer.evidence[:1])
    if places and sources:
        document = sources[places[0].document].document
        bounds = places[0].start, places[0].stop
        read = borne_out(node, literal, document, bounds, question.asked)
        value, match = read.value, read.match
        places = tuple(Place(places[0].document, *bounds) for bounds in read.places)
    leaf = Leaf("", value, FieldStatus.FOUND, _UNJUDGED, places, match)
    return Finding(question, value, (leaf,))


def _listed(
    question: Question, prompt: PrefixText, answer: Answer, sources: Sequence[Source]
) -> Finding:
    """The items that were answered; of one those that it lists, and those that go on after it."""
    item = question.node.children[0]
    leaves: list[Leaf] = []
    for place in _item_places(question, item, prompt, answer, sources):
        quote = _quote_of(prompt, place)
        value, match, taken = _valued(question, item, quote, place, sources)
        path = f"/{len(leaves)}"
        leaves.append(Leaf(path, value, FieldStatus.FOUND, _UNJUDGED, taken, match))
    if not leaves:
        raise NotThatKind("it lists nothing")
    notes = (("list_cut", _CUT.format(len(leaves))),) if answer.is_cut else ()
    return Finding(question, [leaf.value for leaf in leaves], tuple(leaves), notes)


def _item_places(
    question: Question,
    item: Node,
    prompt: PrefixText,
    answer: Answer,
    sources: Sequence[Source],
) -> Iterator[Place]:
    placed = [place for places in answer.items for place in _placed(prompt, places[:1])]
    if len(placed) > 1:
        yield from placed
        return
    quote = prompt.text[slice(*answer.places[0])]
    for range_place, text in _ranges(question, quote, placed[0], sources):
        for start, stop in items_of(item, text):
            yield replace(
                range_place, start=range_place.start + start, stop=range_place.start + stop
            )


def _ranges(
    question: Question, quote: str, place: Place, sources: Sequence[Source]
) -> list[tuple[Place, str]]:
    """The places of a list with their texts: the answer's, and those that it goes on over."""
    if not sources:
        return [(place, quote)]
    document = sources[place.document].document
    ranges = places_of_list(document, question.text, place.start, place.stop)
    return [
        (replace(place, start=start, stop=stop), document.text[start:stop])
        for start, stop in ranges
    ]


def _invalid(question: Question, places: tuple[Place, ...], problem: str) -> Finding:
    leaf = Leaf("", None, FieldStatus.INVALID, _UNJUDGED, places[:1], Match.DERIVED, problem)
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


def _quote_of(prompt: PrefixText, place: Place) -> str:
    for piece in prompt.pieces:
        start = place.start - piece.document_start
        if piece.document == place.document and 0 <= start < len(piece.text):
            return piece.text[start : place.stop - piece.document_start]
    raise AssertionError("a place of an answer stands in its prompt")


def _place_of(piece: PlacedPiece, start: int, stop: int) -> Place:
    offset = piece.document_start - piece.prompt_start
    return Place(piece.document, start + offset, stop + offset)
