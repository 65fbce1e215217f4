"""Which curves make a confidence of the signals that answers come with?

A logistic regression for each kind of answer on the log-odds of its signals, fitted by Newton's
method with a small penalty; a kind with few rows uses the one fitted to all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.certainty import ABSENCE, ANY, Certainty, Curve, Signals, log_odds
from evals.cases import Row
from evals.reliability import caught_at

Floats = npt.NDArray[np.float64]

_MIN_ROWS = 60
_MIN_OF_EACH = 8  # right and wrong ones
_PENALTY = 1.0
_MAX_STEPS = 100
_LEAST_STEP = 1e-7


def fit(rows: Sequence[Row], most_refused: float) -> Certainty:
    """From rows that were all answered, null never. The threshold is the lowest that refuses no
    more than that share of the fields that are there."""
    asked = [row for row in rows if row.signals]
    signals = [Signals(*row.signals) for row in asked]
    absence = _curve_of([s.all for s in signals], [not row.is_present for row in asked])
    chances = [absence.probability(s.all) for s in signals]
    caught = caught_at(
        [chance for chance, row in zip(chances, asked, strict=True) if not row.is_present],
        [chance for chance, row in zip(chances, asked, strict=True) if row.is_present],
        most_refused,
    )
    threshold = caught[1] if caught else 1.0
    kept = [n for n, chance in enumerate(chances) if chance < threshold]
    answered = [(asked[n].value_kind, signals[n].all, asked[n].is_value_right) for n in kept]
    curves = {ANY: _curve_of([s for _, s, _ in answered], [right for *_, right in answered])}
    for kind in sorted({kind for kind, *_ in answered}):
        own = [(scores, right) for name, scores, right in answered if name == kind]
        num_right = sum(right for _, right in own)
        if len(own) >= _MIN_ROWS and min(num_right, len(own) - num_right) >= _MIN_OF_EACH:
            curves[kind] = _curve_of([scores for scores, _ in own], [right for _, right in own])
    return Certainty({ABSENCE: absence, **curves}, threshold)


def _curve_of(scores: Sequence[tuple[float, ...]], is_right: Sequence[bool]) -> Curve:
    odds = np.array([[log_odds(score) for score in own] for own in scores], np.float64)
    inputs = np.hstack([np.ones((len(odds), 1)), odds])  # [num_answers, 1 + scores]
    fitted = _fitted(inputs, np.array(is_right, np.float64))
    return Curve(float(fitted[0]), tuple(map(float, fitted[1:])))


def _fitted(inputs: Floats, right: Floats) -> Floats:
    """The penalty pulls each weight to zero and leaves the bias alone."""
    num_weights = inputs.shape[1] - 1
    prior = np.zeros(1 + num_weights)
    penalty = np.diag([1e-6, *[_PENALTY] * num_weights])

    def loss(weights: Floats) -> float:
        odds, away = inputs @ weights, weights - prior
        return float(np.logaddexp(0, odds).sum() - odds @ right + away @ penalty @ away / 2)

    weights = prior.copy()
    for _ in range(_MAX_STEPS):
        probability = 1 / (1 + np.exp(-(inputs @ weights)))
        slope = inputs.T @ (probability - right) + penalty @ (weights - prior)
        curvature = inputs.T @ (inputs * (probability * (1 - probability))[:, None]) + penalty
        step = np.linalg.solve(curvature, slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _LEAST_STEP:
            step = step / 2
        if np.abs(step).max() <= _LEAST_STEP:
            break
        weights = weights - step
    return weights
