from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from engine.certainty import FILE, Certainty, Curve, Signals, log_odds
from schemas.errors import ModelUnavailable

SIGNALS = Signals(0.8, 0.6, 0.2, 0.4)
CERTAINTY = Certainty(
    {
        "absence": Curve(-1.0, (0.0, 0.5, 2.0, 0.25)),
        "date": Curve(0.5, (1.0, 0.0, 0.0, 0.0)),
        "any": Curve(0.0, (0.0, 0.0, -1.0, 0.0)),
    },
    0.35,
)


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    (tmp_path / FILE).write_text(json.dumps(CERTAINTY.record()))
    return tmp_path


def test_a_curve_adds_weighed_features() -> None:
    curve = Curve(-1.0, (2.0, 0.5))
    odds = math.exp(-1.0 + 2.0 * 0.8 + 0.5 * 0.3)
    assert curve.probability((0.8, 0.3)) == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_a_likelihood_at_the_edge_is_no_certainty_but_near(score: float) -> None:
    told = Curve(0.0, (0.0, 1.0, 0.0, 0.0)).probability(Signals(0.5, score, 0.5).features)
    assert told == pytest.approx(score, abs=2e-4)
    assert 0 < told < 1


def test_odds_past_all_bounds_are_a_probability() -> None:
    assert 0 < Curve(-1e9, (1.0,)).probability((0.5,)) < 1e-12
    assert Curve(1e9, (1.0,)).probability((0.5,)) <= 1


def test_log_odds_are_those_of_the_score() -> None:
    assert log_odds(0.75) == pytest.approx(math.log(3))


def test_an_answer_is_judged_by_the_curve_of_its_kind_else_by_that_of_any() -> None:
    odds = math.exp(0.5 + 0.8)
    assert CERTAINTY.of("date", SIGNALS) == pytest.approx(odds / (1 + odds))
    assert CERTAINTY.of("string", SIGNALS) == pytest.approx(0.8)


def test_absence_weighs_what_speaks_for_null_and_the_words_that_were_not_met() -> None:
    odds = math.exp(-1.0 + 0.25 * 0.4) * (3 / 2) ** 0.5 * 0.25**2
    assert CERTAINTY.absence(SIGNALS) == pytest.approx(odds / (1 + odds))
    assert CERTAINTY.absence(replace(SIGNALS, unmet=0.9)) > CERTAINTY.absence(SIGNALS)


def test_without_curves_the_model_is_taken_at_its_word() -> None:
    certainty = Certainty.load(None, None)
    assert certainty.threshold == 0.5
    assert certainty.absence(SIGNALS) == 0.2
    assert certainty.of("date", SIGNALS) == pytest.approx(0.6 * 0.8)


def test_an_adapter_without_curves_is_taken_at_its_word(tmp_path: Path) -> None:
    assert Certainty.load(tmp_path, None) == Certainty({}, 0.5)


def test_what_is_loaded_is_what_was_recorded(adapter: Path) -> None:
    assert Certainty.load(adapter, None) == CERTAINTY


def test_a_threshold_that_is_given_goes_first(adapter: Path) -> None:
    assert Certainty.load(adapter, 0.9).threshold == 0.9
    assert Certainty.load(None, 0.9).threshold == 0.9


@pytest.mark.parametrize(
    "content",
    [
        b"{]",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"curves": [], "threshold": 0.5}',
        b'{"curves": {}, "threshold": null}',
        b'{"curves": {"any": {"bias": 0}}, "threshold": 0.5}',
        b'{"curves": {"any": {"bias": 0, "weights": ["x"]}}, "threshold": 0.5}',
        b'{"curves": {"any": {"bias": 0, "weights": [1, 2]}}, "threshold": 0.5}',
    ],
)
def test_a_damaged_file_is_refused(adapter: Path, content: bytes) -> None:
    (adapter / FILE).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"certainty\.json can not be read"):
        Certainty.load(adapter, None)
