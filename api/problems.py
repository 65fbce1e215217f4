"""Which answer does an error get?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from schemas.answers import InputError, ProblemDetails, QuotaDetails
from schemas.errors import (
    InvalidManifest,
    Overloaded,
    QuotaExceeded,
    QuotaUse,
    RateLimited,
    ServiceError,
)
from schemas.http_status import status_of

MEDIA_TYPE = "application/problem+json"

_CODE_BY_STATUS = {
    400: "invalid_input",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
}
_DESCRIPTIONS = {
    400: "The body can not be read",
    401: "No API key, or none that is valid",
    403: "The API key may not do this",
    404: "Nothing of that name that the caller may see",
    408: "The body did not arrive in time",
    409: "It does not fit the state it is in",
    413: "Past a limit on bytes or on the answer's size, or on what the tenant may keep",
    415: "A kind of file that can not be used so",
    416: "The range lies outside the file",
    422: "The request does not fit: `errors` names the places",
    429: "Too much is waiting, or was asked: try again after `Retry-After` seconds",
    503: "A part of the service does not answer: try again",
    504: "It took too long",
    507: "It needs more memory or room than there is",
}
_RETRY_SECONDS, _MOST_RETRY_SECONDS = 2, 120


def install(app: FastAPI) -> None:
    app.add_exception_handler(ServiceError, _answer_service_error)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these, and those that any route may give."""
    every = sorted({*statuses, 400, 401, 403, 413, 422, 429, 503})
    return {
        status: {"model": ProblemDetails, "description": _DESCRIPTIONS[status]} for status in every
    }


def problem(
    request_id: str,
    status: int,
    code: str,
    detail: str,
    *,
    param: str | None = None,
    errors: Sequence[InputError] | None = None,
    headers: Mapping[str, str] | None = None,
    quota: QuotaUse | None = None,
) -> Response:
    details = ProblemDetails(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        param=param,
        request_id=request_id,
        errors=None if errors is None else list(errors),
        quota=None if quota is None else QuotaDetails(**asdict(quota)),
    )
    body = details.model_dump_json(exclude_none=True)
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: ServiceError, request_id: str) -> Response:
    status = status_of(error)
    return problem(
        request_id,
        status,
        error.code,
        error.message,
        param=error.param,
        errors=_places_of(error),
        headers=headers_of(error, status),
        quota=getattr(error, "quota", None),
    )


def _places_of(error: ServiceError) -> list[InputError] | None:
    if not isinstance(error, InvalidManifest):
        return None
    return [InputError(path=f"/line/{line}", message=said) for line, said in error.problems]


def internal_problem(request_id: str) -> Response:
    """Of an error of ours: its text may hold anything, so it stays in the log."""
    return problem(
        request_id, 500, "internal", "an error of ours; the log has it under this request_id"
    )


def request_id_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def headers_of(error: ServiceError, status: int) -> dict[str, str]:
    if isinstance(error, QuotaExceeded):
        return {"x-should-retry": "false"}
    if isinstance(error, Overloaded | RateLimited):
        seconds = min(_MOST_RETRY_SECONDS, max(1, error.retry_after_seconds))
        return {"Retry-After": str(seconds)}
    if status == 503:
        return {"Retry-After": str(_RETRY_SECONDS)}
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}


async def _answer_service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    return problem_of(error, request_id_of(request))


async def _answer_validation(request: Request, error: Exception) -> Response:
    """Says where and why, and never repeats the input."""
    assert isinstance(error, RequestValidationError)
    errors = [
        InputError(path=_pointer(found["loc"]), message=str(found["msg"]))
        for found in error.errors()
    ]
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return problem(
        request_id_of(request),
        422,
        "invalid_input",
        f"{first.path}: {first.message}{more}",
        param=first.path,
        errors=errors,
    )


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODE_BY_STATUS.get(error.status_code, "invalid_input")
    details = {
        404: "there is no such path",
        405: f"{request.method} is not for this path",
    }
    detail = details.get(error.status_code, str(error.detail))
    return problem(request_id_of(request), error.status_code, code, detail, headers=error.headers)


def _pointer(parts: Iterable[Any]) -> str:
    """Keys of the caller's own are kept: they are the caller's."""
    return "".join("/" + _plain(str(part)) for part in parts)


def _plain(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").encode(errors="replace").decode()
