"""Do bodies find room, and give it back?"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from api import bodies
from api.bodies import Bodies
from schemas.errors import Overloaded

PART = b"x" * 10


def test_a_body_that_finds_no_room_is_told_to_come_back() -> None:
    async def fill() -> None:
        held = Bodies(max_body_bytes=10)
        async with held.held(_request(32)):
            with pytest.raises(Overloaded):
                async with held.held(_request(1)):
                    pass

    asyncio.run(fill())


def test_room_is_given_back_also_by_who_was_refused() -> None:
    async def fill() -> list[int]:
        held = Bodies(max_body_bytes=10)
        async with held.held(_request(20)):
            with pytest.raises(Overloaded):
                async with held.held(_request(20)):
                    pass
        async with held.held(_request(32)) as body:
            return [len(body.data)]

    assert asyncio.run(fill()) == [320]


def test_room_that_is_given_back_early_is_given_back_once() -> None:
    async def fill() -> None:
        held = Bodies(max_body_bytes=10)
        async with held.held(_request(32)) as body:
            body.let_go()
            async with held.held(_request(32)):
                body.let_go()
                with pytest.raises(Overloaded):
                    held.take(1)
        held.take(320)
        with pytest.raises(Overloaded):
            held.take(1)

    asyncio.run(fill())


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_MOST_SECONDS", 0.01)

    async def wait() -> None:
        async with Bodies(max_body_bytes=10).held(_request(1, is_whole=False)):
            pass

    with pytest.raises(HTTPException) as refused:
        asyncio.run(wait())
    assert refused.value.status_code == 408


def _request(num_parts: int, *, is_whole: bool = True) -> Request:
    left = num_parts

    async def receive() -> dict[str, Any]:
        nonlocal left
        left -= 1
        if left < 0:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": PART, "more_body": left > 0 or not is_whole}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)
