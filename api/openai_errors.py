"""Which answer does an error get on the routes that clients of OpenAI call?

`{"error": {"message", "type", "param", "code"}}`, all four always. Everywhere else it is a
problem.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.problems import headers_of, status_of
from schemas.errors import ServiceError
from schemas.openai_answers import ErrorAnswer

_PATHS = ("/v1/models", "/v1/chat/", "/v1/files", "/v1/uploads", "/v1/responses")
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
_DESCRIPTIONS = {
    400: "What is asked does not fit, or is not served: `param` names the place",
    401: "No API key, or none that is valid",
    403: "The API key may not do this",
    404: "Nothing of that name that the caller may see",
    408: "The body did not arrive in time",
    409: "It does not fit the state it is in",
    413: "The body is past its limit",
    416: "The range lies outside the file",
    429: "Too much is waiting: try again after `Retry-After` seconds",
    503: "A part of the service does not answer: try again",
}
Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def is_for(path: str) -> bool:
    return path.startswith(_PATHS)


def install(app: FastAPI) -> None:
    """After the problems: on the paths of others these stay as they are."""
    for kind, ours in (
        (ServiceError, _answer_service_error),
        (RequestValidationError, _answer_validation),
        (HTTPException, _answer_http),
    ):
        app.add_exception_handler(kind, _by_path(ours, app.exception_handlers[kind]))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these, and those that any route may give."""
    every = sorted({*statuses, 400, 401, 403, 404, 413, 429, 503})
    return {
        status: {"model": ErrorAnswer, "description": _DESCRIPTIONS[status]} for status in every
    }


def error_response(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return JSONResponse(
        {"error": _error(status, message, param, code)}, status, dict(headers or {})
    )


def error_of(error: ServiceError) -> dict[str, Any]:
    """What stands in a stream that has begun."""
    return _error(_status(error), error.message, error.param, _CODES.get(error.code, error.code))


def internal_error() -> dict[str, Any]:
    """Of an error of ours: its text may hold anything, so it stays in the log."""
    return _error(500, "an error of ours; the log has it", None, "internal")


def _error(status: int, message: str, param: str | None, code: str | None) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": param, "code": code}


def _status(error: ServiceError) -> int:
    status = status_of(error)
    return _STATUS_BY_CODE.get(error.code, _STATUS.get(status, status))


async def _answer_service_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    status = _status(error)
    headers = headers_of(error, status)
    if status >= 500 and not error.retryable:
        headers["x-should-retry"] = "false"
    return JSONResponse({"error": error_of(error)}, status, headers)


async def _answer_validation(_: Request, error: Exception) -> Response:
    """Says where and why, and never repeats the input."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    param = _param(first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f"Unrecognized request argument supplied: {param}"
        return error_response(400, message, param=param, code="unknown_parameter")
    if first["type"] == "missing":
        message = f"Missing required parameter: '{param}'."
        return error_response(400, message, param=param, code="missing_required_parameter")
    if message.startswith("Invalid schema") or param is None:
        return error_response(400, message, param=param)
    message = f"Invalid '{param}': {message}"
    return error_response(400, message, param=param, code="invalid_value")


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: f"Unknown request URL: {request.method} {_plain(request.url.path)}",
        405: f"Not allowed to {request.method} on {_plain(request.url.path)}",
    }
    code = {404: "unknown_url", 405: "method_not_supported"}.get(error.status_code)
    message = details.get(error.status_code, str(error.detail))
    return error_response(error.status_code, message, code=code, headers=error.headers)


def _by_path(ours: Handler, others: Any) -> Any:
    async def answer(request: Request, error: Exception) -> Response:
        chosen = ours if is_for(request.url.path) else others
        answered = chosen(request, error)
        response = answered if isinstance(answered, Response) else await answered
        assert isinstance(response, Response)
        return response

    return answer


def _param(loc: tuple[int | str, ...]) -> str | None:
    """messages[0].content, of a place in the body."""
    name = ""
    for part in loc[1:]:
        if part == "str" or (isinstance(part, str) and "[" in part):
            break  # which of several types was tried
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return _plain(name) or None


def _plain(text: str) -> str:
    return json.dumps(text)[1:-1][:200]
