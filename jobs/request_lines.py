"""Which requests does the input file of a batch hold, and what is wrong with it?

All bad lines are told, in the words and under the codes that clients of OpenAI know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from schemas.errors import InvalidInput
from schemas.json_values import checked_value
from schemas.openai_batches import LineError
from schemas.openai_errors import plain

MOST_LINE_BYTES = 16 << 20
_MOST_ERRORS = 1_000
_LONGEST_ID = 512
_LONGEST_MODEL = 256
_MARK = b"\xef\xbb\xbf"
_NAMES = ("custom_id", "method", "url", "body")


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Where it lies in the file."""

    line: int
    custom_id: str
    start: int
    num_bytes: int


@dataclass(slots=True)
class RequestLines:
    """What was read. Where there are errors, nothing of it is to be begun."""

    model: str | None = None
    lines: list[RequestLine] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    num_bytes: int = 0


class _Bad(Exception):
    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        self.code, self.message, self.param = code, message, param


def read_lines(file: BinaryIO, endpoint: str, *, most: int) -> RequestLines:
    """Blank lines are passed over. Takes the memory of one line, and of all `custom_id`s."""
    read, taken, num_bad, num_seen = RequestLines(), set[str](), 0, 0
    for number, start, data in _raw_lines(file):
        num_seen += 1
        if num_seen > most:
            told = f"The input file has more than {most:,} requests, the most that a batch may have"
            return RequestLines(errors=[LineError(code="too_many_tasks", message=told)])
        try:
            custom_id = _checked(data, endpoint, read, taken)
        except _Bad as bad:
            num_bad += 1
            if num_bad <= _MOST_ERRORS:
                error = LineError(code=bad.code, message=bad.message, param=bad.param, line=number)
                read.errors.append(error)
            continue
        read.lines.append(RequestLine(number, custom_id, start, len(data)))
        read.num_bytes += len(data)
    if num_bad > _MOST_ERRORS:
        more = f"{num_bad - _MOST_ERRORS:,} more lines are bad"
        read.errors.append(LineError(code="too_many_errors", message=more))
    if not num_seen:
        told = (
            "The input file is empty. Please ensure that the batch contains at least one request."
        )
        read.errors.append(LineError(code="empty_file", message=told))
    return read


def body_of(data: bytes) -> dict[str, Any]:
    """Of a line that was found to be sound."""
    body = checked_value(data)["body"]
    assert isinstance(body, dict)
    return body


def _raw_lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Its number from 1, where it begins, and its bytes; none of one that is too long."""
    number = start = 0
    while data := file.readline(MOST_LINE_BYTES + 1):
        number += 1
        begun, start = start, start + len(data)
        if len(data) > MOST_LINE_BYTES:
            start += _skipped_bytes(file, data)
            yield number, begun, b""
            continue
        if begun == 0 and data.startswith(_MARK):
            begun, data = len(_MARK), data[len(_MARK) :]
        if data.strip():
            yield number, begun, data.rstrip(b"\r\n")


def _skipped_bytes(file: BinaryIO, data: bytes) -> int:
    """Of the rest of a line that began with the data."""
    num_bytes = 0
    while data and not data.endswith(b"\n"):
        data = file.readline(MOST_LINE_BYTES)
        num_bytes += len(data)
    return num_bytes


def _checked(data: bytes, endpoint: str, read: RequestLines, taken: set[str]) -> str:
    """The line's `custom_id`. Raises `_Bad`."""
    value = _value_of(data)
    for name in value:
        if name not in _NAMES:
            told = f"Unrecognized key of a request: '{plain(name)}'"
            raise _Bad("unknown_parameter", told, plain(name))
    for name in _NAMES:
        if name not in value:
            told = f"Missing required parameter: '{name}'."
            raise _Bad("missing_required_parameter", told, name)
    custom_id, body = value["custom_id"], value["body"]
    if not isinstance(custom_id, str) or not 1 <= len(custom_id) <= _LONGEST_ID:
        told = f"Invalid 'custom_id': it is a text of 1 to {_LONGEST_ID} characters"
        raise _Bad("invalid_value", told, "custom_id")
    if custom_id in taken:
        told = (
            f"The custom_id '{plain(custom_id)}' for this request is a duplicate of another "
            "request. The custom_id parameter must be unique for each request in a batch."
        )
        raise _Bad("duplicate_custom_id", told, "custom_id")
    taken.add(custom_id)
    if value["method"] != "POST":
        raise _Bad("invalid_method", "The method of a request is POST", "method")
    if value["url"] != endpoint:
        told = f"The URL provided for this request does not match the batch endpoint: {endpoint}"
        raise _Bad("url_mismatch", told, "url")
    if not isinstance(body, dict):
        raise _Bad("invalid_value", "Invalid 'body': it is an object", "body")
    _check_model(body.get("model"), read)
    return custom_id


def _check_model(model: Any, read: RequestLines) -> None:
    """A body without one is answered by its own error."""
    if not isinstance(model, str):
        return
    if len(model) > _LONGEST_MODEL:
        told = f"Invalid 'model': it is a text of at most {_LONGEST_MODEL} characters"
        raise _Bad("invalid_value", told, "body.model")
    if read.model is None:
        read.model = model
    elif model != read.model:
        told = (
            f"The model '{plain(model)}' of this request is not that of the first, "
            f"'{plain(read.model)}': a batch is of one model"
        )
        raise _Bad("model_mismatch", told, "body.model")


def _value_of(data: bytes) -> dict[str, Any]:
    if not data:
        told = f"This line is longer than {MOST_LINE_BYTES:,} bytes."
        raise _Bad("invalid_json_line", told)
    try:
        value = checked_value(data)
    except InvalidInput as error:
        told = f"This line is not parseable as valid JSON: {error.message}".replace(
            "the body", "the line"
        )
        raise _Bad("invalid_json_line", told) from error
    if not isinstance(value, dict):
        raise _Bad("invalid_json_line", "This line is JSON, but not an object.")
    return value
