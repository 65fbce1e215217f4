from __future__ import annotations

import pytest

from evals.tatqa import SCALED, SEVERAL, SPAN, cases_of, is_same
from tests.evals.small_data import question


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        ("$ 1,240", "1,240"),
        ("1,240.0", "$1,240"),
        ("(312)", "$ (312)"),
        ("5.6", "5.6%"),
        ("the Weighted Average", "weighted average."),
    ],
)
def test_numbers_are_compared_as_numbers_and_words_as_words(got: str, wanted: str) -> None:
    assert is_same(got, wanted)


@pytest.mark.parametrize(
    ("got", "wanted"), [("312", "(312)"), ("1,240 thousand", "1,240"), ("average", "mean")]
)
def test_another_sign_or_more_words_are_not_the_same(got: str, wanted: str) -> None:
    assert not is_same(got, wanted)


def test_what_must_be_computed_is_not_asked() -> None:
    asked = [
        question("a", ["Ann"]),
        question("b", ["93"], scale="million"),
        question("c", ["5 %"], scale="percent"),
        question("d", ["x", "y"], kind="multi-span"),
        question("e", 5.5, kind="arithmetic"),
        question("f", 2, kind="count"),
    ]
    cases = cases_of({"questions": asked})
    assert [case.kind for case in cases] == [SPAN, SCALED, SPAN, SEVERAL]


def test_several_spans_are_right_in_any_order_and_each_once() -> None:
    [case] = cases_of({"questions": [question("d", ["1,240", "81"], kind="multi-span")]})
    assert case.is_right(["81", "$ 1,240"])
    assert not case.is_right(["81", "81"])
    assert not case.is_right(["81", "1,240", "7"])
