from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import Finding, Leaf, Place
from engine.scan_items import Part, agree, counting, distinct, key_of, limit_of
from schemas.extraction import FieldStatus
from tests.engine.sources import question_about

NAMES = question_about({"type": "array", "items": {"type": "string"}}, "names")


def leaf(value: object, start: int, *, confidence: float = 0.9, absence: float = 0.1) -> Leaf:
    place = Place(0, start, start + 3)
    return Leaf("/0", value, FieldStatus.FOUND, confidence, (place,), absence=absence)


def part(*leaves: Leaf, start: int = 0) -> Part:
    return Part(0, start, Finding(NAMES, None, leaves))


def values(leaves: Sequence[Leaf]) -> list[object]:
    return [one.value for one in leaves]


def test_more_certainty_is_asked_of_an_answer_among_many_parts() -> None:
    assert [limit_of(0.6, number) for number in (1, 2)] == pytest.approx([0.6, 0.6])
    assert limit_of(0.6, 4) == pytest.approx(1 / 3)
    assert limit_of(0.6, 30) == limit_of(0.6, 300) == pytest.approx(0.3)


def test_the_threshold_of_a_reader_that_answers_always_or_never_is_kept() -> None:
    assert [limit_of(threshold, 9) for threshold in (2.0, 0.0)] == [2.0, 0.0]


def test_answers_that_are_likely_absent_do_not_count() -> None:
    parts = [part(leaf("Ann", 0, absence=0.4)), part(leaf("Bob", 9, absence=0.2))]
    assert values(counting(parts, 0.3)) == ["Bob"]


def test_answers_come_in_reading_order() -> None:
    parts = [part(leaf("Bob", 20), leaf("Ann", 5)), part(leaf("Cy", 12), start=10)]
    assert values(counting(parts, 0.3)) == ["Ann", "Cy", "Bob"]


def test_a_place_counts_once_for_the_likelier_answer() -> None:
    parts = [part(leaf("An", 4, confidence=0.5)), part(leaf("Ann", 5, confidence=0.8))]
    assert values(counting(parts, 0.3)) == ["Ann"]


def test_a_choice_without_a_place_stands_where_its_part_begins() -> None:
    yes = Leaf("", True, FieldStatus.FOUND, 0.9, (), absence=0.1)
    parts = [part(leaf("z", 50), start=40), part(yes, start=10)]
    assert values(counting(parts, 0.3)) == [True, "z"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ENDO Inc.", "Endo, Inc"),
        ("Smith & Sons", "Smith and  Sons"),
        (2, 2.0),
        ("2021-02-02", "2021-02-02"),
    ],
)
def test_values_that_are_spelled_otherwise_are_the_same(one: object, other: object) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("3.5", "35"), (1, True), ("1,000", "1.000"), ("-", "."), ("1", 1)]
)
def test_values_that_differ_are_not_the_same(one: object, other: object) -> None:
    assert key_of(one) != key_of(other)


def test_a_value_in_more_words_agrees() -> None:
    assert agree("State of Florida", "florida")
    assert not agree("Kansas", "Arkansas")
    assert not agree(3, 33)


def test_equal_values_are_one_with_all_their_places_and_the_likeliest_spelling() -> None:
    (one,) = distinct([leaf("ANN", 0, confidence=0.4), leaf("Ann", 9, confidence=0.8)])
    assert (one.value, one.confidence) == ("Ann", 0.8)
    assert {place.start for place in one.places} == {0, 9}


LEAVES = st.lists(
    st.builds(
        leaf,
        st.sampled_from(["Ann", "ANN", "Bob", "Bob.", "Cy", 3, 3.0, True]),
        st.integers(0, 60),
        confidence=st.floats(0.01, 0.99),
        absence=st.floats(0, 1),
    )
)


@given(LEAVES, st.randoms(use_true_random=False))
def test_the_order_in_which_parts_answer_changes_nothing_but_ties(
    leaves: list[Leaf], rng: random.Random
) -> None:
    parts = [part(one) for one in leaves]
    shuffled = list(parts)
    rng.shuffle(shuffled)
    starts = [[one.places[0].start for one in counting(ps, 0.5)] for ps in (parts, shuffled)]
    assert starts[0] == sorted(starts[0])
    assert all(b - a >= 3 for a, b in zip(starts[0], starts[0][1:], strict=False))


@given(LEAVES)
def test_of_what_is_distinct_no_two_are_the_same_and_none_is_lost(leaves: list[Leaf]) -> None:
    kept = distinct(leaves)
    keys = [key_of(one.value) for one in kept]
    assert len(set(keys)) == len(keys)
    assert {key_of(one.value) for one in leaves} == set(keys)
    assert {p for one in kept for p in one.places} == {p for one in leaves for p in one.places}
