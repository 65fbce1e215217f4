"""How is a chat streamed: as server-sent events, with a sign of life while nothing is said?"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

from api.followed_chat import FollowedChat
from jobs.chat_answer import ChunkWriter
from jobs.logs import logger
from schemas.engine_protocol import EngineEvent
from schemas.errors import ServiceError
from schemas.openai_errors import error_of, internal_error

BEAT_SECONDS = 5.0
"""Of silence, then a comment says how far the reading is. Clients pass comments over."""
_PATIENCE_SECONDS = 2.0
_LOOK_SECONDS = 1.0
_log = logger(__name__)


async def sound_beginning(following: FollowedChat) -> list[EngineEvent]:
    """The first events, up to one that shows that the request is sound. What is wrong with it is
    raised, so that it is answered and not streamed; a request that waits is taken to be sound."""
    events: list[EngineEvent] = []
    while event := await following.next(_PATIENCE_SECONDS):
        events.append(event)
        if event.progress or event.pieces or event.waiting or event.is_last:
            break
    return events


async def stream_of(
    following: FollowedChat,
    begun: list[EngineEvent],
    writer: ChunkWriter,
    num_choices: int,
    stack: AsyncExitStack,
) -> AsyncIterator[str]:
    """Closes the stack at its end, also where the caller hangs up."""
    async with stack:
        try:
            for chunk in writer.first(num_choices):
                yield _data(chunk)
            async for line in _said(following, begun, writer):
                yield line
        except ServiceError as error:
            yield _data({"error": error_of(error)})
        except Exception as error:
            _log.error("a stream failed", exc_info=error)
            yield _data({"error": internal_error()})
        else:
            yield "data: [DONE]\n\n"


async def _said(
    following: FollowedChat, begun: list[EngineEvent], writer: ChunkWriter
) -> AsyncIterator[str]:
    coming = iter(begun)
    told = time.monotonic()
    is_over = False
    while not is_over:
        event = next(coming, None) or await following.next(_LOOK_SECONDS)
        for chunk in () if event is None else _chunks(event, writer):
            yield _data(chunk)
            told = time.monotonic()
        if time.monotonic() - told >= BEAT_SECONDS:
            yield beat_of(event)
            told = time.monotonic()
        is_over = event is not None and event.is_last


def _chunks(event: EngineEvent, writer: ChunkWriter) -> Iterator[dict[str, Any]]:
    for piece in event.pieces:
        yield from writer.said(piece)
    if event.usage is not None:
        yield from writer.last(event.usage)


def beat_of(event: EngineEvent | None) -> str:
    if event is not None and event.progress is not None:
        progress = event.progress
        return f": {progress.stage} {progress.done} of {progress.total} {progress.unit}\n\n"
    if event is not None and event.waiting:
        return f": {event.waiting} before this one\n\n"
    return ": alive\n\n"


def _data(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
