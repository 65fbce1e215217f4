"""How is a file sent, whole or a range of it?"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from api import openai_errors
from api.problems import problem, request_id_of


class ContentResponse(FileResponse):
    """A range that can not be read is passed over, as RFC 9110 allows (and asks for, of units that
    are not known); one that lies outside the file is a problem like any other."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _Refusal(send)
        await super().__call__(scope, receive, refusal.send_the_rest)
        if refusal.status == 400:
            await super().__call__(_without_range(scope), receive, send)
        elif refusal.status == 416:
            await _outside(scope, refusal.content_range)(scope, receive, send)


class _Refusal:
    """Keeps back what the framework would say of a range in plain text."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.content_range = ""

    async def send_the_rest(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (400, 416):
            self.status = message["status"]
            self.content_range = Headers(raw=message["headers"]).get("content-range", "")
        elif self.status is None:
            await self._send(message)


def _outside(scope: Scope, content_range: str) -> Response:
    told, headers = "the range lies outside the file", {"Content-Range": content_range}
    if openai_errors.is_for(scope["path"]):
        return openai_errors.error_response(416, told, param="range", headers=headers)
    request_id = request_id_of(Request(scope))
    return problem(request_id, 416, "invalid_input", told, param="range", headers=headers)


def _without_range(scope: Scope) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
    return {**scope, "headers": headers}
