from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas.validation import validation_errors


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _messages(schema: dict[str, Any], output: Any) -> list[str]:
    return [error.message for error in validation_errors(schema, output, pattern_seconds=0.1)]


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(x+x+)+y", r"^(\w+\s?)*$", "(.*a){25}b"])
def test_a_pattern_that_never_ends_is_an_error_within_seconds(pattern: str) -> None:
    began = time.monotonic()
    value = "a" * 200 + "x" * 5_000 + "!"
    messages = _messages(_object(a={"type": "string", "pattern": pattern}), {"a": value})
    assert time.monotonic() - began < 5.0
    assert len(messages) == 1, "it may not pass unchecked"


def test_many_patterns_share_the_time() -> None:
    schema = _object(a={"type": "array", "items": {"type": "string", "pattern": "(x+x+)+y"}})
    began = time.monotonic()
    messages = _messages(schema, {"a": ["x" * 5_000] * 500})
    assert time.monotonic() - began < 5.0
    assert len(messages) == 500
    assert "takes too long" in messages[0]


def test_a_pattern_is_matched_as_it_always_was() -> None:
    schema = _object(a={"type": "string", "pattern": r"^\d{4}-\d{2}$"})
    assert _messages(schema, {"a": "2026-11"}) == []
    assert _messages(schema, {"a": "soon"}) == [r"'soon' does not match '^\\d{4}-\\d{2}$'"]


def test_many_equal_rows_are_told_in_time_that_grows_with_them() -> None:
    row = {"type": "object", "properties": {"a": {"type": "string"}}}
    schema = _object(rows={"type": "array", "items": row, "uniqueItems": True})
    rows = [{"a": str(number)} for number in range(5_000)]
    assert _messages(schema, {"rows": rows}) == []
    assert _messages(schema, {"rows": [*rows, {"a": "7"}]}) == ["has items that are the same"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 1.5, "1", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(items=st.lists(_JSON, max_size=6))
def test_items_are_the_same_where_json_schema_says_so(items: list[Any]) -> None:
    schema = {"type": "array", "uniqueItems": True}
    is_valid = Draft202012Validator(schema).is_valid(items)
    assert (validation_errors(schema, items) == []) == is_valid


@settings(max_examples=40, deadline=None)
@given(output=_JSON)
def test_what_else_is_checked_is_as_the_library_checks_it(output: Any) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"enum": ["a", 1, None]}},
        "required": ["a"],
        "additionalProperties": False,
    }
    expected = Draft202012Validator(schema).is_valid(output)
    assert (validation_errors(schema, output) == []) == expected


def test_what_hides_beside_a_null_is_not_passed_over() -> None:
    hidden = {"type": "null", "not": {}}
    schema = _object(a={"anyOf": [hidden, {"type": "string"}]})
    assert _messages(schema, {"a": "x"}) == []
    assert _messages(schema, {"a": None}) != []
