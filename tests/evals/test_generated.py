from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from engine.values import NotThatKind, value_of
from evals.generated.documents import (
    CHOOSE_KINDS,
    HELD_OUT_KINDS,
    TRAIN_KINDS,
    documents,
    place_of,
    read,
)
from evals.generated.fact import Fact, GeneratedDocument
from schemas.response_schema import Kind, Node, parse

pytestmark = pytest.mark.slow
ALL_KINDS = [*TRAIN_KINDS, *CHOOSE_KINDS, *HELD_OUT_KINDS]
MEANT = ("currency", "incoterm")  # codes, of which a sign or the long form is printed
SCALARS = (Kind.STRING, Kind.DATE, Kind.NUMBER, Kind.INTEGER, Kind.ENUM)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_nearly_every_stated_fact_is_found_where_its_words_stand(kind: str) -> None:
    found, missed = 0, []
    for document in _some(kind):
        text = read(document)
        for fact in _stated(document.facts):
            place = place_of(text, fact)
            if place and " ".join(text.text[slice(*place)].split()) == fact.quote:
                found += 1
            else:
                missed.append(fact)
    assert found > 40
    assert len(missed) <= 0.02 * found, missed


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_value_of_a_scalar_is_what_its_words_state(kind: str) -> None:
    wrong = [
        (fact.name, fact.quote, fact.value)
        for document in _some(kind)
        for fact in document.facts
        if fact.quote and _node(fact).kind in SCALARS and not _is_stated_by_its_quote(fact)
        if fact.name not in MEANT
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_some_fields_of_every_document_are_absent_and_all_can_be_asked(kind: str) -> None:
    for document in _some(kind):
        absent = [fact for fact in document.facts if fact.value is None]
        assert 0.15 < len(absent) / len(document.facts) < 0.45
        assert all(len(set(fact.descriptions)) >= 3 for fact in document.facts)
        assert len({fact.name for fact in document.facts}) == len(document.facts)
        assert all(_node(fact) for fact in document.facts)


def test_the_same_seed_gives_the_same_documents_whatever_kinds_are_beside() -> None:
    alone = [document.facts for document in documents(["letter"], per_kind=2, seed=5)]
    beside = documents(["invoice", "letter"], per_kind=2, seed=5)
    assert [document.facts for document in beside if document.kind == "letter"] == alone


def test_the_same_seed_gives_the_same_text() -> None:
    first, second = (list(documents(["invoice"], per_kind=1, seed=5)) for _ in range(2))
    assert read(first[0]).text == read(second[0]).text


def test_other_seeds_give_other_documents() -> None:
    first, second = (list(documents(["invoice"], per_kind=1, seed=seed)) for seed in (1, 2))
    assert read(first[0]).text != read(second[0]).text


def test_what_is_asked_of_kinds_held_out_is_worded_unlike_what_is_trained_on() -> None:
    trained, held_out = _wordings(TRAIN_KINDS), _wordings((*CHOOSE_KINDS, *HELD_OUT_KINDS))
    assert len(trained & held_out) <= 0.01 * len(held_out), sorted(trained & held_out)


def test_no_kind_is_on_both_sides() -> None:
    assert len(TRAIN_KINDS) >= 14
    assert len(HELD_OUT_KINDS) >= 4
    assert len(CHOOSE_KINDS) >= 3
    assert len({*TRAIN_KINDS, *CHOOSE_KINDS, *HELD_OUT_KINDS}) == len(ALL_KINDS)


@functools.cache
def _some(kind: str) -> list[GeneratedDocument]:
    return [d for seed in (11, 12) for d in documents([kind], per_kind=3, seed=seed)]


def _stated(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    for fact in facts:
        if fact.items:
            yield from _stated(fact.items)
        elif fact.value is not None:
            yield fact


def _node(fact: Fact) -> Node:
    schema = {
        "type": "object",
        "properties": {fact.name: dict(fact.schema)},
        "required": [fact.name],
        "additionalProperties": False,
    }
    return parse(schema).children[0]


def _is_stated_by_its_quote(fact: Fact) -> bool:
    try:
        value, _ = value_of(_node(fact), str(fact.quote), fact.descriptions[0])
    except NotThatKind:
        return False
    return _agrees(value, fact.value) or fact.name.endswith("_whole")


def _agrees(value: Any, wanted: Any) -> bool:
    return bool(value == wanted and type(value) is type(wanted))


def _wordings(kinds: tuple[str, ...]) -> set[str]:
    facts = [fact for d in documents(kinds, per_kind=4, seed=3) for fact in d.facts]
    return {wording for fact in facts for wording in fact.descriptions}
