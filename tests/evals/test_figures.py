from __future__ import annotations

from typing import Any

from evals.cases import Row
from evals.figures import absence_at, by_kind, figures_of


def row(**given: Any) -> Row:
    """A number that was found where it stands, but for what is given."""
    usual: dict[str, Any] = {
        "document": "a.pdf",
        "field": "total",
        "question": "Total",
        "kind": "invoice",
        "value_kind": "number",
        "expected": 93,
        "got": 93,
        "is_value_right": True,
        "is_place_right": True,
        "status": "found",
        "confidence": 0.9,
        "absence": 0.1,
        "quotes": ("93",),
        "mode": "dense",
        "seconds": 0.5,
    }
    return Row(**{**usual, **given})


WRONG = row(got=81, is_value_right=False, confidence=0.3, absence=0.7)
REFUSED = row(got=None, is_value_right=False, is_place_right=False, absence=0.8)
FOUND_ABSENT = row(expected=None, got=None, absence=0.95)
INVENTED = row(expected=None, is_value_right=False, is_place_right=False, confidence=0.4)


def test_values_places_and_both_are_shares_of_all_fields() -> None:
    figures = figures_of([row(), WRONG, FOUND_ABSENT, INVENTED])
    assert (figures["values"], figures["citations"], figures["both"]) == (50.0, 75.0, 50.0)


def test_absence_is_counted_among_what_is_absent_and_refusal_among_what_is_there() -> None:
    figures = figures_of([row(), row(), row(), REFUSED, FOUND_ABSENT, INVENTED])
    assert (figures["present"], figures["present_refused"]) == (4, 25.0)
    assert (figures["absent"], figures["absent_found_absent"]) == (2, 50.0)


def test_the_trade_off_of_absence_is_at_the_threshold_that_refuses_few() -> None:
    figures = figures_of([row(), row(), REFUSED, FOUND_ABSENT, INVENTED])
    assert figures["best_possible_absent_found_with_few_refused"] == 50.0
    assert figures["best_possible_threshold_of_few_refused"] == 0.95


def test_fields_without_a_known_place_make_no_figure_of_citations() -> None:
    figures = figures_of([row(is_place_right=None), FOUND_ABSENT])
    assert "citations" not in figures


def test_confidence_is_judged_by_whether_the_value_is_right() -> None:
    figures = figures_of([row(), WRONG])
    assert (figures["ece"], figures["confidence_auroc"]) == (0.2, 1.0)


def test_what_can_not_be_told_is_null() -> None:
    figures = figures_of([row()])
    assert (figures["absent_found_absent"], figures["confidence_auroc"]) == (None, None)


def test_kinds_are_told_apart() -> None:
    figures = by_kind([row(), WRONG, row(kind="letter", is_place_right=False)])
    assert figures["invoice"] == {"fields": 2, "values": 50.0, "both": 50.0}
    assert figures["letter"] == {"fields": 1, "values": 100.0, "both": 0.0}


def test_what_a_threshold_finds_absent_and_refuses_is_told() -> None:
    figures = absence_at([FOUND_ABSENT, INVENTED, row(), REFUSED], 0.6)
    assert figures == {"absent": 2, "found_absent": 50.0, "present": 2, "refused": 50.0}
