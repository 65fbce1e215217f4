"""How is a chat at the engine followed, and ended when nobody listens any more?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.context import Context
from schemas.engine_protocol import EngineEvent, EngineGenerate
from schemas.errors import Cancelled

_End = Exception | None


class FollowedChat:
    """The engine is asked in a thread, and its events come here."""

    def __init__(self, context: Context, request: EngineGenerate) -> None:
        self._context, self._request = context, request
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[EngineEvent | _End] = asyncio.Queue()
        self._is_left = False

    async def next(self, seconds: float) -> EngineEvent | None:
        """The next event; None where none came within the seconds. Raises what the engine found
        wrong."""
        try:
            event = await asyncio.wait_for(self._events.get(), seconds)
        except TimeoutError:
            return None
        if isinstance(event, Exception):
            raise event
        assert event is not None, "followed past the end"
        return event

    def leave(self) -> None:
        """The engine stops at its next step."""
        self._is_left = True

    async def ask(self) -> None:
        engine = self._context.services.engine
        try:
            await self._context.chats.run(engine.generate, self._request, self._on_event)
        except Exception as error:
            self._events.put_nowait(error)

    def _on_event(self, event: EngineEvent) -> None:
        if self._is_left:
            raise Cancelled("the caller hung up")
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)


@asynccontextmanager
async def followed(context: Context, request: EngineGenerate) -> AsyncIterator[FollowedChat]:
    """Whatever leaves the block ends the chat."""
    chat = FollowedChat(context, request)
    asking = asyncio.create_task(chat.ask())
    try:
        yield chat
    finally:
        chat.leave()
        _ASKING.add(asking)  # it ends on its own, and is not to be collected before
        asking.add_done_callback(_ASKING.discard)


_ASKING: set[asyncio.Task[None]] = set()
