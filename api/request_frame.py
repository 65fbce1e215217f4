"""What does every request get, whichever route it takes?

An id, a limit on its body, a line in the log, a count in the metrics, and an answer even when
we fail.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import openai_errors
from api.auditing import written_down
from api.metrics import Metrics
from api.problems import internal_problem, problem
from api.rate_headers import rate_headers
from jobs.audit import Actor, acting
from jobs.database import Database
from jobs.logs import bind, logger
from schemas.openai_errors import internal_error
from schemas.settings import ApiSettings

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_FORBIDDEN_ESCAPES = re.compile(rb"%00", re.IGNORECASE)
_UPLOADS = re.compile(  # they count their own bytes
    r"/v1/(documents|files|uploads/[\w-]+/parts|extraction-batches(/estimate)?)", re.ASCII
)
_MESSAGES = ("/v1/chat/completions", "/v1/responses", "/v1/responses/input_tokens")
_HUNG_UP = 499
_OPENAI_VERSION = "2020-10-01"
_QUIET = ("/healthz", "/readyz", "/metrics")
_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}

_log = logger(__name__)


class BodyTooLarge(HTTPException):
    """Raised where the body is read; a route cannot go on without it."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is past the limit of {limit} bytes")


class RequestFrame:
    """The outermost layer of our own."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, settings: ApiSettings, database: Database
    ) -> None:
        self._app, self._metrics, self._settings = app, metrics, settings
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        began = time.perf_counter()
        answer = _Answer(send, _request_id(headers), scope["path"], began, state)
        state["request_id"] = answer.request_id
        actor = Actor(address=_address_of(scope), request_id=answer.request_id)
        with bind(request_id=answer.request_id), acting(actor):
            try:
                await self._answered(scope, headers, receive, answer)
            finally:
                self._note(scope, answer, time.perf_counter() - began)
                status = answer.status or _HUNG_UP
                await written_down(self._database, actor, scope, status, answer.location)

    async def _answered(
        self, scope: Scope, headers: Headers, receive: Receive, answer: _Answer
    ) -> None:
        try:
            refusal = self._refusal(scope, headers, answer.request_id)
            if refusal is not None:
                await refusal(scope, receive, answer.send)
                return
            limit = self._most_bytes(scope)
            limited = receive if limit is None else _limited(receive, limit)
            await self._app(scope, limited, answer.send)
        except ClientDisconnect:
            _log.info("the caller hung up", path=_route_of(scope))
        except Exception as error:
            _log.error("a request failed", path=_route_of(scope), exc_info=error)
            if answer.status is not None:
                raise
            await _internal(scope["path"], answer.request_id)(scope, receive, answer.send)

    def _refusal(self, scope: Scope, headers: Headers, request_id: str) -> ASGIApp | None:
        if _FORBIDDEN_ESCAPES.search(scope.get("raw_path") or b"") or _FORBIDDEN_ESCAPES.search(
            scope["query_string"]
        ):
            told = "the URL holds a NUL character"
            if openai_errors.is_for(scope["path"]):
                return openai_errors.error_response(400, told)
            return problem(request_id, 422, "invalid_input", told)
        size, limit = headers.get("content-length", ""), self._most_bytes(scope)
        if limit is not None and size.isdecimal() and int(size) > limit:
            told = f"the body is past the limit of {limit} bytes"
            if openai_errors.is_for(scope["path"]):
                return openai_errors.error_response(413, told, code="request_too_large")
            return problem(request_id, 413, "too_large", told)
        return None

    def _most_bytes(self, scope: Scope) -> int | None:
        """Of a body; None where the route counts itself."""
        if _is_upload(scope):
            return None
        if scope["path"] in _MESSAGES:
            return self._settings.max_message_bytes
        return self._settings.max_body_bytes

    def _note(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route, status = _route_of(scope), answer.status or _HUNG_UP
        self._metrics.answered(scope["method"], route, status, seconds)
        if route not in _QUIET:
            _log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                seconds=round(seconds, 4),
            )


class _Answer:
    """Passes an answer on, with our headers, and remembers its status."""

    def __init__(
        self, send: Send, request_id: str, path: str, began: float, state: Mapping[str, Any]
    ) -> None:
        self._send, self.request_id, self._state = send, request_id, state
        self._path, self._began = path, began
        self.status: int | None = None
        self.location: str | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            if openai_errors.is_for(self._path):
                seconds = time.perf_counter() - self._began
                headers["openai-processing-ms"] = str(round(seconds * 1000))
                headers["openai-version"] = _OPENAI_VERSION
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.update(rate_headers(self._state.get("rates", {})))
            self.location = headers.get("location")
        await self._send(message)


def _internal(path: str, request_id: str) -> ASGIApp:
    if openai_errors.is_for(path):
        return JSONResponse({"error": internal_error()}, 500)
    return internal_problem(request_id)


def _limited(receive: Receive, limit: int) -> Receive:
    num_bytes = 0

    async def receive_counted() -> Message:
        nonlocal num_bytes
        message: MutableMapping[str, Any] = await receive()
        num_bytes += len(message.get("body", b""))
        if num_bytes > limit:
            raise BodyTooLarge(limit)
        return message

    return receive_counted


def _request_id(headers: Headers) -> str:
    """The caller's, where it can stand in a log, else one of ours."""
    given = headers.get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else f"req_{uuid.uuid4().hex}"


def _address_of(scope: Scope) -> str | None:
    client = scope.get("client")
    return str(client[0]) if client else None


def _is_upload(scope: Scope) -> bool:
    return scope["method"] == "POST" and _UPLOADS.fullmatch(scope["path"]) is not None


def _route_of(scope: Scope) -> str:
    """The route's pattern, never the path: that is of any length and may name anything."""
    return str(getattr(scope.get("route"), "path", "unknown"))
