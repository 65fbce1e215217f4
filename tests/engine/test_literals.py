from __future__ import annotations

from typing import Any

import pytest

from engine.literals import borne_out, literal_value
from schemas.extraction import Match
from schemas.response_schema import Kind
from tests.engine.sources import node_of, source_of

CHOICES: tuple[object, ...] = ("part_time", 7)


def shown(
    text: str, evidence: str, kind: Kind, literal: str, question: str = "Is it so?"
) -> tuple[Any, Match, list[str]]:
    document = source_of(text).document
    start = document.text.index(evidence)
    node = node_of(kind, choices=CHOICES)
    found = borne_out(node, literal, document, (start, start + len(evidence)), question)
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


@pytest.mark.parametrize(
    ("text", "evidence", "place"),
    [
        ("Filming is not permitted in the hall.", "Filming is not permitted", None),
        ("Filming is not permitted in the hall.", "permitted", "not permitted"),
        ("Publications need not be open access.", "open access", "not be open access"),
        ("Partial shipments will be refused.", "refused", None),
        ("Smoking: no; pets: by agreement", "no", None),
        ("Der Mieter darf keine Tiere halten.", "keine Tiere", None),
    ],
)
def test_words_that_deny_bear_out_no_yes(text: str, evidence: str, place: str | None) -> None:
    told = shown(text, evidence, Kind.BOOLEAN, "yes")
    assert told == (False, Match.DERIVED, [place or evidence])


@pytest.mark.parametrize(
    ("text", "evidence", "question"),
    [
        ("The meter was read by nobody.", "nobody", "Did nobody look at the meter?"),
        ("Damage by water is excluded.", "excluded", "Is damage by water excluded?"),
        ("It is paid no later than 5 May.", "no later than 5 May", "Is there a day of payment?"),
        ("It is not limited to Sundays.", "not limited to Sundays", "Is it open on other days?"),
        ("Notable guests are expected.", "Notable guests", "Are guests expected?"),
        ("No fee. It is renewed.", "It is renewed", "Is it renewed?"),
    ],
)
def test_a_yes_stays_one_where_nothing_is_denied_or_a_denial_is_asked_for(
    text: str, evidence: str, question: str
) -> None:
    assert shown(text, evidence, Kind.BOOLEAN, "yes", question)[0] is True


def test_a_long_passage_with_a_denial_decides_nothing() -> None:
    text = "The agreement is renewed each year unless one of the parties says that it is not."
    assert shown(text, text, Kind.BOOLEAN, "yes")[0] is True


def test_a_choice_that_the_evidence_spells_otherwise_is_read_off_it() -> None:
    assert shown("He works part-time.", "part-time", Kind.ENUM, "part_time")[:2] == (
        "part_time",
        Match.NORMALISED,
    )
    assert shown("He works little.", "little", Kind.ENUM, "part_time")[1] is Match.DERIVED
