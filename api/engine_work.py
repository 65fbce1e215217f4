"""How is one request followed, line by line, while a thread works on it?"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable

from schemas.caches import Warmed
from schemas.engine_protocol import (
    EngineEvent,
    EngineExtract,
    EngineGenerate,
    EnginePrepare,
    EngineProgress,
    EngineWarm,
)
from schemas.errors import Cancelled, ServiceError
from schemas.extraction import Extraction, FieldResult, Usage
from schemas.generation import Piece
from schemas.jobs import Failure
from schemas.preparation import Preparation
from schemas.progress import Progress

EngineRequest = EngineExtract | EngineGenerate | EnginePrepare | EngineWarm
EngineResult = Extraction | Preparation | Usage | Warmed

BEAT_SECONDS = 1.0
_LEAST_SECONDS = 0.25  # between two lines; what happened meanwhile stands in one
_LEAST_CHAT_SECONDS = 0.01  # where somebody reads along


class EngineWork:
    """One request between the thread that works on it and the connection that follows it.

    The thread tells what it does and calls `check` at each of its steps. Whatever ends the
    connection calls `close`, and the next `check` raises.
    """

    def __init__(self, request: EngineRequest, begin: Callable[[EngineWork], None]) -> None:
        self.request = request
        is_chat = isinstance(request, EngineGenerate)
        self._least_seconds = _LEAST_CHAT_SECONDS if is_chat else _LEAST_SECONDS
        self._begin = begin
        self._has_begun = False
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._changed, self._ended = asyncio.Event(), asyncio.Event()
        self._waiting: int | None = None
        self._progress: EngineProgress | None = None
        self._fields: list[FieldResult] = []
        self._pieces: list[Piece] = []
        self._used: Usage | None = None
        self._end: EngineEvent | None = None
        self._stop: ServiceError | None = None

    # by the thread

    def check(self) -> None:
        """Raises what the work was stopped with, if it was."""
        if self._stop is not None:
            raise self._stop

    def tell(self, progress: Progress) -> None:
        with self._lock:
            self._waiting = None
            self._progress = EngineProgress(
                stage=progress.stage, done=progress.done, total=progress.total, unit=progress.unit
            )
            self._fields += progress.fields
            self._used = progress.used or self._used
        self._wake(self._changed)

    def tell_waiting(self, num_before: int) -> None:
        with self._lock:
            self._waiting = num_before

    def tell_piece(self, piece: Piece) -> None:
        with self._lock:
            self._pieces.append(piece)
        self._wake(self._changed)

    def finish(self, result: EngineResult) -> None:
        if isinstance(result, Preparation):
            self._finish(EngineEvent(preparation=result))
        elif isinstance(result, Warmed):
            self._finish(EngineEvent(warmed=result))
        elif isinstance(result, Usage):
            self._finish(EngineEvent(usage=result))
        else:
            self._finish(EngineEvent(result=result))

    def fail(self, failure: Failure) -> None:
        self._finish(EngineEvent(failure=failure))

    # by the event loop

    async def lines(self) -> AsyncIterator[bytes]:
        """One at least a second, the last with the end. The work begins once the first is out:
        so a caller who has a line knows that the engine took the request."""
        yield _line(EngineEvent())
        self._begin(self)
        self._has_begun = True
        while True:
            await _either(self._changed, BEAT_SECONDS)
            self._changed.clear()
            event = self._taken()
            yield _line(event)
            if event.is_last:
                return
            await _either(self._ended, self._least_seconds)

    def stop(self, error: ServiceError, failure: Failure | None = None) -> None:
        """The thread stops at its next step; with a failure, the caller is told at once."""
        self._stop = error
        if failure is not None:
            self.fail(failure)

    def close(self) -> bool:
        """Nobody follows it any more. Whether a thread was begun that will see it."""
        if self._stop is None:
            self._stop = Cancelled("the caller hung up")
        return self._has_begun

    def _finish(self, end: EngineEvent) -> None:
        """The first end counts."""
        with self._lock:
            self._end = self._end or end
        self._wake(self._ended, self._changed)

    def _taken(self) -> EngineEvent:
        """What is new since the last line."""
        with self._lock:
            event = (self._end or EngineEvent()).model_copy(
                update={
                    "waiting": self._waiting,
                    "progress": self._progress,
                    "fields": self._fields,
                    "pieces": self._pieces,
                    "used": self._used,
                }
            )
            self._progress, self._fields, self._pieces = None, [], []
        return event

    def _wake(self, *events: asyncio.Event) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody follows it
            for event in events:
                self._loop.call_soon_threadsafe(event.set)


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Until the event, or so many seconds."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _line(event: EngineEvent) -> bytes:
    return event.model_dump_json(exclude_defaults=True).encode() + b"\n"
