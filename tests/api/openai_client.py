"""The client of OpenAI, unmodified, whose every answer is held against OpenAI's contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
from openai import OpenAI

from tests.api.openai_contract import Answered, contract
from tests.api.served import Served


def client_of(service: Served, **kwargs: Any) -> OpenAI:
    """Of an application in this process; one that never tries again."""
    return OpenAI(
        api_key="none",
        base_url="http://127.0.0.1/v1",
        max_retries=0,
        http_client=httpx.Client(transport=Checked(_Passed(service))),
        **kwargs,
    )


class Checked(httpx.BaseTransport):
    """Raises `BreaksContract` where an answer is read that breaks it."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = httpx.HTTPTransport() if transport is None else transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._transport.handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        answer.stream = _Heard(request, answer, answer.stream)
        return answer

    def close(self) -> None:
        self._transport.close()


class Tries(Checked):
    """`counts` are the client's own, of its tries. Before its last is sent, `then` happens; for
    that one it has the patience that a busy machine asks for."""

    def __init__(self, *, last: int, then: Callable[[], None]) -> None:
        super().__init__()
        self._last, self._then = str(last), then
        self.counts: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.counts.append(request.headers["x-stainless-retry-count"])
        if self.counts[-1] == self._last:
            self._then()
            request.extensions["timeout"] = dict.fromkeys(request.extensions["timeout"], 60.0)
        return super().handle_request(request)


class _Heard(httpx.SyncByteStream):
    def __init__(
        self, request: httpx.Request, answer: httpx.Response, stream: httpx.SyncByteStream
    ) -> None:
        self._request, self._answer, self._stream = request, answer, stream

    def __iter__(self) -> Iterator[bytes]:
        """What is checked is the whole: a stream that is left before its end is not."""
        heard = []
        for data in self._stream:
            heard.append(data)
            yield data
        known = contract()
        if known is not None:
            known.check(self._answered(b"".join(heard)))

    def close(self) -> None:
        self._stream.close()

    def _answered(self, body: bytes) -> Answered:
        return Answered(
            self._request.method,
            self._request.url.path.removeprefix("/v1"),
            self._answer.status_code,
            self._answer.headers.get("content-type", "").partition(";")[0],
            body,
        )


class _Passed(httpx.BaseTransport):
    """Requests go through the test client, whole."""

    def __init__(self, service: Served) -> None:
        self._service = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [(k, v) for k, v in request.headers.items() if k != "authorization"]
        answer = self._service.client.request(
            request.method, str(request.url), content=request.read(), headers=headers
        )
        return httpx.Response(
            answer.status_code,
            headers=answer.headers.multi_items(),
            stream=httpx.ByteStream(answer.content),
        )
