"""How far can a probability be trusted?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def calibration_error(
    confidences: Sequence[float],
    are_right: Sequence[bool],
    *,
    num_bins: int = 10,
    equal_mass: bool = False,
) -> float | None:
    """ECE: how far mean confidence and share right lie apart, over bins of equal width, or of
    equal mass, weighted by what they hold."""
    if not confidences:
        return None
    scores, right = np.asarray(confidences, np.float64), np.asarray(are_right, np.float64)
    if equal_mass:
        bins = np.array_split(np.argsort(scores, kind="stable"), min(num_bins, len(scores)))
    else:
        numbers = np.minimum((scores * num_bins).astype(int), num_bins - 1)
        bins = [np.flatnonzero(numbers == number) for number in np.unique(numbers)]
    gaps = [len(at) * abs(scores[at].mean() - right[at].mean()) for at in bins]
    return float(sum(gaps) / len(scores))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that a positive scores above a negative, ties counted half; None without both."""
    if not positive or not negative:
        return None
    ordered = np.sort(np.asarray(negative, np.float64))
    scores = np.asarray(positive, np.float64)
    below = np.searchsorted(ordered, scores, side="left")
    up_to = np.searchsorted(ordered, scores, side="right")
    return float((below + up_to).mean() / 2 / len(ordered))


def caught_at(
    positive: Sequence[float], negative: Sequence[float], most_wrong: float
) -> tuple[float, float] | None:
    """The share of positives at or above the lowest threshold that at most such a share of the
    negatives reaches, and that threshold."""
    if not positive or not negative:
        return None
    scores, others = np.asarray(positive, np.float64), np.asarray(negative, np.float64)
    reached = [
        (float((scores >= threshold).mean()), float(threshold))
        for threshold in np.unique(scores)
        if (others >= threshold).mean() <= most_wrong
    ]
    return max(reached, default=(0.0, 1.0))


def interval(
    groups: Sequence[Sequence[float]], *, num_samples: int = 2000, seed: int = 0
) -> tuple[float, float] | None:
    """95 % of the mean, by bootstrap over groups (documents): their fields are not independent."""
    groups = [group for group in groups if len(group)]
    if not groups:
        return None
    sums = np.array([sum(group) for group in groups], np.float64)
    counts = np.array([len(group) for group in groups], np.float64)
    drawn = np.random.default_rng(seed).integers(len(groups), size=(num_samples, len(groups)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
