from __future__ import annotations

import random

import pytest

from engine.certainty import ABSENCE, ANY, Signals
from evals.calibration import fit
from evals.cases import Row

SURE, UNSURE = Signals(0.9, 0.9, 0.1), Signals(0.5, 0.5, 0.1)
ABSENT = Signals(0.5, 0.5, 0.9, 0.5)


def row(kind: str, signals: Signals, *, is_right: bool, is_present: bool = True) -> Row:
    return Row(
        document="a.txt",
        field="field",
        question="field",
        kind="",
        value_kind=kind,
        expected="x" if is_present else None,
        got="x",
        is_value_right=is_right,
        is_place_right=None,
        status="found",
        confidence=0.0,
        absence=0.0,
        quotes=(),
        mode="dense",
        seconds=0.0,
        signals=signals.all,
    )


def answers(kind: str, signals: Signals, share_right: float, number: int = 400) -> list[Row]:
    return [row(kind, signals, is_right=at < share_right * number) for at in range(number)]


def missing(number: int = 100) -> list[Row]:
    return [row("date", ABSENT, is_right=False, is_present=False)] * number


def test_signals_come_to_the_share_that_was_right() -> None:
    certainty = fit(
        [[*answers("date", SURE, 0.8), *answers("date", UNSURE, 0.4), *missing()]], 0.05
    )
    assert certainty.of("date", SURE) == pytest.approx(0.8, abs=0.02)
    assert certainty.of("date", UNSURE) == pytest.approx(0.4, abs=0.02)


def test_each_kind_has_a_curve_of_its_own() -> None:
    rows = [*answers("date", SURE, 0.9), *answers("string", SURE, 0.3), *missing()]
    certainty = fit([rows], 0.05)
    assert certainty.of("date", SURE) == pytest.approx(0.9, abs=0.02)
    assert certainty.of("string", SURE) == pytest.approx(0.3, abs=0.02)


def test_a_kind_with_few_answers_uses_the_curve_of_all() -> None:
    rows = [*answers("date", SURE, 0.7), *answers("list", SURE, 0.5, number=10), *missing()]
    certainty = fit([rows], 0.05)
    assert set(certainty.curves) == {ABSENCE, ANY, "date"}
    assert certainty.of("list", SURE) == certainty.of("number", SURE)


def test_certain_signals_and_answers_that_are_all_right_stay_finite() -> None:
    certain = Signals(1.0, 1.0, 0.0)
    certainty = fit([[row("date", certain, is_right=True)] * 100], 0.05)
    assert 0.9 < certainty.of("date", certain) <= 1.0


def test_absence_is_told_from_presence() -> None:
    certainty = fit([[*answers("date", SURE, 0.8), *missing(400)]], 0.05)
    assert certainty.absence(SURE) < 0.05
    assert certainty.absence(ABSENT) > 0.95
    assert certainty.absence(SURE) < certainty.threshold <= certainty.absence(ABSENT)


def test_the_threshold_refuses_no_more_right_answers_than_is_allowed() -> None:
    """One in ten of those that are there looks like those that are not."""
    there = [*answers("date", SURE, 0.8, 90), *answers("date", ABSENT, 0.8, 10)]
    strict, lax = (fit([[*there, *missing(40)]], most) for most in (0.05, 0.15))
    assert strict.absence(ABSENT) < strict.threshold
    assert lax.absence(ABSENT) >= lax.threshold


def test_wrong_answers_may_be_refused() -> None:
    there = [*answers("date", SURE, 1.0, 90), *answers("date", ABSENT, 0.0, 10)]
    certainty = fit([[*there, *missing(40)]], 0.05)
    assert certainty.absence(ABSENT) >= certainty.threshold


def test_the_threshold_refuses_no_more_than_is_allowed_in_the_smallest_set() -> None:
    large = [*answers("date", SURE, 0.8, 900), *missing(100)]
    small = [*answers("date", SURE, 0.8, 9), row("date", ABSENT, is_right=True), *missing(3)]
    certainty = fit([large, small], 0.05)
    assert certainty.absence(ABSENT) < certainty.threshold


def test_a_small_set_weighs_as_much_as_a_large_one() -> None:
    sets = [answers("date", SURE, 0.9, 900), [*answers("date", SURE, 0.5, 90), *missing(90)]]
    assert fit(sets, 0.05).of("date", SURE) == pytest.approx(0.77, abs=0.03)


def test_a_signal_that_says_nothing_gets_little_weight() -> None:
    rng = random.Random(0)
    rows = [
        row("date", Signals(rng.random(), chance, 0.5), is_right=rng.random() < chance)
        for chance in (rng.random() for _ in range(2000))
    ]
    noise, likelihood, *_ = fit([rows], 0.0).curves["date"].weights
    assert likelihood == pytest.approx(1.0, abs=0.15)
    assert noise == pytest.approx(0.0, abs=0.2)


def test_words_that_are_not_met_never_speak_for_presence() -> None:
    """However the documents for choosing fell out: here, the other way round."""
    there = [row("date", Signals(0.9, 0.9, 0.1, 0.9), is_right=True)] * 50
    gone = [row("date", Signals(0.9, 0.9, 0.1, 0.1), is_right=False, is_present=False)] * 50
    assert fit([[*there, *gone]], 0.05).curves[ABSENCE].weights[3] == 0.0
