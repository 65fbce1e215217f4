from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numbers_in_text import number_of, numbers_in


@pytest.mark.parametrize(
    ("quote", "number"),
    [
        ("$ 93", 93),
        ("1,234", 1234),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("(1,234)", -1234),
        ("-5.5", -5.5),
        ("$(3.27)", -3.27),
        ("25 %", 25),
        ("0.125", 0.125),
        ("twelve", 12),
        ("$18 million", 18_000_000),
        ("EUR 1.5 billion", 1_500_000_000),
        ("CHF 1'250'000", 1250000),
        ("none", None),
        ("2.2e-16", 2.2e-16),
        ("1.5E+3", 1500),
        ("(2021", 2021),
        ("9e999", None),
    ],
)
def test_number_of(quote: str, number: float | None) -> None:
    assert number_of(quote) == number


def test_a_number_is_told_in_the_unit_that_is_asked_for() -> None:
    assert number_of("$18 million", "Expenses, in USD millions") == 18
    assert number_of("$1.2 billion", "Expenses in millions") == 1200
    assert number_of("18", "Expenses, in USD millions") == 18


@pytest.mark.parametrize(
    ("text", "bare", "outer"),
    [
        ("sold 1,355 stores", ["1,355"], ["1,355"]),
        ("Total $ 93, up", ["93"], ["$ 93"]),
        ("a loss of (1,234) in", ["(1,234)"], ["(1,234)"]),
        ("fell by -5.5", ["-5.5"], ["-5.5"]),
        ("below 2.2e-16 (say)", ["2.2e-16"], ["2.2e-16"]),
        ("rose 25 % to $400 million.", ["25", "400"], ["25 %", "$400 million"]),
        ("in 2022 (2021: 7)", ["2022", "2021", "7"], ["2022", "2021", "7"]),
        ("Clause 7.2.1", ["7.2.1"], ["7.2.1"]),
        ("three loans", ["three"], ["three"]),
        ("x86 and B7", [], []),
    ],
)
def test_numbers_in(text: str, bare: list[str], outer: list[str]) -> None:
    found = list(numbers_in(text))
    assert [text[number.start : number.stop] for number in found] == bare
    assert [text[number.outer_start : number.outer_stop] for number in found] == outer


@given(st.integers(-(10**12), 10**12))
def test_an_integer_with_thousands_separators_is_read_back(number: int) -> None:
    assert number_of(f"{number:,}") == number


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for number in numbers_in(text):
        assert number.outer_start <= number.start < number.stop <= number.outer_stop <= len(text)
        number_of(text[number.outer_start : number.outer_stop])
