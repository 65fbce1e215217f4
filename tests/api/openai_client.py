"""The client of OpenAI, unmodified, against an application in this process."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
from openai import OpenAI

from tests.api.served import Served


def client_of(service: Served, **kwargs: Any) -> OpenAI:
    """One that never tries again."""
    return OpenAI(
        api_key="none",
        base_url="http://127.0.0.1/v1",
        max_retries=0,
        http_client=httpx.Client(transport=_Passed(service)),
        **kwargs,
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
            answer.status_code, headers=answer.headers.multi_items(), content=answer.content
        )
