from __future__ import annotations

from typing import Any

import pytest

from engine.answers import Finding, Place, absent, finding_of
from engine.certainty import Judged, Signals
from engine.decoding import Answer
from engine.prompt import prefix_of
from schemas.document import Passage, Piece
from schemas.extraction import FieldStatus, Match
from tests.engine.sources import question_about, source_of

DOCUMENT = "Ann, Bob and Cy paid $ 93 on 3 May 2020; Ann left."
START = 100
PROMPT = prefix_of([(1, Passage((Piece(DOCUMENT, START),), 0, 0, "Staff", 0))])
NUMBERS = {"type": "array", "items": {"type": "number"}}
SIGNALS = Signals(0.8, 0.6, 0.2, 0.4)
JUDGED = Judged(0.75, 0.1, SIGNALS)


def spans_of(*quotes: str) -> tuple[tuple[int, int], ...]:
    starts = [PROMPT.text.index(quote) for quote in quotes]
    return tuple((start, start + len(q)) for start, q in zip(starts, quotes, strict=True))


def read(*quotes: str) -> Answer:
    """The answer that stands at these quotes of the prompt."""
    return Answer(None, spans_of(*quotes), SIGNALS, 3, items=(spans_of(*quotes),))


def listed(*quotes: str) -> Answer:
    """The items that stand at these quotes, one each."""
    items = tuple((span,) for span in spans_of(*quotes))
    return Answer(None, items[0], SIGNALS, 9, items=items)


def chosen(literal: str, *evidence: str) -> Answer:
    return Answer(literal, (), SIGNALS, 2, evidence=spans_of(*evidence))


def found(schema: dict[str, Any], answer: Answer) -> Finding:
    return finding_of(question_about(schema), PROMPT, answer, JUDGED)


def place_of(quote: str) -> Place:
    start = START + DOCUMENT.index(quote)
    return Place(1, start, start + len(quote))


def test_words_are_the_value_and_stand_in_the_document() -> None:
    (leaf,) = found({"type": "string"}, read("Bob")).leaves
    assert (leaf.value, leaf.status, leaf.match) == ("Bob", FieldStatus.FOUND, Match.EXACT)
    assert leaf.places == (place_of("Bob"),)


def test_every_leaf_tells_how_sure_it_is_and_the_finding_why() -> None:
    finding = found({"type": "array", "items": {"type": "string"}}, read("Ann, Bob and Cy"))
    assert [(leaf.confidence, leaf.absence) for leaf in finding.leaves] == [(0.75, 0.1)] * 3
    assert finding.signals == SIGNALS


def test_a_number_is_normalised_from_its_quote() -> None:
    (leaf,) = found({"type": "integer"}, read("$ 93")).leaves
    assert (leaf.value, leaf.match, leaf.places) == (93, Match.NORMALISED, (place_of("$ 93"),))


def test_a_yes_is_derived_and_shows_what_bears_it_out() -> None:
    finding = found({"type": "boolean"}, chosen("yes", "Ann left"))
    (leaf,) = finding.leaves
    assert (finding.value, leaf.match, leaf.places) == (
        True,
        Match.DERIVED,
        (place_of("Ann left"),),
    )


def test_a_choice_that_is_not_stated_keeps_its_type() -> None:
    finding = found({"enum": ["EUR", 7]}, chosen("7"))
    assert (finding.value, finding.leaves[0].places) == (7, ())


def test_what_is_absent_is_null_with_its_chance_and_its_reasons() -> None:
    finding = absent(question_about({"type": "string"}), 0.9, signals=SIGNALS)
    (leaf,) = finding.leaves
    assert (finding.value, leaf.status, finding.signals) == (None, FieldStatus.ABSENT, SIGNALS)
    assert (leaf.confidence, leaf.absence) == (0.9, 0.9)


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


def test_items_that_were_answered_one_by_one_are_the_list() -> None:
    finding = found(NUMBERS, listed("3 May", "$ 93"))
    assert finding.value == [3, 93]
    assert [leaf.places for leaf in finding.leaves] == [(place_of("3 May"),), (place_of("$ 93"),)]


def test_an_item_that_is_not_of_its_kind_makes_the_list_invalid() -> None:
    (leaf,) = found(NUMBERS, listed("$ 93", "Bob")).leaves
    assert (leaf.status, leaf.value) == (FieldStatus.INVALID, None)


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
    (leaf,) = found({"type": "string"}, Answer(None, (), SIGNALS, 256, items=((),))).leaves
    assert (leaf.status, leaf.value) == (FieldStatus.INVALID, None)
    assert leaf.problem == "the answer did not come to an end"


def test_heads_that_are_told_twice_are_cited_once() -> None:
    twice = Passage((Piece("Ann", 7), Piece(" | "), Piece("Ann", 7)), 0, 0, "", 0)
    prompt = prefix_of([(0, twice)])
    answer = Answer(None, ((6, 9), (0, 3)), SIGNALS, 2)
    (leaf,) = finding_of(question_about({"type": "string"}), prompt, answer, JUDGED).leaves
    assert leaf.places == (Place(0, 7, 10),)


TABLE = (
    "| Store | Sales ($ in thousands) | Open |\n|---|---|---|\n"
    "| North | 1,234 | ☒ |\n| South | 7 | ☐ |\n"
)
SOURCES = [source_of(TABLE, "a.md")]
ROWS = prefix_of((0, passage) for passage in SOURCES[0].passages)


def answered(
    schema: dict[str, Any], quote: str, *, name: str = "a", literal: str | None = None
) -> Finding:
    """The answer, or the evidence of a literal, that stands at a quote of the table."""
    start = ROWS.text.index(quote)
    span = (start, start + len(quote))
    answer = Answer(None, (span,), SIGNALS, 3, items=((span,),))
    if literal is not None:
        answer = Answer(literal, (), SIGNALS, 3, evidence=(span,))
    return finding_of(question_about(schema, name), ROWS, answer, JUDGED, SOURCES)


def cited(finding: Finding) -> list[str]:
    text = SOURCES[0].document.text
    return [text[place.start : place.stop] for leaf in finding.leaves for place in leaf.places]


def test_a_number_of_a_table_is_cited_with_the_words_that_scale_it() -> None:
    finding = answered({"type": "number", "description": "Sales in USD"}, "1,234")
    assert (finding.value, finding.leaves[0].match) == (1_234_000, Match.DERIVED)
    assert cited(finding) == ["1,234", "in thousands"]


def test_a_list_is_read_on_down_the_column() -> None:
    stores = {"type": "array", "items": {"type": "string"}}
    finding = answered(stores, "North", name="stores")
    assert (finding.value, cited(finding)) == (["North", "South"], ["North", "South"])


def test_a_box_beside_the_evidence_outweighs_the_answer() -> None:
    finding = answered({"type": "boolean"}, "South", literal="yes")
    assert (finding.value, finding.leaves[0].match) == (False, Match.NORMALISED)
    assert cited(finding) == ["South", "☐"]
