from __future__ import annotations

from typing import Any

import pytest

from engine.choices import choice_of, choices_in

CHOICES = ("part_time", "fullTime", "permanent", 7)


@pytest.mark.parametrize(
    ("text", "words", "choice"),
    [
        ("works Part-time", "Part-time", "part_time"),
        ("works part time.", "part time", "part_time"),
        ("works parttime", "parttime", "part_time"),
        ("works FULL_TIME", "FULL_TIME", "fullTime"),
        ("permanently", "permanently", "permanent"),
        ("after seven days", "seven", 7),
        ("after 7 days", "7", 7),
    ],
)
def test_a_choice_is_found_however_it_is_spelled(text: str, words: str, choice: Any) -> None:
    (stated,) = choices_in(text, CHOICES)
    assert (text[stated.start : stated.stop], stated.choice) == (words, choice)


def test_words_of_a_choice_that_are_apart_are_not_it() -> None:
    assert list(choices_in("the part that takes time; in full, and time", CHOICES)) == []


@pytest.mark.parametrize(
    ("quote", "choices", "choice"),
    [
        ("not applicable", ("applicable", "not applicable"), "not applicable"),
        ("a monthly fee", ("monthly", "weekly"), "monthly"),
        ("C", ("C", "C++"), "C"),
    ],
)
def test_a_quote_states_one_choice(quote: str, choices: tuple[str, ...], choice: str) -> None:
    assert choice_of(quote, choices) == (choice,)


def test_a_quote_of_two_choices_states_none() -> None:
    assert choice_of("monthly, or weekly", ("monthly", "weekly")) is None
