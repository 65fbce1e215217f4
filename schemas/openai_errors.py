"""How is an error told to clients of OpenAI?

`{"error": {"message", "type", "param", "code"}}`, all four always, under a status of HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.errors import InvalidInput, ServiceError
from schemas.http_status import status_of as status_of_problem
from schemas.jobs import Failure

_STATUS = {415: 400, 422: 400}
_STATUS_BY_CODE = {"unknown_model": 404}
_CODES = {
    "unauthenticated": "invalid_api_key",
    "forbidden": "insufficient_permissions",
    "unknown_model": "model_not_found",
    "prompt_too_long": "context_length_exceeded",
    "overloaded": "rate_limit_exceeded",
    "invalid_input": None,
    "invalid_schema": None,
}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class RejectedBody(InvalidInput):
    """A body that does not fit, in the words and under the codes that clients know."""

    def __init__(self, message: str, *, param: str | None, code: str = InvalidInput.code) -> None:
        super().__init__(message, param=param)
        self.code = code


def error_object(status: int, message: str, param: str | None, code: str | None) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": param, "code": code}


def error_of(error: ServiceError) -> dict[str, Any]:
    code = _CODES.get(error.code, error.code)
    return error_object(status_of(error), error.message, error.param, code)


def internal_error() -> dict[str, Any]:
    """Of an error of ours: its text may hold anything, so it stays in the log."""
    return error_object(500, "an error of ours; the log has it", None, "internal")


def status_of(error: ServiceError) -> int:
    status = status_of_problem(error)
    return _STATUS_BY_CODE.get(error.code, _STATUS.get(status, status))


def failure_error(failure: Failure) -> tuple[int, dict[str, Any]]:
    """The status and the error that a route would have answered with."""
    if failure.code == "internal":
        return 500, internal_error()
    error = InvalidInput(failure.message, param=failure.param)
    error.code, error.retryable = failure.code, failure.retryable
    return status_of(error), error_of(error)


def rejection_of(found: Mapping[str, Any], loc: Sequence[int | str]) -> RejectedBody:
    """Of what pydantic found wrong, at this place in the body: says where and why, and never
    repeats the input."""
    param = _param(loc)
    message = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        message = f"Unrecognized request argument supplied: {param}"
        return RejectedBody(message, param=param, code="unknown_parameter")
    if found["type"] == "missing":
        message = f"Missing required parameter: '{param}'."
        return RejectedBody(message, param=param, code="missing_required_parameter")
    if message.startswith("Invalid schema") or param is None:
        return RejectedBody(message, param=param)
    return RejectedBody(f"Invalid '{param}': {message}", param=param, code="invalid_value")


def plain(text: str) -> str:
    """What a caller sent, to be repeated in a message."""
    return json.dumps(text)[1:-1][:200]


def _param(loc: Sequence[int | str]) -> str | None:
    """messages[0].content, of a place in the body."""
    name = ""
    for part in loc:
        if part == "str" or (isinstance(part, str) and "[" in part):
            break  # which of several types was tried
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return plain(name) or None
