"""What does an answer that is no span say: a yes, a no, a choice; and do the words shown for it
say it themselves?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.boxes import Box, box_beside
from engine.choices import choice_of
from engine.denials import denies, names_a_denial, with_denial
from engine.placed_values import PlacedValue
from engine.prompt import NO, YES
from engine.segments import segment_at
from schemas.document import Document
from schemas.extraction import Match
from schemas.response_schema import Kind, Node


def literal_value(node: Node, literal: str) -> Any:
    if node.kind is Kind.BOOLEAN:
        return {YES: True, NO: False}[literal]
    return next(choice for choice in node.choices if str(choice) == literal)


def borne_out(
    node: Node, literal: str, document: Document, evidence: tuple[int, int], question: str
) -> PlacedValue:
    """A literal with the words that bear it out. Words that state a value themselves are
    believed: a box that is ticked beside them, that it is not so, a choice that is spelled
    otherwise."""
    value = literal_value(node, literal)
    if node.kind is Kind.BOOLEAN:
        box = _box_at(document, *evidence)
        if box is not None:
            places = tuple(dict.fromkeys((evidence, (box.start, box.stop))))
            return PlacedValue(box.is_ticked, Match.NORMALISED, places)
        whole = _with_denial(document, *evidence)
        if denies(document.text[slice(*whole)]) and not names_a_denial(question):
            return PlacedValue(False, Match.DERIVED, (whole,))
    elif choice_of(document.text[slice(*evidence)], node.choices) == (value,):
        return PlacedValue(value, Match.NORMALISED, (evidence,))
    return PlacedValue(value, Match.DERIVED, (evidence,))


def _with_denial(document: Document, start: int, stop: int) -> tuple[int, int]:
    number = segment_at(document, start)
    if number is None:
        return start, stop
    first = document.segments[number].start
    return first + with_denial(document.text[first:start], start - first), stop


def _box_at(document: Document, start: int, stop: int) -> Box | None:
    """What is ticked or said beside words of the document, in their paragraph or row."""
    number = segment_at(document, start)
    if number is None or stop > document.segments[number].stop:
        return None
    first, last = document.segments[number].start, document.segments[number].stop
    box = box_beside(document.text[first:last], start - first, stop - first)
    return None if box is None else replace(box, start=box.start + first, stop=box.stop + first)
