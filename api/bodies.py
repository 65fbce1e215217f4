"""How much of what callers send is held at the same time?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.exceptions import HTTPException

from api.lanes import Lane
from schemas.errors import Overloaded

_BODIES = 32  # of the largest size
_MESSAGES = 4
_SLOTS, _PLACES = 2, 4096
_MOST_SECONDS, _MOST_MESSAGE_SECONDS = 30.0, 120.0
_RETRY_SECONDS = 2


class HeldBody:
    """Takes room until it is let go, which may be done twice."""

    def __init__(self, bodies: Bodies) -> None:
        self.data = bytearray()
        self._bodies, self._num_bytes = bodies, 0

    def take(self, part: bytes) -> None:
        """Raises `Overloaded`."""
        self._bodies.take(len(part))
        self._num_bytes += len(part)
        self.data += part

    def let_go(self) -> None:
        self._bodies.give(self._num_bytes)
        self._num_bytes = 0
        self.data = bytearray()


class Bodies:
    """Of JSON; documents go to files. One an event loop, so it needs no lock."""

    def __init__(
        self, max_body_bytes: int, num_bodies: int = _BODIES, seconds: float | None = None
    ) -> None:
        self._free = num_bodies * max_body_bytes
        self._seconds = _MOST_SECONDS if seconds is None else seconds
        self.parsing = Lane("a body to be parsed", _SLOTS, _PLACES)

    @classmethod
    def of_messages(cls, max_message_bytes: int) -> Bodies:
        """These are few and large: a client's files are in them."""
        return cls(max_message_bytes, _MESSAGES, _MOST_MESSAGE_SECONDS)

    @asynccontextmanager
    async def held(self, request: Request, max_bytes: int | None = None) -> AsyncIterator[HeldBody]:
        """All of the body. Raises `Overloaded` where there is no room for it, and 408 where it
        does not come: otherwise a few who send nothing would keep the room from all."""
        body = HeldBody(self)
        try:
            await self._fill(body, request, max_bytes)
            yield body
        finally:
            body.let_go()

    def take(self, num_bytes: int) -> None:
        if num_bytes > self._free:
            raise Overloaded(
                "too many bodies arrive at the same time", retry_after_seconds=_RETRY_SECONDS
            )
        self._free -= num_bytes

    def give(self, num_bytes: int) -> None:
        self._free += num_bytes

    async def _fill(self, body: HeldBody, request: Request, max_bytes: int | None) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                async for part in request.stream():
                    body.take(part)
                    if max_bytes is not None and len(body.data) > max_bytes:
                        raise HTTPException(413, f"the body is past the limit of {max_bytes} bytes")
        except TimeoutError as error:
            late = f"the body did not arrive within {self._seconds:g} seconds"
            raise HTTPException(408, late) from error
