from __future__ import annotations

from typing import Any

import pytest

from engine.questions import questions_of
from engine.stated_values import Stated
from engine.tuning_score import Score, is_same, score_of
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    Match,
    Mode,
    Status,
)
from schemas.response_schema import parse

COVERAGE = Coverage(
    num_tokens=1, num_tokens_read=1, num_passages=1, num_passages_read=1, share_read=1.0
)


def extraction(value: Any, *places: tuple[int, int]) -> Extraction:
    cited = [
        Citation(document="a", quote="x", start=a, stop=b, regions=[], match=Match.EXACT)
        for a, b in places
    ]
    field = FieldResult(
        path="/a", value=value, status=FieldStatus.FOUND, confidence=1.0, citations=cited
    )
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="tiny",
        mode=Mode.DENSE,
        output={"a": value},
        fields=[field],
        coverage=COVERAGE,
    )


def score(schema: dict[str, Any], stated: Stated, got: Extraction) -> Score:
    [question] = questions_of(parse({"type": "object", "properties": {"a": schema}}))
    return score_of(got, [(question, stated)])


ANN = Stated("Ann", ("Ann",), ((10, 13), (40, 43)))
STRING = {"type": ["string", "null"]}


def test_a_value_counts_at_any_place_where_it_stands() -> None:
    assert score(STRING, ANN, extraction("Ann", (40, 43))) == Score(1, 1, 1)


def test_the_right_value_from_elsewhere_is_not_at_its_place() -> None:
    assert score(STRING, ANN, extraction("Ann", (20, 23))) == Score(1, 1, 0)
    assert score(STRING, ANN, extraction("Ann")) == Score(1, 1, 0)


def test_another_value_at_the_place_is_wrong() -> None:
    assert score(STRING, ANN, extraction("Bob", (10, 13))) == Score(1, 0, 0)


def test_null_needs_no_place() -> None:
    assert score(STRING, Stated(None), extraction(None)) == Score(1, 1, 1)
    assert score(STRING, Stated(None), extraction("Ann", (10, 13))) == Score(1, 0, 0)


def test_a_list_is_at_its_place_where_each_item_is() -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    both = Stated(["A", "B"], ("A", "B"), ((0, 1), (5, 6)))
    assert score(schema, both, extraction(["B", "A"], (5, 6), (0, 1))) == Score(1, 1, 1)
    assert score(schema, both, extraction(["B", "A"], (5, 6))) == Score(1, 1, 0)


@pytest.mark.parametrize(
    ("schema", "expected", "got", "same"),
    [
        (STRING, "Ann Lee", "ann  lee", True),
        (STRING, "Ann", "Ann Lee", False),
        ({"type": "number"}, 2.5, 2.5000000000001, True),
        ({"type": "number"}, 2.5, 2.6, False),
        ({"type": "boolean"}, True, True, True),
        ({"type": "boolean"}, True, None, False),
    ],
)
def test_values_are_compared_as_what_they_are(
    schema: dict[str, Any], expected: Any, got: Any, same: bool
) -> None:
    [question] = questions_of(parse({"type": "object", "properties": {"a": schema}}))
    assert is_same(question.node, expected, got) is same


def test_the_share_is_of_what_is_right_at_its_place() -> None:
    total = Score(1, 1, 1) + Score(1, 1, 0) + Score(2, 1, 1)
    assert (total, total.share) == (Score(4, 3, 2), 0.5)
