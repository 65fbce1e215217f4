from __future__ import annotations

from typing import Any

import pytest

from engine.answers import Finding, Place, absent, finding_of
from engine.decoding import Answer
from engine.prompt import prefix_of
from schemas.document import Passage, Piece
from schemas.extraction import FieldStatus, Match
from tests.engine.sources import question_about

DOCUMENT = "Ann, Bob and Cy paid $ 93 on 3 May 2020; Ann left."
START = 100
PROMPT = prefix_of([(1, Passage((Piece(DOCUMENT, START),), 0, 0, "Staff", 0))])
NUMBERS = {"type": "array", "items": {"type": "number"}}


def read(*quotes: str, literal: str | None = None) -> Answer:
    """The answer that stands at these quotes of the prompt."""
    starts = [PROMPT.text.index(quote) for quote in quotes]
    places = tuple((start, start + len(q)) for start, q in zip(starts, quotes, strict=True))
    return Answer(literal, places, 0.75, 0.1, 3)


def found(schema: dict[str, Any], answer: Answer, evidence: Answer | None = None) -> Finding:
    return finding_of(question_about(schema), PROMPT, answer, evidence)


def place_of(quote: str) -> Place:
    start = START + DOCUMENT.index(quote)
    return Place(1, start, start + len(quote))


def test_words_are_the_value_and_stand_in_the_document() -> None:
    (leaf,) = found({"type": "string"}, read("Bob")).leaves
    assert (leaf.value, leaf.status, leaf.match) == ("Bob", FieldStatus.FOUND, Match.EXACT)
    assert (leaf.places, leaf.confidence) == ((place_of("Bob"),), 0.75)


def test_a_number_is_normalised_from_its_quote() -> None:
    (leaf,) = found({"type": "integer"}, read("$ 93")).leaves
    assert (leaf.value, leaf.match, leaf.places) == (93, Match.NORMALISED, (place_of("$ 93"),))


def test_a_yes_is_derived_and_shows_what_bears_it_out() -> None:
    finding = found({"type": "boolean"}, read(literal="yes"), read("Ann left"))
    (leaf,) = finding.leaves
    assert (finding.value, leaf.match, leaf.places) == (
        True,
        Match.DERIVED,
        (place_of("Ann left"),),
    )


def test_a_choice_that_is_not_stated_keeps_its_type() -> None:
    finding = found({"enum": ["EUR", 7]}, read(literal="7"))
    assert (finding.value, finding.leaves[0].places) == (7, ())


def test_null_is_absent() -> None:
    finding = found({"type": "string"}, read(literal="null"))
    assert (finding.value, finding.leaves[0].status) == (None, FieldStatus.ABSENT)
    assert finding.leaves[0].confidence == 0.75


@pytest.mark.parametrize("kind", ["array", ["array", "null"]])
def test_a_list_that_is_absent_is_null_and_never_made_up_as_empty(kind: Any) -> None:
    question = question_about({"type": kind, "items": {"type": "string"}})
    assert absent(question).value is None


def test_a_list_is_cited_item_by_item() -> None:
    finding = found({"type": "array", "items": {"type": "string"}}, read("Ann, Bob and Cy"))
    assert finding.value == ["Ann", "Bob", "Cy"]
    assert [(leaf.path, leaf.places) for leaf in finding.leaves] == [
        ("/0", (place_of("Ann"),)),
        ("/1", (place_of("Bob"),)),
        ("/2", (place_of("Cy"),)),
    ]


def test_a_list_of_numbers_is_read_out_of_a_sentence() -> None:
    finding = found(NUMBERS, read("$ 93 on 3"))
    assert (finding.value, finding.leaves[0].places) == ([93, 3], (place_of("$ 93"),))


@pytest.mark.parametrize(
    ("schema", "quote", "problem"),
    [
        ({"type": "number"}, "Bob", "read 'Bob': it states no number"),
        (NUMBERS, "Bob", "read 'Bob': it lists nothing"),
        ({"type": "array", "items": {"enum": ["Ann"]}}, "Ann, Bob", "read 'Ann, Bob': it is none"),
    ],
)
def test_words_of_another_kind_are_invalid_and_cited(
    schema: dict[str, Any], quote: str, problem: str
) -> None:
    finding = found(schema, read(quote))
    (leaf,) = finding.leaves
    assert (finding.value, leaf.status) == (None, FieldStatus.INVALID)
    assert leaf.problem.startswith(problem)
    assert leaf.places == (place_of(quote),)


def test_an_answer_without_an_end_is_invalid() -> None:
    (leaf,) = found({"type": "string"}, Answer(None, (), 0.1, 0.0, 256)).leaves
    assert (leaf.status, leaf.value) == (FieldStatus.INVALID, None)
    assert leaf.problem == "the answer did not come to an end"


def test_heads_that_are_told_twice_are_cited_once() -> None:
    twice = Passage((Piece("Ann", 7), Piece(" | "), Piece("Ann", 7)), 0, 0, "", 0)
    prompt = prefix_of([(0, twice)])
    answer = Answer(None, ((6, 9), (0, 3)), 0.5, 0.0, 2)
    (leaf,) = finding_of(question_about({"type": "string"}), prompt, answer, None).leaves
    assert leaf.places == (Place(0, 7, 10),)
