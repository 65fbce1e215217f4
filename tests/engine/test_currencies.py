from __future__ import annotations

import pytest

from engine.currencies import codes_of, currencies_in


def named(text: str, *codes: str) -> list[tuple[str, str]]:
    return [(text[start:stop], code) for start, stop, code in currencies_in(text, codes)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$279.84", [("$", "USD")]),
        ("717,97 €", [("€", "EUR")]),
        ("4904 EUR HT", [("EUR", "EUR")]),
        ("Rs 1939", [("Rs", "INR")]),
        ("Rs.20", [("Rs", "INR")]),
        ("12 zł", [("zł", "PLN")]),
        ("five euros", [("euros", "EUR")]),
    ],
)
def test_a_currency_is_named_by_code_sign_or_word(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text, "EUR", "USD", "INR", "PLN") == found


def test_letters_within_a_word_name_none() -> None:
    assert named("EUROPE US1234567890 PLNX Karnataka", "EUR", "USD", "PLN", "INR") == []


def test_a_sign_of_several_currencies_is_that_of_the_one_that_is_asked_for() -> None:
    assert named("$ 5", "CAD", "GBP") == [("$", "CAD")]
    assert named("$ 5", "CAD", "USD") == [("$", "USD")]
    assert named("CA$ 5", "CAD", "USD") == [("CA$", "CAD")]


def test_codes_are_choices_that_are_all_currencies() -> None:
    assert codes_of(("EUR", "USD", None)) == ("EUR", "USD")
    assert codes_of(("EUR", "other")) == ()
