from __future__ import annotations

from decimal import Decimal

import pytest

from engine.number_words import SpelledNumber, in_digits, spelled_numbers_in


def told(text: str) -> list[tuple[str, Decimal]]:
    return [(text[found.start : found.stop], found.number) for found in spelled_numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("within twenty-five days", "twenty-five", 25),
        ("One Hundred and Fifty Thousand US dollars", "One Hundred and Fifty Thousand", 150_000),
        ("the year two thousand nine", "two thousand nine", 2009),
        ("for a hundred years", "a hundred", 100),
        ("forty five point two metres", "forty five point two", Decimal("45.2")),
    ],
)
def test_numbers_are_spelled(text: str, words: str, number: Decimal) -> None:
    assert told(text) == [(words, number)]


def test_a_scale_alone_is_no_number() -> None:
    assert told("(in millions of dollars)") == []


def test_an_ordinal_is_told_apart() -> None:
    assert list(spelled_numbers_in("the third")) == [SpelledNumber(4, 9, Decimal(3), True)]


def test_words_become_digits_that_know_where_they_stood() -> None:
    text, bounds = in_digits("on the tenth of May, nineteen ninety-nine")
    assert text == "on the 10th of May, 1999"
    assert (bounds[text.index("10th")], bounds[-1][1]) == ((7, 12), 41)
