from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tool_calls import CallReader, check_tools, grammar_of
from schemas.errors import InvalidInput, InvalidSchema
from schemas.generation import GenerateOptions, Tool, ToolCall, ToolChoice

CALL = '<tool_call>\n{"name": "f", "arguments": {"a": "é"}}\n</tool_call>'
TOOL = Tool(
    name="f",
    parameters={"type": "object", "properties": {"a": {"type": "string"}}},
    is_strict=True,
)


def read(text: str, size: int = 1000) -> tuple[str, list[tuple[str, str]]]:
    reader, shown = CallReader((TOOL,)), ""
    calls: list[ToolCall] = []
    for start in range(0, len(text), size):
        more, found = reader.add(text[start : start + size])
        shown += more
        calls += found
    rest, found = reader.end()
    return shown + rest, [(call.name, call.arguments) for call in [*calls, *found]]


@given(st.integers(1, 9))
def test_calls_are_taken_out_of_the_text(size: int) -> None:
    text = f"Let me look. \n{CALL}\n{CALL.replace('é', 'e')}\n"
    assert read(text, size) == ("Let me look.", [("f", '{"a": "é"}'), ("f", '{"a": "e"}')])


def test_the_same_call_again_ends_the_answer() -> None:
    reader = CallReader()
    assert len(reader.add(f"{CALL}\n{CALL}\n{CALL}")[1]) == 1
    assert reader.is_full


@given(st.text("<tool_call>/ \n", max_size=40), st.integers(1, 9))
def test_text_without_a_call_stays_as_it_is(text: str, size: int) -> None:
    assert read(text, size) == (text, [])


@pytest.mark.parametrize("inner", ["no", "[1]", '{"name": 1}', '{"name": "f", "arguments": "x"}'])
def test_what_is_no_call_stays_text(inner: str) -> None:
    text = f"a <tool_call>{inner}</tool_call> b"
    assert read(text) == (text, [])


def test_a_call_that_does_not_end_stays_text() -> None:
    assert read(CALL[:-3]) == (CALL[:-3], [])


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    "text",
    [
        '{"name": "f", "arguments": {"a": "b"}}',
        '```json\n{"name":"f","arguments":{"a":"b"}}\n```\n',
    ],
)
def test_a_call_without_its_tags_is_one(text: str, size: int) -> None:
    assert read(text, size) == ("", [("f", '{"a": "b"}')])


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "g", "arguments": {"a": "b"}}',
        '{"name": "f", "arguments": {"a": 1}}',
        '{"name": "f", "arguments": {"a": "b"}} is what I would call.',
        "```json\n{}\n```",
        "```python\n```",
    ],
)
def test_json_that_is_no_call_of_a_tool_stays_text(text: str) -> None:
    assert read(text, 3) == (text, [])


def test_tools_want_a_model_that_was_made_for_them() -> None:
    options = GenerateOptions(tools=(TOOL,))
    check_tools(options, calls_tools=True)
    with pytest.raises(InvalidInput, match="not made to call tools"):
        check_tools(options, calls_tools=False)
    silent = GenerateOptions(tools=(TOOL,), tool_choice=ToolChoice.NONE)
    check_tools(silent, calls_tools=False)


def test_without_tools_or_a_schema_anything_may_be_said() -> None:
    assert grammar_of(GenerateOptions(), lambda _: True, lambda _: True) is None


def test_a_strict_tool_is_held_to_or_refused() -> None:
    with pytest.raises(InvalidSchema, match="parameters of f"):
        grammar_of(GenerateOptions(tools=(TOOL,)), lambda _: True, lambda _: False)


def test_a_lax_tool_that_can_not_be_held_to_takes_any_object() -> None:
    lax = Tool(name="f", parameters={"$ref": "http://elsewhere"})
    grammar = grammar_of(GenerateOptions(tools=(lax,)), lambda _: True, lambda _: False)
    assert grammar is not None
    assert "elsewhere" not in grammar
