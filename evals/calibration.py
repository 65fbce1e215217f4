"""Which curves make a confidence of the signals that answers come with?

A logistic regression for each kind of answer on the features of its signals, fitted by Newton's
method with a small penalty; a kind with few rows uses the one fitted to all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.certainty import ABSENCE, ANY, Certainty, Curve, Signals, absence_of, log_odds
from evals.cases import Row
from evals.reliability import caught_at

Floats = npt.NDArray[np.float64]

_MIN_ROWS = 60
_MIN_OF_EACH = 8  # right and wrong ones
_LEAST_OF_EACH = 4  # absent and present ones, to move a curve
_PENALTY = 1.0
_FOR_ABSENCE = (-1, -1, 1, 1, 1)  # which way a feature can speak, as `Signals` orders them
_FOR_AN_ANSWER = (1, 1, -1, -1, -1)
_MAX_STEPS = 100
_LEAST_STEP = 1e-7


def fit(sets: Sequence[Sequence[Row]], most_refused: float) -> Certainty:
    """From sets of rows that were all answered, null never; each set weighs as much as another.
    The threshold is the lowest that refuses no more than that share of the fields that are there,
    in every set."""
    asked = [[row for row in rows if row.signals] for rows in sets]
    shares = [1 / max(1, len(rows)) for rows in asked for _ in rows]
    flat = [row for rows in asked for row in rows]
    features = [_features(row) for row in flat]
    absence = _curve_of(features, [not row.is_present for row in flat], shares, _FOR_ABSENCE)
    absences = Certainty({ABSENCE: absence, **_by_kind(absence, flat, shares)}, 1.0)
    thresholds = [_threshold(absences, rows, most_refused) for rows in asked]
    threshold = max((one for one in thresholds if one is not None), default=1.0)
    kept = [at for at, row in enumerate(flat) if _absence(absences, row) < threshold]

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
    return Certainty({**absences.curves, **curves}, threshold)


def _features(row: Row) -> tuple[float, ...]:
    return Signals(*row.signals).features


def _by_kind(absence: Curve, rows: Sequence[Row], shares: Sequence[float]) -> dict[str, Curve]:
    """The curve moved for each kind: null comes easier to some kinds. How many of a kind are
    absent does not count: that is the data set's matter."""
    share = _mean_of([not row.is_present for row in rows], shares)
    curves = {}
    for kind in sorted({row.value_kind for row in rows}):
        own = [at for at, row in enumerate(rows) if row.value_kind == kind]
        is_absent = [not rows[at].is_present for at in own]
        if min(sum(is_absent), len(own) - sum(is_absent)) >= _LEAST_OF_EACH:
            odds = [_odds(absence, rows[at]) for at in own]
            weights = _balanced(is_absent, [shares[at] for at in own], share)
            weights = [weight * len(own) for weight in weights]
            bias = absence.bias + _move(odds, is_absent, weights)
            curves[absence_of(kind)] = Curve(bias, absence.weights)
    return curves


def _mean_of(values: Sequence[bool], shares: Sequence[float]) -> float:
    return sum(s for v, s in zip(values, shares, strict=True) if v) / sum(shares)


def _balanced(is_absent: Sequence[bool], shares: Sequence[float], share: float) -> list[float]:
    """Weights that come to 1, of which those of the absent rows come to a share."""
    absent = _mean_of(is_absent, shares) * sum(shares)
    present = sum(shares) - absent
    return [
        one * (share / absent if is_one else (1 - share) / present)
        for one, is_one in zip(shares, is_absent, strict=True)
    ]


def _move(odds: Sequence[float], is_right: Sequence[bool], weights: Sequence[float]) -> float:
    """What is added to all of the log-odds, by Newton's method."""
    known, right, weighed = np.array(odds), np.array(is_right, np.float64), np.array(weights)
    move = 0.0
    for _ in range(_MAX_STEPS):
        probability = 1 / (1 + np.exp(-(known + move)))
        slope = float(weighed @ (probability - right)) + _PENALTY * move
        step = slope / (float(weighed @ (probability * (1 - probability))) + _PENALTY)
        move -= float(np.clip(step, -1.0, 1.0))
        if abs(step) <= _LEAST_STEP:
            break
    return move


def _odds(curve: Curve, row: Row) -> float:
    return log_odds(curve.probability(_features(row)))


def _absence(certainty: Certainty, row: Row) -> float:
    return certainty.absence(Signals(*row.signals), row.value_kind)


def _threshold(certainty: Certainty, rows: Sequence[Row], most_refused: float) -> float | None:
    """None for a set that has not both: what is there, and what is not."""
    chances = [(_absence(certainty, row), row.is_present) for row in rows]
    caught = caught_at(
        [chance for chance, is_present in chances if not is_present],
        [chance for chance, is_present in chances if is_present],
        most_refused,
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
