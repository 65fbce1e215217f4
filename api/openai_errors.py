"""Which answer does an error get on the routes that clients of OpenAI call?

`{"error": {"message", "type", "param", "code"}}`, all four always. Everywhere else it is a
problem.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.problems import headers_of
from schemas.errors import ServiceError
from schemas.openai_answers import ErrorAnswer
from schemas.openai_errors import error_object, error_of, plain, rejection_of, status_of

_PATHS = (
    *("/v1/models", "/v1/chat/", "/v1/files", "/v1/uploads", "/v1/responses", "/v1/batches"),
    "/v1/fine_tuning/",
)
_NOT_SERVED = (
    *("/v1/embeddings", "/v1/completions", "/v1/moderations", "/v1/images/", "/v1/audio/"),
    *("/v1/videos", "/v1/assistants", "/v1/threads", "/v1/vector_stores", "/v1/conversations"),
    *("/v1/containers", "/v1/evals", "/v1/realtime/"),
)
"""Their clients call these, too, and are to read that there is no such route."""
_CLIENT_CLOSED = 499  # as nginx has it
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
_RETRIED = (408, 409)
"""Of what is no error of the server's, by their clients, where no header forbids it."""
Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def is_for(path: str) -> bool:
    return path.startswith((*_PATHS, *_NOT_SERVED))


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


def hung_up() -> Response:
    """To a caller who is gone: for the log alone."""
    return error_response(_CLIENT_CLOSED, "the caller hung up")


def error_response(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return JSONResponse(
        {"error": error_object(status, message, param, code)}, status, dict(headers or {})
    )


async def _answer_service_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    status = status_of(error)
    headers = headers_of(error, status)
    if not error.retryable and (status >= 500 or status in _RETRIED):
        headers["x-should-retry"] = "false"
    return JSONResponse({"error": error_of(error)}, status, headers)


async def _answer_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return await _answer_service_error(request, rejection_of(first, first["loc"][1:]))


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: f"Unknown request URL: {request.method} {plain(request.url.path)}",
        405: f"Not allowed to {request.method} on {plain(request.url.path)}",
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
