from __future__ import annotations

from typing import Any

import pytest

from engine.literals import borne_out, literal_value
from schemas.extraction import Match
from schemas.response_schema import Kind
from tests.engine.sources import node_of, source_of

CHOICES: tuple[object, ...] = ("part_time", 7)


def shown(text: str, evidence: str, kind: Kind, literal: str) -> tuple[Any, Match, list[str]]:
    document = source_of(text).document
    start = document.text.index(evidence)
    node = node_of(kind, choices=CHOICES)
    found = borne_out(node, literal, document, (start, start + len(evidence)))
    return found.value, found.match, [document.text[a:b] for a, b in found.places]


def test_a_literal_keeps_its_type() -> None:
    assert literal_value(node_of(Kind.ENUM, choices=CHOICES), "7") == 7
    assert literal_value(node_of(Kind.BOOLEAN), "no") is False


@pytest.mark.parametrize("literal", ["yes", "no"])
def test_a_box_beside_the_evidence_is_believed(literal: str) -> None:
    text = "Whether it is a shell company: Yes ☐ No ☒"
    assert shown(text, "a shell company", Kind.BOOLEAN, literal) == (
        False,
        Match.NORMALISED,
        ["a shell company", "Yes ☐ No ☒"],
    )


def test_evidence_without_a_box_bears_out_what_was_answered() -> None:
    assert shown("It is renewed every year.", "renewed", Kind.BOOLEAN, "yes") == (
        True,
        Match.DERIVED,
        ["renewed"],
    )


def test_a_choice_that_the_evidence_spells_otherwise_is_read_off_it() -> None:
    assert shown("He works part-time.", "part-time", Kind.ENUM, "part_time")[:2] == (
        "part_time",
        Match.NORMALISED,
    )
    assert shown("He works little.", "little", Kind.ENUM, "part_time")[1] is Match.DERIVED
