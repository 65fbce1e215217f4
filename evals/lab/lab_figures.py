"""Which figures do the lab's answers come to?

Shares in percent with n and a 95 % interval: Wilson's where every score is right or wrong, or
where there are few, else a bootstrap. Wilson's is not empty where all scores are the same: 110 of
110 is at least 96.6. Of scores in between it is wider than need be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from evals.figures import percent
from evals.lab.lengths import told
from evals.lab.rows_file import LabRow
from evals.reliability import auroc, interval

_Z = 1.959964
_FEW = 20

Records = dict[str, Any]


def figures_of(rows: Sequence[LabRow]) -> Records:
    """All, and by kind, length, and both."""
    placed = [float(row.is_place_right) for row in rows if row.is_place_right is not None]
    return {
        **share([row.score for row in rows]),
        "places": share(placed) if placed else None,
        **{name: share(_details(rows, name)) for name in _detail_names(rows)},
        "kinds": by(rows, lambda row: row.kind),
        "lengths": by(rows, lambda row: told(row.length)),
        "kinds_at_lengths": by(rows, lambda row: f"{row.kind} {told(row.length)}"),
        "seconds_per_question": round(sum(row.seconds for row in rows) / len(rows), 3),
        "failed": sum(bool(row.problem) for row in rows),
    }


def absence_figures(rows: Sequence[LabRow], is_absent: Callable[[str], bool]) -> Records:
    """Of questions without an answer and with one."""
    absent = [row for row in rows if is_absent(row.kind)]
    present = [row for row in rows if not is_absent(row.kind)]
    scores = [
        [row.absence for row in some if row.absence is not None] for some in (absent, present)
    ]
    area = auroc(*scores)
    return {
        "found_absent": share([row.score for row in absent]),
        "present_right": share([row.score for row in present]),
        "present_refused": share([float(row.is_null) for row in present]),
        "absence_auroc": None if area is None else round(area, 4),
    }


def by(rows: Sequence[LabRow], key: Callable[[LabRow], Hashable]) -> Records:
    groups: dict[Hashable, list[float]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row.score)
    return {str(name): share(scores) for name, scores in groups.items()}


def share(scores: Sequence[float]) -> Records:
    """`score` is the mean in percent."""
    if not scores:
        return {"score": None, "n": 0, "interval": [None, None]}
    low, high = interval_of(scores)
    mean = sum(scores) / len(scores)
    return {
        "score": percent(mean),
        "n": len(scores),
        "interval": [percent(low), percent(high)],
    }


def interval_of(scores: Sequence[float]) -> tuple[float, float]:
    if len(scores) < _FEW or all(score in (0.0, 1.0) for score in scores):
        return wilson(sum(scores), len(scores))
    found = interval([[score] for score in scores])
    assert found is not None
    return found


def wilson(right: float, count: int) -> tuple[float, float]:
    mean = right / count
    centre = mean + _Z**2 / (2 * count)
    half = _Z * math.sqrt(mean * (1 - mean) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def _detail_names(rows: Sequence[LabRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.details))


def _details(rows: Sequence[LabRow], name: str) -> list[float]:
    """An answer that failed has none, and counts 0."""
    return [row.details.get(name, 0.0) for row in rows]
