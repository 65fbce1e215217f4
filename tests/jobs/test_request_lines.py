from __future__ import annotations

import io
import json
from typing import Any

import pytest

from jobs import request_lines
from jobs.request_lines import RequestLines, body_of, read_lines

CHAT = "/v1/chat/completions"


def line(**changes: Any) -> dict[str, Any]:
    body = {"model": "m", "messages": []}
    return {"custom_id": "a", "method": "POST", "url": CHAT, "body": body, **changes}


def read(*lines: Any, most: int = 10) -> RequestLines:
    """Bytes as they are, all else as JSON."""
    data = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines]
    return read_lines(io.BytesIO(b"\n".join(data)), CHAT, most=most)


def test_lines_are_found_where_they_lie() -> None:
    first, second = json.dumps(line()), json.dumps(line(custom_id="b", body={"n": 2}))
    data = b"\xef\xbb\xbf" + f"{first}\r\n\n{second}".encode()
    found = read_lines(io.BytesIO(data), CHAT, most=10)
    assert [(one.line, one.custom_id) for one in found.lines] == [(1, "a"), (3, "b")]
    assert (found.model, found.errors) == ("m", [])
    [_, last] = found.lines
    assert body_of(data[last.start : last.start + last.num_bytes]) == {"n": 2}


@pytest.mark.parametrize(
    ("bad", "code", "param", "says"),
    [
        (b'{"custom_id": ', "invalid_json_line", None, "not parseable as valid JSON"),
        (b"\xff\xfe", "invalid_json_line", None, "not parseable as valid JSON"),
        (b'{"a": NaN}', "invalid_json_line", None, "not parseable as valid JSON"),
        (b'"a text"', "invalid_json_line", None, "not an object"),
        ({"custom_id": "b"}, "missing_required_parameter", "method", "parameter: 'method'"),
        (line(custom_id=""), "invalid_value", "custom_id", "1 to 512 characters"),
        (line(custom_id=7), "invalid_value", "custom_id", "1 to 512 characters"),
        (line(), "duplicate_custom_id", "custom_id", "'a' for this request is a duplicate"),
        (line(custom_id="b", method="GET"), "invalid_method", "method", "POST"),
        (line(custom_id="b", url="/v1/responses"), "url_mismatch", "url", CHAT),
        (line(custom_id="b", body=[]), "invalid_value", "body", "an object"),
        (line(custom_id="b", body={"model": "o"}), "model_mismatch", "body.model", "'o'"),
        (line(custom_id="b", body={"model": "o" * 257}), "invalid_value", "body.model", "256 ch"),
        (line(custom_id="b", tag=1), "unknown_parameter", "tag", "'tag'"),
    ],
)
def test_a_bad_line_is_told_by_its_number(
    bad: Any, code: str, param: str | None, says: str
) -> None:
    [error] = read(line(), b"", bad).errors
    assert (error.line, error.code, error.param) == (3, code, param)
    assert says in error.message


def test_all_bad_lines_are_told_and_where_they_are_too_many_their_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_lines, "_MOST_ERRORS", 2)
    errors = read(b"a", b"b", b"c", b"d").errors
    assert [(error.code, error.line) for error in errors] == [
        ("invalid_json_line", 1),
        ("invalid_json_line", 2),
        ("too_many_errors", None),
    ]
    assert errors[-1].message == "2 more lines are bad"


@pytest.mark.parametrize("data", [b"", b"\n \r\n\n"])
def test_a_file_without_requests_is_empty(data: bytes) -> None:
    [error] = read(data).errors
    assert (error.code, error.line) == ("empty_file", None)


def test_one_request_too_many_is_too_many() -> None:
    lines = [line(custom_id=str(number)) for number in range(3)]
    assert read(*lines, most=3).errors == []
    [error] = read(*lines, most=2).errors
    assert (error.code, error.line) == ("too_many_tasks", None)


def test_a_line_that_is_too_long_is_told_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_lines, "MOST_LINE_BYTES", 150)
    long = line(custom_id="b", body={"model": "m", "user": "x" * 300})
    found = read(line(), long, line(custom_id="c"))
    [error] = found.errors
    assert (error.line, error.message) == (2, "This line is longer than 150 bytes.")
    assert [(one.line, one.custom_id) for one in found.lines] == [(1, "a"), (3, "c")]
    assert found.lines[1].start == len(json.dumps(line())) + len(json.dumps(long)) + 2
