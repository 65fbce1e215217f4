"""Which figures do measured fields come to?

Shares are in percent, each headline with its 95 % interval. ECE is of 10 bins of equal width;
beside it stand 10 of equal mass and 15 of equal width. Confidence is that of the answer given,
null among the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evals.cases import Row
from evals.reliability import auroc, calibration_error, caught_at, interval

_MOST_REFUSED = 0.05

Records = dict[str, Any]


def figures_of(rows: Sequence[Row]) -> Records:
    placed = [row for row in rows if row.is_place_right is not None]
    has_places = any(row.is_present for row in placed)
    return {
        "fields": len(rows),
        "documents": len({row.document for row in rows}),
        **share("values", rows, lambda row: row.is_value_right),
        **(_placed_figures(placed) if has_places else {}),
        **_absence_figures(rows),
        **confidence_figures(rows),
        "seconds_per_field": _rounded(_mean(row.seconds for row in rows), 3),
    }


def share(name: str, rows: Sequence[Row], claim: Callable[[Row], bool | None]) -> Records:
    """The share of which the claim holds, and its interval."""
    found = interval(_by_document(rows, claim))
    low, high = found if found else (None, None)
    return {
        name: percent(_mean(float(bool(claim(row))) for row in rows)),
        f"{name}_interval": [percent(low), percent(high)],
    }


def confidence_figures(rows: Sequence[Row]) -> Records:
    confidences, right = [r.confidence for r in rows], [r.is_value_right for r in rows]
    return {
        "ece": _rounded(calibration_error(confidences, right)),
        "ece_equal_mass": _rounded(calibration_error(confidences, right, equal_mass=True)),
        "ece_15_bins": _rounded(calibration_error(confidences, right, num_bins=15)),
        "confidence_auroc": _rounded(
            auroc(
                [row.confidence for row in rows if row.is_value_right],
                [row.confidence for row in rows if not row.is_value_right],
            )
        ),
    }


def absence_at(rows: Sequence[Row], threshold: float) -> Records:
    """If a field were absent from that probability on."""
    absent, present = _absences(rows)
    return {
        "absent": len(absent),
        "found_absent": percent(_mean(float(score >= threshold) for score in absent)),
        "present": len(present),
        "refused": percent(_mean(float(score >= threshold) for score in present)),
    }


def by_kind(rows: Sequence[Row]) -> Records:
    """Values, places and number of each kind."""
    kinds = sorted({row.kind for row in rows})
    return {kind: _short([row for row in rows if row.kind == kind]) for kind in kinds}


def percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)


def _short(rows: Sequence[Row]) -> Records:
    placed = [row for row in rows if row.is_place_right is not None]
    both = _mean(float(_is_both(row)) for row in placed)
    values = _mean(float(row.is_value_right) for row in rows)
    return {"fields": len(rows), "values": percent(values), "both": percent(both)}


def _placed_figures(rows: Sequence[Row]) -> Records:
    return {
        **share("citations", rows, lambda row: row.is_place_right),
        **share("both", rows, _is_both),
    }


def _absence_figures(rows: Sequence[Row]) -> Records:
    """As the threshold stands, and at the best one that refuses few, which only these rows know."""
    present = [row for row in rows if row.is_present]
    absent = [row for row in rows if not row.is_present]
    scores = _absences(rows)
    caught = caught_at(*scores, _MOST_REFUSED)
    return {
        "present": len(present),
        "present_right": percent(_mean(float(row.is_value_right) for row in present)),
        "present_refused": percent(_mean(float(row.is_null) for row in present)),
        "absent": len(absent),
        "absent_found_absent": percent(_mean(float(row.is_null) for row in absent)),
        "best_possible_absent_found_with_few_refused": percent(caught[0]) if caught else None,
        "best_possible_threshold_of_few_refused": _rounded(caught[1]) if caught else None,
        "absence_auroc": _rounded(auroc(*scores)),
    }


def _absences(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """Of what is absent, and of what is there."""
    return (
        [row.absence for row in rows if not row.is_present],
        [row.absence for row in rows if row.is_present],
    )


def _is_both(row: Row) -> bool:
    return row.is_value_right and bool(row.is_place_right)


def _by_document(rows: Sequence[Row], claim: Callable[[Row], bool | None]) -> list[list[float]]:
    groups: dict[str, list[float]] = {}
    for row in rows:
        groups.setdefault(row.document, []).append(float(bool(claim(row))))
    return list(groups.values())


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
