from __future__ import annotations

import pytest

from engine.columns import is_total, shared, stems


@pytest.mark.parametrize(
    ("asked", "head", "share"),
    [
        ("units sold", "Sold units", 1.0),
        ("stores", "Store", 1.0),
        ("quantity", "Qty", 0.5),
        ("description", "Desc.", 0.5),
        ("number", "Nr", 0.5),
        ("price of sale", "Price", 0.5),
        ("date", "Designated", 0.0),
        ("rent", "Store", 0.0),
    ],
)
def test_a_head_shares_words_with_what_is_asked(asked: str, head: str, share: float) -> None:
    assert shared(stems(asked), stems(head)) == share


@pytest.mark.parametrize("label", ["Total", "Grand total:", "subtotal", "Sub-total", "Gesamtsumme"])
def test_a_total_is_known_by_its_label(label: str) -> None:
    assert is_total(label)


def test_a_name_that_begins_with_total_is_no_total() -> None:
    assert not is_total("Total Finance SA")
