from __future__ import annotations

from collections import Counter

import pytest

from evals.generated.documents import CHOOSE_KINDS, HELD_OUT_KINDS, TRAIN_KINDS, documents
from evals.generated.draft import Kind
from evals.generated.field import STRING, field
from evals.generated.further_wordings import with_further_wordings
from evals.generated.held_out_kinds import KINDS as HELD_OUT
from evals.generated.trained_kinds import KINDS as TRAINED

ASKED = {kind.name: with_further_wordings(kind) for kind in (*TRAINED, *HELD_OUT)}


@pytest.mark.parametrize("kind", TRAINED, ids=lambda kind: kind.name)
def test_fields_of_training_kinds_are_asked_in_further_wordings(kind: Kind) -> None:
    for plain, asked in zip(kind.fields, ASKED[kind.name].fields, strict=True):
        assert asked.descriptions[: len(plain.descriptions)] == plain.descriptions
        further = asked.descriptions[len(plain.descriptions) :]
        assert len(further) >= 4, plain.name
        assert len(set(map(str.casefold, asked.descriptions))) == len(asked.descriptions)


@pytest.mark.parametrize("kind", TRAINED, ids=lambda kind: kind.name)
def test_no_two_fields_of_a_kind_are_asked_in_the_same_words(kind: Kind) -> None:
    wordings = Counter(
        wording.casefold() for f in ASKED[kind.name].fields for wording in f.descriptions
    )
    assert [wording for wording, number in wordings.items() if number > 1] == []


def test_kinds_that_measure_have_none() -> None:
    assert all(ASKED[name].fields == kind.fields for name, kind in _held_out().items())


def test_a_further_wording_is_none_of_those_that_measure() -> None:
    measuring = {
        wording.casefold() for kind in HELD_OUT for f in kind.fields for wording in f.descriptions
    }
    further = {
        wording.casefold()
        for kind in TRAINED
        for plain, asked in zip(kind.fields, ASKED[kind.name].fields, strict=True)
        for wording in asked.descriptions[len(plain.descriptions) :]
    }
    assert measuring & further == set()


def test_what_other_kinds_state_is_asked_in_its_first_words_alone() -> None:
    document = next(documents(["payslip"], per_kind=1, seed=1))
    own = {f.name for f in ASKED["payslip"].fields}
    others = {w for k in TRAINED for f in k.fields for w in f.descriptions}
    foreign = [fact for fact in document.facts if fact.name not in own]
    assert foreign
    assert all(others.issuperset(fact.descriptions) for fact in foreign)


def test_a_kind_without_further_wordings_is_as_it_was() -> None:
    kind = Kind("unknown", "unknown", (field("name", STRING, "Name"),), TRAINED[0].write)
    assert with_further_wordings(kind) == kind


def _held_out() -> dict[str, Kind]:
    kinds = {kind.name: kind for kind in HELD_OUT}
    assert set(kinds) == {*CHOOSE_KINDS, *HELD_OUT_KINDS}
    assert not set(kinds) & set(TRAIN_KINDS)
    return kinds
