"""How is a chat at the engine followed, and ended when nobody listens any more?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.chat_meter import ChatMeter
from api.context import Context
from schemas.engine_protocol import EngineEvent, EngineGenerate
from schemas.errors import Cancelled

_End = Exception | None


class FollowedChat:
    """The engine is asked in a thread, and its events come here once they were metered."""

    def __init__(self, context: Context, request: EngineGenerate, meter: ChatMeter) -> None:
        self._context, self._request, self._meter = context, request, meter
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
        try:
            await self._context.chats.run(self._generate)
        except Exception as error:
            self._events.put_nowait(error)

    def _generate(self) -> None:
        try:
            self._context.services.engine.generate(self._request, self._on_event)
        except Exception:
            if self._is_left:
                self._meter.left()
            raise

    def _on_event(self, event: EngineEvent) -> None:
        self._meter.heard(event)
        if self._is_left:
            raise Cancelled("the caller hung up")
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)


@asynccontextmanager
async def followed(
    context: Context, request: EngineGenerate, meter: ChatMeter
) -> AsyncIterator[FollowedChat]:
    """Whatever leaves the block ends the chat."""
    chat = FollowedChat(context, request, meter)
    asking = asyncio.create_task(chat.ask())
    try:
        yield chat
    finally:
        chat.leave()
        _ASKING.add(asking)  # it ends on its own, and is not to be collected before
        asking.add_done_callback(_ASKING.discard)


_ASKING: set[asyncio.Task[None]] = set()
