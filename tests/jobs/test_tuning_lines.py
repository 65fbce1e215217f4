from __future__ import annotations

import json
from typing import Any

import pytest

from jobs.tuning_lines import check_first, lines_of
from schemas.errors import InvalidTrainingFile

SCHEMA = {"type": "object", "properties": {"rent": {"type": "number"}}}
GOOD: dict[str, Any] = {"text": "rent 93", "schema": SCHEMA, "values": {"rent": 93}}


def data_of(*lines: Any) -> bytes:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines).encode()


def test_blank_lines_are_passed_over_and_numbers_are_those_of_the_file() -> None:
    found = lines_of(data_of("", GOOD, "", {**GOOD, "text": "rent 94"}), 10)
    assert [(number, line.text) for number, line in found] == [(2, "rent 93"), (4, "rent 94")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2 Input should be a valid dictionary"),
        ({**GOOD, "document": "doc_" + 32 * "0"}, "line 2 give the document by one of text"),
        ({"schema": SCHEMA, "values": {}}, "line 2 give the document by one of text"),
        ({**GOOD, "schema": {"type": "string"}}, "line 2 has a schema of which"),
        ({**GOOD, "answers": 1}, "line 2 at answers: Extra inputs are not permitted"),
        ({"messages": []}, r"line 2 conversations \(`messages`\) are not trained on"),
        ('{"text": "a", "schema": {}, "values": {"a": NaN}}', "line 2 holds NaN"),
    ],
    ids=["cut", "list", "two documents", "none", "schema", "more", "messages", "nan"],
)
def test_a_bad_line_is_named(line: Any, told: str) -> None:
    with pytest.raises(InvalidTrainingFile, match=f"^{told}"):
        lines_of(data_of(GOOD, line, GOOD), 10)


def test_all_bad_lines_are_told_at_once() -> None:
    with pytest.raises(InvalidTrainingFile, match=r"line 1 is not JSON; line 2 is not JSON"):
        lines_of(b"{\n{\n", 10)


def test_a_file_without_lines_says_what_is_wanted() -> None:
    with pytest.raises(InvalidTrainingFile, match=r'the file is empty\. a line is \{"document"'):
        lines_of(b"\n\n", 10)


def test_no_more_lines_than_may_be() -> None:
    with pytest.raises(InvalidTrainingFile, match="line 3 is past the limit of 2 lines"):
        lines_of(data_of(GOOD, GOOD, GOOD), 2)


def test_conversations_are_refused_by_the_first_line() -> None:
    check_first(data_of(GOOD, "{"), "training_file")
    with pytest.raises(InvalidTrainingFile, match="not trained on") as caught:
        check_first(data_of("", {"messages": []}), "training_file")
    assert caught.value.param == "training_file"
