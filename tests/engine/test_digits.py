from __future__ import annotations

from decimal import Decimal

import pytest

from engine.customs import Customs
from engine.digits import decimal_of


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234.50", "1234.50"),
        ("12,34,567", "1234567"),
        ("0,125", "0.125"),
        (".50", "0.50"),
        ("½", "0.5"),
        ("1¼", "1.25"),
        ("2 1/2", "2.5"),
        ("1.5e3", "1.5E+3"),
    ],
)
def test_digits_write_a_number(digits: str, number: str) -> None:
    assert decimal_of(digits) == Decimal(number)


@pytest.mark.parametrize("digits", ["7.2.1", "1,2,3", "1.2,3,4", "1 1/0", "9" * 400, "9e999"])
def test_what_is_written_as_no_number_is_none(digits: str) -> None:
    assert decimal_of(digits) is None


def test_a_lone_mark_is_read_as_the_document_uses_it() -> None:
    german = Customs(decimal_mark=",")
    assert (decimal_of("1.234"), decimal_of("1.234", german)) == (Decimal("1.234"), Decimal(1234))
    assert (decimal_of("1,234"), decimal_of("1,234", german)) == (Decimal(1234), Decimal("1.234"))
