from __future__ import annotations

import pytest

from engine.units import factor_of, scales_named, unit_asked


@pytest.mark.parametrize(
    ("word", "factor"),
    [
        ("million", 10**6),
        ("Millions", 10**6),
        ("billions", 10**9),
        ("bn", 10**9),
        ("Mio.", 10**6),
        ("Mrd.", 10**9),
        ("milliards", 10**9),
        ("k", 1000),
        ("ms", None),
        ("sheep", None),
    ],
)
def test_a_word_scales(word: str, factor: int | None) -> None:
    assert factor_of(word) == factor


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Net sales, in USD millions", 10**6),
        ("Net sales in thousands of euros", 1000),
        ("Net sales ($m)", 10**6),
        ("Net sales, millions of dollars", 10**6),
        ("Net sales (TEUR)", 1000),
        ("Net sales, in USD", 1),
        ("Rent, in pounds per year", 1),
        ("Net sales", None),
        ("Sales in the United States", None),
        ("Who pays over $5 million?", None),
    ],
)
def test_a_question_asks_in_a_unit_where_it_names_one(question: str, unit: int | None) -> None:
    assert unit_asked(question) == unit


@pytest.mark.parametrize(
    "words",
    ["in millions", "€m", "£'000", "in thousands", "EUR million", "(000s", "US$ bn", "in Mio"],
)
def test_a_head_names_the_scale(words: str) -> None:
    text = f"Amounts {words}, except shares"
    assert [text[start:stop] for _, start, stop in scales_named(text)] == [words]


def test_the_scale_of_one_number_is_not_that_of_a_table() -> None:
    assert list(scales_named("a gain of $ 5 million, and £5,000 and $0.01")) == []
