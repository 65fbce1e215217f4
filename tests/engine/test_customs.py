from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.customs import Customs, customs_of


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Umsatz 1.234.567,80 und 1.234", ","),
        ("Total 12,50 and 3,20 and 1.234", ","),
        ("Total 1,234.50 and 1.234", "."),
        ("CHF 1'250'000.50", "."),
        ("12.50 and 3.20", "."),
        ("no number", "."),
    ],
)
def test_other_numbers_tell_which_mark_is_decimal(text: str, mark: str) -> None:
    assert customs_of(text).decimal_mark == mark


@pytest.mark.parametrize(
    ("text", "day_first"),
    [
        ("from 03/04/2021 to 25/04/2021", True),
        ("from 03/04/2021 to 04/25/2021", False),
        ("from 03/04/2021", None),
        ("3.12.2020 is 31.12.2020", True),
    ],
)
def test_another_date_tells_whether_the_day_is_first(text: str, day_first: bool | None) -> None:
    assert customs_of(text).day_first is day_first


@given(st.text("0123456789., /-", max_size=60))
def test_any_text_has_customs(text: str) -> None:
    assert isinstance(customs_of(text), Customs)
