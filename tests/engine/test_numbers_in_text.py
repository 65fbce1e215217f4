from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_decimal_symbol,
)
from hypothesis import given
from hypothesis import strategies as st

from engine.customs import Customs
from engine.numbers_in_text import number_of, numbers_in

LOCALES = ("en", "en_IN", "de", "de_CH", "fr", "fr_CH", "es", "it", "nl", "pt", "sv", "pl", "ru")


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
        ("1 234,50", 1234.5),
        ("1\u202f234,50", 1234.5),
        ("12,34,567.89", 1234567.89),
        ("1,234-", -1234),
        ("−5", -5),
        ("-$5", -5),
        ("($3.27)", -3.27),
        ("(5.5)%", -5.5),
        ("twenty-five", 25),
        ("one hundred and fifty thousand", 150_000),
        ("twelve (12)", 12),
        ("1½", 1.5),
        ("2 1/2 per cent", 2.5),
        ("3rd", 3),
        ("third", 3),
        ("1.5m", 1_500_000),
        ("$3bn", 3_000_000_000),
        ("2k", 2000),
        ("US$ 5 mm", 5_000_000),
        ("5 mm", 5),
        ("Section 5B", 5),
        ("4,6 Millionen Euro", 4_600_000),
        ("1.5 Mio. EUR", 1_500_000),
        ("0.1 million", 100_000),
        ("FY2021", 2021),
        ("7.2.1", None),
        ("9e999", None),
    ],
)
def test_number_of(quote: str, number: float | None) -> None:
    assert number_of(quote) == number


def test_a_number_is_told_in_the_unit_that_is_asked_for() -> None:
    assert number_of("$18 million", "Expenses, in USD millions") == 18
    assert number_of("$1.2 billion", "Expenses in millions") == 1200
    assert number_of("18", "Expenses, in USD millions") == 18
    assert number_of("$18 million", "Expenses, in USD") == 18_000_000


def test_a_length_is_no_million() -> None:
    assert number_of("1.5m", "Width of the road") == 1.5


def test_a_lone_mark_is_read_as_the_document_uses_it() -> None:
    assert number_of("1.234 EUR", customs=Customs(decimal_mark=",")) == 1234
    assert number_of("1.234 EUR") == 1.234


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
        ("Clause 7.2.1", [], []),
        ("three loans", ["three"], ["three"]),
        ("x86 and B7", [], []),
        ("told in US$'000", [], []),
        ("costs $  27", ["27"], ["$  27"]),
        ("a 5- or 10-year loan", ["5", "10"], ["5", "10"]),
        ("1,234- | 7-\n", ["1,234-", "7-"], ["1,234-", "7-"]),
        ("on 5 - 10", ["5", "10"], ["5", "10"]),
        ("pays 100 USD or 5 million dollars", ["100", "5"], ["100 USD", "5 million dollars"]),
        ("cost 12,50 € each", ["12,50"], ["12,50 €"]),
        ("within twelve (12) days", ["12", "twelve"], ["twelve (12)", "twelve"]),
        ("the 3rd and the third", [], []),
    ],
)
def test_numbers_in(text: str, bare: list[str], outer: list[str]) -> None:
    found = list(numbers_in(text))
    assert [text[number.start : number.stop] for number in found] == bare
    assert [text[number.outer_start : number.outer_stop] for number in found] == outer


@given(st.integers(-(10**12), 10**12))
def test_an_integer_with_thousands_separators_is_read_back(number: int) -> None:
    assert number_of(f"{number:,}") == number


def test_ordinals_are_numbers_where_they_are_asked_for() -> None:
    text = "the 3rd and the fourth"
    found = numbers_in(text, with_ordinals=True)
    assert [text[n.outer_start : n.outer_stop] for n in found] == ["3rd", "fourth"]


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(LOCALES))
def test_a_number_that_is_written_by_a_locale_is_read_back(number: Decimal, locale: str) -> None:
    customs = Customs(decimal_mark=get_decimal_symbol(locale))
    for written in (
        format_decimal(number, format="#,##0.00", locale=locale),
        format_decimal(number, locale=locale),
        format_currency(number, "EUR", locale=locale),
    ):
        assert number_of(written, customs=customs) == float(number), written


@given(st.integers(1, 999), st.sampled_from(["en", "de", "fr", "es", "it", "nl", "pt"]))
def test_a_scaled_number_that_is_written_by_a_locale_is_read_back(count: int, locale: str) -> None:
    number = count * 10**6
    assert number_of(format_compact_decimal(number, format_type="long", locale=locale)) == number


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for number in numbers_in(text):
        assert number.outer_start <= number.start < number.stop <= number.outer_stop <= len(text)
        number_of(text[number.outer_start : number.outer_stop])


def test_milliseconds_scale_nothing() -> None:
    assert number_of("690 ms") == 690
