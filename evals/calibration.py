"""Which curves make a confidence of the signals that answers come with?

A logistic regression for each kind of answer on the features of its signals, fitted by Newton's
method with a small penalty; a kind with few rows uses the one fitted to all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.certainty import ABSENCE, ANY, Certainty, Curve, Signals
from evals.cases import Row
from evals.reliability import caught_at

Floats = npt.NDArray[np.float64]

_MIN_ROWS = 60
_MIN_OF_EACH = 20  # right and wrong ones: a curve of its own on fewer is too sure
_PENALTY = 1.0
_FOR_ABSENCE = (-1, -1, 1, 1, 1)  # which way a feature can speak, as `Signals` orders them
_FOR_AN_ANSWER = (1, 1, -1, -1, -1)
_MAX_STEPS = 100
_LEAST_STEP = 1e-7


def fit(sets: Sequence[Sequence[Row]], most_lost: float) -> Certainty:
    """From sets of rows that were all answered, null never; each set weighs as much as another.
    The threshold is the lowest that refuses no more than that share of the right answers, in
    every set: what is refused of the wrong ones is no loss."""
    asked = [[row for row in rows if row.signals] for rows in sets]
    shares = [1 / max(1, len(rows)) for rows in asked for _ in rows]
    flat = [row for rows in asked for row in rows]
    features = [_features(row) for row in flat]
    absence = _curve_of(features, [not row.is_present for row in flat], shares, _FOR_ABSENCE)
    thresholds = [_threshold(absence, rows, most_lost) for rows in asked]
    threshold = max((one for one in thresholds if one is not None), default=1.0)
    kept = [at for at, one in enumerate(features) if absence.probability(one) < threshold]

    def curve_of(kept: Sequence[int]) -> Curve:
        return _curve_of(
            [features[at] for at in kept],
            [flat[at].is_value_right for at in kept],
            [shares[at] for at in kept],
            _FOR_AN_ANSWER,
        )

    curves = {ANY: curve_of(kept)}
    for kind in sorted({flat[at].value_kind for at in kept}):
        own = [at for at in kept if flat[at].value_kind == kind]
        num_right = sum(flat[at].is_value_right for at in own)
        if len(own) >= _MIN_ROWS and min(num_right, len(own) - num_right) >= _MIN_OF_EACH:
            curves[kind] = curve_of(own)
    return Certainty({ABSENCE: absence, **curves}, threshold)


def _features(row: Row) -> tuple[float, ...]:
    return Signals(*row.signals).features


def _threshold(absence: Curve, rows: Sequence[Row], most_lost: float) -> float | None:
    """None for a set that has not both: right answers, and what is not there."""
    caught = caught_at(
        [absence.probability(_features(row)) for row in rows if not row.is_present],
        [
            absence.probability(_features(row))
            for row in rows
            if row.is_present and row.is_value_right
        ],
        most_lost,
    )
    return caught[1] if caught else None


def _curve_of(
    features: Sequence[tuple[float, ...]],
    is_right: Sequence[bool],
    shares: Sequence[float],
    signs: Sequence[int],
) -> Curve:
    """A weight of the wrong sign is noise: it is taken for none, and the rest is fitted anew."""
    inputs = np.hstack([np.ones((len(features), 1)), np.array(features, np.float64)])
    right, weights = np.array(is_right, np.float64), np.array(shares, np.float64)
    weights *= len(weights) / weights.sum()
    free = [True] * len(signs)
    while True:
        used = np.flatnonzero([True, *free])
        fitted = np.zeros(inputs.shape[1])
        fitted[used] = _fitted(inputs[:, used], right, weights)
        wrong = [at for at, sign in enumerate(signs) if fitted[1 + at] * sign < 0]
        if not wrong:
            return Curve(float(fitted[0]), tuple(map(float, fitted[1:])))
        free[min(wrong, key=lambda at: fitted[1 + at] * signs[at])] = False


def _fitted(inputs: Floats, right: Floats, weights_of_rows: Floats) -> Floats:
    """The penalty pulls each weight to zero and leaves the bias alone."""
    num_weights = inputs.shape[1] - 1
    prior = np.zeros(1 + num_weights)
    penalty = np.diag([1e-6, *[_PENALTY] * num_weights])

    def loss(weights: Floats) -> float:
        odds, away = inputs @ weights, weights - prior
        told = weights_of_rows @ (np.logaddexp(0, odds) - odds * right)
        return float(told + away @ penalty @ away / 2)

    weights = prior.copy()
    for _ in range(_MAX_STEPS):
        probability = 1 / (1 + np.exp(-(inputs @ weights)))
        slope = inputs.T @ (weights_of_rows * (probability - right)) + penalty @ (weights - prior)
        spread = weights_of_rows * probability * (1 - probability)
        curvature = inputs.T @ (inputs * spread[:, None]) + penalty
        step = np.linalg.solve(curvature, slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _LEAST_STEP:
            step = step / 2
        if np.abs(step).max() <= _LEAST_STEP:
            break
        weights = weights - step
    return weights
