from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import Finding, Leaf, Place, absent
from engine.questions import Question
from engine.scan_items import MOST_PLACES, Part
from engine.scan_reduce import reduced
from schemas.extraction import FieldStatus, Match
from tests.engine.sources import question_about

TEXT = {"type": "string"}
THRESHOLD = 0.64


def asking(reduce: str = "", of: Mapping[str, Any] = TEXT, n: int = 0) -> Question:
    stated = {"reduce": reduce, "n": n} if n else {"reduce": reduce}
    keyword = {"x-needlepoint": stated} if reduce else {}
    return question_about({**of, **keyword})


def leaf(value: Any, start: int, confidence: float = 0.9) -> Leaf:
    place = Place(0, start, start + 3)
    return Leaf("/0", value, FieldStatus.FOUND, confidence, (place,), absence=0.1)


def parts(question: Question, *leaves: Leaf) -> list[Part]:
    return [Part(0, one.places[0].start, Finding(question, None, (one,))) for one in leaves]


def finding(question: Question, *leaves: Leaf, days: Mapping[int, date] | None = None) -> Finding:
    known = days or {}
    return reduced(
        question, parts(question, *leaves), THRESHOLD, lambda one: known.get(one.places[0].start)
    )


def test_a_list_has_every_value_once_in_reading_order() -> None:
    names = {"type": "array", "items": TEXT}
    found = finding(asking(of=names), leaf("Bob", 9), leaf("Ann", 0), leaf("BOB", 30))
    assert found.value == ["Ann", "Bob"]
    assert [one.path for one in found.leaves] == ["/0", "/1"]
    assert [place.start for place in found.leaves[1].places] == [9, 30]


def test_a_count_counts_what_is_different_and_cites_each() -> None:
    question = asking("count", {"type": "integer"})
    found = finding(question, leaf("Ann", 0, 0.8), leaf("Bob", 9, 0.5), leaf("ann", 30, 0.7))
    (one,) = found.leaves
    assert (found.value, one.match, one.reduce) == (2, Match.DERIVED, "count")
    assert [place.start for place in one.places] == [0, 9]
    assert one.confidence == pytest.approx(0.8 * 0.5 * 0.7)


def test_a_count_cites_so_many_and_says_how_many_more_there_are() -> None:
    leaves = [leaf(number, number * 5) for number in range(MOST_PLACES + 7)]
    found = finding(asking("count", {"type": "integer"}), *leaves)
    assert (found.value, len(found.leaves[0].places)) == (MOST_PLACES + 7, MOST_PLACES)
    assert [code for code, told in found.notes if told.startswith("7 more places")] == [
        "citations_cut"
    ]


@pytest.mark.parametrize(
    ("reduce", "n", "value"),
    [("first", 0, "Ann"), ("last", 0, "Cy"), ("nth", 2, "Bob"), ("nth", 3, "Cy")],
)
def test_one_is_picked_by_reading_order(reduce: str, n: int, value: str) -> None:
    leaves = leaf("Cy", 30), leaf("Ann", 0), leaf("Bob", 9), leaf("ANN", 12)
    found = finding(asking(reduce, n=n), *leaves)
    assert (found.value, found.leaves[0].path) == (value, "")


def test_fewer_than_n_are_absent_with_the_reason() -> None:
    found = finding(asking("nth", n=3), leaf("Ann", 0), leaf("Bob", 9))
    assert (found.value, found.leaves[0].status) == (None, FieldStatus.ABSENT)
    assert found.leaves[0].problem == "2 different ones were found, number 3 is asked for"


def test_agreeing_statements_are_one_value_with_all_their_places() -> None:
    found = finding(asking(), leaf("Florida", 0, 0.9), leaf("the State of Florida", 9, 0.6))
    (one,) = found.leaves
    assert (one.value, one.status, one.alternatives) == ("Florida", FieldStatus.FOUND, ())
    assert one.confidence == pytest.approx(0.9)
    assert len(one.places) == 2


def test_conflicting_statements_are_ambiguous_and_the_others_are_told() -> None:
    number = {"type": "number"}
    found = finding(asking(of=number), leaf(120, 0, 0.8), leaf(135, 9, 0.9))
    (one,) = found.leaves
    assert (one.value, one.status) == (135, FieldStatus.AMBIGUOUS)
    assert one.confidence == pytest.approx(9 / (1 + 9 + 4))
    assert [(o.value, o.places[0].start) for o in one.alternatives] == [(120, 0)]
    assert one.problem == "the documents state several values: 135, 120"


def test_an_unlikely_second_value_only_lowers_the_confidence() -> None:
    found = finding(asking(), leaf("Missouri", 0, 0.96), leaf("Kansas", 9, 0.5))
    (one,) = found.leaves
    assert (one.value, one.status) == ("Missouri", FieldStatus.FOUND)
    assert one.confidence == pytest.approx(24 / (1 + 24 + 1))


def test_the_latest_is_what_goes_with_the_last_day() -> None:
    days = {0: date(2018, 3, 4), 9: date(2021, 2, 2), 30: date(2020, 9, 9)}
    leaves = leaf(120, 0), leaf(141, 9, 0.5), leaf(138, 30, 0.99)
    found = finding(asking("latest", {"type": "number"}), *leaves, days=days)
    assert (found.value, found.leaves[0].status) == (141, FieldStatus.FOUND)
    (note,) = found.notes
    assert note == (
        "scan_latest",
        "taken is what goes with 2021-02-02; earlier: 138 (2020-09-09), 120 (2018-03-04)",
    )


def test_two_values_of_the_same_last_day_are_ambiguous() -> None:
    days = dict.fromkeys((0, 9), date(2021, 2, 2))
    found = finding(asking("latest"), leaf("Ann", 0), leaf("Bob", 9), days=days)
    assert found.leaves[0].status is FieldStatus.AMBIGUOUS


def test_what_has_no_date_is_told_and_not_chosen() -> None:
    question = asking("latest")
    found = finding(question, leaf("Ann", 0), leaf("Bob", 9, 0.99), days={0: date(2021, 2, 2)})
    assert found.value == "Ann"
    assert [code for code, _ in found.notes] == ["scan_undated"]


def test_without_any_date_the_likeliest_is_given_and_that_is_told() -> None:
    found = finding(asking("latest"), leaf("Ann", 0, 0.9), leaf("Bob", 9, 0.99))
    assert (found.value, [code for code, _ in found.notes]) == ("Bob", ["scan_undated"])


def test_nothing_that_counts_is_absent_as_surely_as_the_least_sure_part() -> None:
    question = asking()
    unsure = [Part(0, n, absent(question, chance)) for n, chance in enumerate((0.9, 0.7))]
    found = reduced(question, unsure, THRESHOLD, lambda _: None)
    assert (found.value, found.leaves[0].absence) == (None, 0.7)


def test_nothing_was_read_of_documents_without_text() -> None:
    found = reduced(asking(), [], THRESHOLD, lambda _: None)
    assert found.leaves[0].status is FieldStatus.ABSENT


def test_what_is_no_value_of_the_kind_is_told() -> None:
    question = asking(of={"type": "number"})
    bad = Leaf(
        "", None, FieldStatus.INVALID, 0.5, (Place(0, 9, 12),), absence=0.1, problem="read x"
    )
    unread = Part(0, 9, Finding(question, None, (bad,)))
    assert reduced(question, [unread], THRESHOLD, lambda _: None).leaves[0].problem == "read x"
    both = [*parts(question, leaf(3, 0)), unread]
    found = reduced(question, both, THRESHOLD, lambda _: None)
    assert (found.value, found.notes) == (3, (("scan_unread", "left out: read x"),))


@given(
    st.lists(
        st.builds(
            leaf,
            st.sampled_from(["Ann", "ANN", "Bob", "Cy", "Dee"]),
            st.integers(0, 100),
            st.floats(0.01, 0.99),
        ),
        min_size=1,
    )
)
def test_operators_agree_with_one_another(leaves: list[Leaf]) -> None:
    items = finding(asking(of={"type": "array", "items": TEXT}), *leaves).value
    assert finding(asking("count", {"type": "integer"}), *leaves).value == len(items)
    assert finding(asking("first"), *leaves).value == items[0]
    assert finding(asking("last"), *leaves).value == items[-1]
    assert finding(asking("nth", n=len(items)), *leaves).value == items[-1]
    assert finding(asking("nth", n=len(items) + 1), *leaves).value is None
    (likeliest,) = finding(asking(), *leaves).leaves
    shares = [likeliest.confidence, *(one.confidence for one in likeliest.alternatives)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.0
