from __future__ import annotations

from dataclasses import replace

import pytest

from evals.lab.lab_figures import absence_figures, figures_of, share, wilson
from tests.evals.lab.lab_data import ROW


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)


def test_the_interval_of_all_right_is_not_empty() -> None:
    assert share([1.0] * 110) == {"score": 100.0, "n": 110, "interval": [96.6, 100.0]}


def test_the_interval_of_a_few_ratios_is_not_empty() -> None:
    assert share([0.5])["interval"] == [5.5, 94.5]


def test_the_interval_of_ratios_holds_their_mean() -> None:
    found = share([0.25, 0.5, 0.75, 1.0] * 10)
    assert found["score"] == 62.5
    assert 50 < found["interval"][0] < 62.5 < found["interval"][1] < 75


def test_scores_are_told_by_kind_length_and_both() -> None:
    rows = [ROW, replace(ROW, score=0.0, length=8192), replace(ROW, kind="words")]
    figures = figures_of(rows)
    assert (figures["score"], figures["n"]) == (66.7, 3)
    assert {name: one["score"] for name, one in figures["kinds"].items()} == {
        "numbers": 50.0,
        "words": 100.0,
    }
    assert {name: one["score"] for name, one in figures["lengths"].items()} == {
        "4k": 100.0,
        "8k": 0.0,
    }
    assert figures["kinds_at_lengths"]["numbers 8k"]["n"] == 1


def test_places_are_counted_where_there_are_any_to_be_right() -> None:
    rows = [ROW, replace(ROW, is_place_right=False), replace(ROW, is_place_right=None)]
    places = figures_of(rows)["places"]
    assert (places["score"], places["n"]) == (50.0, 2)
    assert figures_of([replace(ROW, is_place_right=None)])["places"] is None


def test_what_else_a_scorer_tells_has_its_mean_and_a_failure_counts_nothing() -> None:
    rows = [replace(ROW, details={"text": 1.0}), replace(ROW, score=0.0, problem="gone")]
    figures = figures_of(rows)
    assert (figures["text"]["score"], figures["failed"]) == (50.0, 1)


def test_absence_is_told_of_questions_with_and_without_an_answer() -> None:
    present = replace(ROW, kind="present", absence=0.2)
    refused = replace(present, score=0.0, is_null=True, absence=0.9)
    absent = replace(ROW, kind="near", is_null=True, absence=0.8)
    figures = absence_figures([present, refused, absent], lambda kind: kind != "present")
    assert figures["found_absent"]["score"] == 100.0
    assert figures["present_right"]["score"] == 50.0
    assert figures["present_refused"]["score"] == 50.0
    assert figures["absence_auroc"] == 0.5
