from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import InvalidSchema
from schemas.reductions import Operator, Reduction
from schemas.response_schema import Node, parse

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
NAMES = {"type": "array", "items": TEXT}


def field(schema: dict[str, Any], stated: Any) -> Node:
    properties = {"a": {**schema, "x-needlepoint": stated}}
    return parse({"type": "object", "properties": properties}).children[0]


@pytest.mark.parametrize(
    ("schema", "stated", "reduction"),
    [
        (NAMES, {"reduce": "all"}, Reduction(Operator.ALL)),
        (INTEGER, {"reduce": "count"}, Reduction(Operator.COUNT)),
        (INTEGER, {"reduce": "count", "of": " lenders "}, Reduction(Operator.COUNT, 1, "lenders")),
        (TEXT, {"reduce": "nth", "n": 3}, Reduction(Operator.NTH, 3)),
        ({"enum": ["a", "b"]}, {"reduce": "latest"}, Reduction(Operator.LATEST)),
        ({"type": "string", "format": "date"}, {"reduce": "last"}, Reduction(Operator.LAST)),
    ],
)
def test_an_operator_is_read(
    schema: dict[str, Any], stated: dict[str, Any], reduction: Reduction
) -> None:
    assert field(schema, stated).reduction == reduction


def test_a_field_without_the_keyword_has_no_operator() -> None:
    assert parse({"type": "object", "properties": {"a": TEXT}}).children[0].reduction is None


@pytest.mark.parametrize(
    ("schema", "stated", "problem"),
    [
        (TEXT, "count", 'must be an object with "reduce"'),
        (TEXT, {}, 'must be an object with "reduce"'),
        (TEXT, {"reduce": "first", "by": "date"}, "has 'by', which it does not know"),
        (TEXT, {"reduce": "median"}, "has the reduce 'median': it is one of all, count"),
        (TEXT, {"reduce": ["first"]}, r"has the reduce \['first'\]: it is one of"),
        (TEXT, {"reduce": "count"}, "field is integer or number, not string"),
        (NAMES, {"reduce": "first"}, "not array"),
        (INTEGER, {"reduce": "all"}, "field is array, not integer"),
        ({"enum": ["a", "b"]}, {"reduce": "first"}, "not enum"),
        ({"type": "object", "properties": {"b": TEXT}}, {"reduce": "all"}, "not object"),
        (TEXT, {"reduce": "nth"}, 'has "n" with "nth"'),
        (TEXT, {"reduce": "first", "n": 2}, 'has "n" with "nth", and with "nth" alone'),
        (TEXT, {"reduce": "nth", "n": 0}, "has the n 0: it is a whole number from 1 to 10000"),
        (TEXT, {"reduce": "nth", "n": True}, "has the n True"),
        (TEXT, {"reduce": "nth", "n": 10_001}, "has the n 10001"),
        (NAMES, {"reduce": "all", "of": "x"}, 'has "of", which "all" does not take'),
        (INTEGER, {"reduce": "count", "of": " "}, 'an "of" that is not words'),
        (INTEGER, {"reduce": "count", "of": "x" * 501}, 'an "of" that is not words'),
    ],
)
def test_what_is_no_operator_of_the_field_is_refused(
    schema: dict[str, Any], stated: Any, problem: str
) -> None:
    with pytest.raises(InvalidSchema, match=problem) as refused:
        field(schema, stated)
    assert refused.value.param == "/a"


@pytest.mark.parametrize(
    "items",
    [
        {**TEXT, "x-needlepoint": {"reduce": "first"}},
        {
            "type": "object",
            "properties": {"b": {**TEXT, "x-needlepoint": {"reduce": "first"}}},
        },
    ],
)
def test_the_items_of_an_array_have_none_of_their_own(items: dict[str, Any]) -> None:
    with pytest.raises(InvalidSchema, match="in its items: it belongs to the array"):
        parse({"type": "object", "properties": {"a": {"type": "array", "items": items}}})
