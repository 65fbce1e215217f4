from __future__ import annotations

from typing import Any

import pytest
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel

from schemas.strict_schema import check_strict

TEXT = {"type": "string"}


def closed(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


class Line(BaseModel):
    text: str
    inner: Line | None


class Page(BaseModel):
    lines: list[Line]


def test_what_the_client_makes_of_a_model_is_strict() -> None:
    check_strict(to_strict_json_schema(Page), "x")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (TEXT, "In context=(), schema must be a JSON Schema of 'type: \"object\"', got 'string'."),
        (
            {**closed({"a": TEXT}), "required": []},
            "In context=(), 'required' is required to be supplied and to be an array including "
            "every key in properties. Missing 'a'.",
        ),
        (
            closed({"a": {"type": "object"}}),
            "In context=('properties', 'a'), 'additionalProperties' is required to be supplied "
            "and to be false.",
        ),
        (
            closed({"a": {"type": "array", "items": {"allOf": [TEXT]}}}),
            "In context=('properties', 'a', 'items'), 'allOf' is not permitted.",
        ),
        (closed({}, **{"$defs": {"d": {"not": {}}}}), "In context=('$defs', 'd'), 'not' is not"),
        (closed({"a": {"enum": list(range(1001))}}), "1001 enum values exceed the limit of 1000"),
        (closed({f"p{n}": TEXT for n in range(5001)}), "5001 properties exceed the limit"),
    ],
)
def test_what_is_not_strict_is_told_with_its_place(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match="Invalid schema for x: ") as refused:
        check_strict(schema, "x")
    assert words in str(refused.value)


def test_objects_may_lie_ten_deep() -> None:
    schema: dict[str, Any] = closed({"a": TEXT})
    for _ in range(9):
        schema = closed({"a": schema})
    check_strict(schema, "x")
    with pytest.raises(ValueError, match="11 levels of nesting exceeds limit of 10"):
        check_strict(closed({"a": schema}), "x")
