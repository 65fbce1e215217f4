from __future__ import annotations

from pathlib import Path

import pytest

from evals.lab.product_answers import ProductAnswers, range_of
from evals.lab.trial import LIST, Question, Trial, object_of, strings_of
from schemas.settings import Settings

TEXT = "The agent is Ann Doe. The total is 93.\n\nThe margin is 2."


def question(name: str, asked: str, *expected: str, place: str = "") -> Question:
    return Question(name, asked, list, expected, places=(place,) if place else ())


def test_every_question_of_a_trial_is_answered_in_order(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    asked = (
        question("q0", "The agent", "Ann Doe", place="The agent is Ann Doe."),
        question("q1", "The date"),
    )
    with ProductAnswers.open(tiny_settings, tmp_path / "cache") as product:
        answers = product.answers(Trial("a.txt", TEXT.encode(), 20, asked))
    assert [answer.problem for answer in answers] == ["", ""]
    assert isinstance(answers[0].is_place_right, bool)
    assert answers[1].is_place_right is None
    assert all(answer.absence is not None for answer in answers)


def test_lists_and_objects_are_asked_too(tiny_settings: Settings, tmp_path: Path) -> None:
    fields = object_of({"total": "The total", "margin": "The margin"})
    asked = (
        Question("q0", "Names", list, ("Ann Doe",), LIST),
        Question("q1", "Numbers", list, ("93", "2"), fields),
    )
    with ProductAnswers.open(tiny_settings, tmp_path / "cache") as product:
        answers = product.answers(Trial("a.txt", TEXT.encode(), 20, asked))
    assert [answer.problem for answer in answers] == ["", ""]


def test_a_file_that_can_not_be_read_fails_alone(tiny_settings: Settings, tmp_path: Path) -> None:
    with ProductAnswers.open(tiny_settings, tmp_path / "cache") as product:
        [answer] = product.answers(Trial("a.xlsx", b"PK\x03\x04", 1, (question("q", "The total"),)))
    assert answer.problem
    assert not answer.is_null


def test_a_place_is_where_its_words_stand() -> None:
    assert TEXT[slice(*range_of("The total", TEXT))] == "The total"
    with pytest.raises(AssertionError, match="stands twice"):
        range_of("The", TEXT)


def test_the_strings_of_a_value_are_its_leaves() -> None:
    assert strings_of({"a": ["x", 2], "b": None, "c": "y"}) == ("x", "2", "y")
    assert strings_of(None) == ()
