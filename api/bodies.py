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
_SLOTS, _PLACES = 2, 4096
_MOST_SECONDS = 30.0
_RETRY_SECONDS = 2


class Bodies:
    """Of JSON; documents go to files. One an event loop, so it needs no lock."""

    def __init__(self, max_body_bytes: int) -> None:
        self._free = _BODIES * max_body_bytes
        self.parsing = Lane("a body to be parsed", _SLOTS, _PLACES)

    @asynccontextmanager
    async def held(
        self, request: Request, max_bytes: int | None = None
    ) -> AsyncIterator[bytearray]:
        """All of the body. Raises `Overloaded` where there is no room for it, and 408 where it
        does not come: otherwise a few who send nothing would keep the room from all."""
        data = bytearray()
        try:
            await self._fill(data, request, max_bytes)
            yield data
        finally:
            self._free += len(data)

    async def _fill(self, data: bytearray, request: Request, max_bytes: int | None) -> None:
        try:
            async with asyncio.timeout(_MOST_SECONDS):
                async for part in request.stream():
                    self._take(len(part))
                    data += part
                    if max_bytes is not None and len(data) > max_bytes:
                        raise HTTPException(413, f"the body is past the limit of {max_bytes} bytes")
        except TimeoutError as error:
            late = f"the body did not arrive within {_MOST_SECONDS:g} seconds"
            raise HTTPException(408, late) from error

    def _take(self, num_bytes: int) -> None:
        if num_bytes > self._free:
            raise Overloaded(
                "too many bodies arrive at the same time", retry_after_seconds=_RETRY_SECONDS
            )
        self._free -= num_bytes
