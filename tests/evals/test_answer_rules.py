from __future__ import annotations

from typing import Any

import pytest

from evals.answer_rules import is_expected


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, None),
        (93, 93.0),
        (93, "$ 93"),
        (2.5, 2.501),
        (True, True),
        ("Delaware", "the State of Delaware"),
        ("1 year", "one year"),
        ("2009-04-30", "2009-04-30T00:00:00"),
        (["a", "b"], ["b", "a"]),
        ({"low": 400}, {"low": 400, "high": 475}),
    ],
)
def test_an_answer_of_the_same_meaning_is_the_expected_one(expected: Any, got: Any) -> None:
    assert is_expected(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, 0),
        (0, None),
        (93, 93.01),
        (2.5, 2.6),
        (1, True),
        (True, 1),
        ("Delaware", "New York"),
        ("Delaware", "one two four five six Delaware"),
        ("2009-04-30", "2009-05-30"),
        ("2009-04-30", "30 April 2009"),
        (["a", "b"], ["a"]),
        (["a", "a"], ["a", "b"]),
        (["a"], "a"),
        ({"low": 400}, {"high": 400}),
    ],
)
def test_another_answer_is_not(expected: Any, got: Any) -> None:
    assert not is_expected(expected, got)
