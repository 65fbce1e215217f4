"""Which answer does a caller wait for who asks once more for what is being made?

A client whose patience has ended hangs up and sends the same again, several times. What it asked
for goes on for a while without it, and is what its next try waits for: a long prompt is read once,
however often it is sent. Callers who send the same beside each other get an answer each, unless
there is but one to be had. All this is of one process and of what is under way in it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from jobs.key_store import Caller

RETRY_SECONDS = 15.0
"""For which work goes on that its caller left: OpenAI's client waits 8 before it tries again."""
_LOOK_SECONDS = 1.0
_RETRIES = "x-stainless-retry-count"
_KEY = "idempotency-key"


@dataclass(frozen=True, slots=True)
class Asking:
    """`identity` is equal where the same caller sends the same to the same route."""

    identity: Hashable
    is_again: bool
    asks_again: bool
    has_one_answer: bool


def asking_of(request: Request, caller: Caller, body: BaseModel, *, has_one_answer: bool) -> Asking:
    """Takes time that grows with the body. A client says itself how often it has tried, and so
    that it will try again; an Idempotency-Key says the same of any."""
    key, tries = request.headers.get(_KEY), request.headers.get(_RETRIES, "")
    digest = hashlib.sha256(body.model_dump_json().encode()).digest()
    return Asking(
        identity=(caller.tenant, caller.key_id, request.url.path, key, digest),
        is_again=key is not None or is_again(request),
        asks_again=key is not None or tries != "",
        has_one_answer=has_one_answer,
    )


def is_again(request: Request) -> bool:
    """Whether its client says that it has sent the same before."""
    return request.headers.get(_RETRIES, "0") != "0"


class WholeAnswers:
    """Used on one event loop."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, list[_Work]] = {}

    async def answer(
        self, request: Request, asking: Asking, begin: Callable[[], Coroutine[Any, Any, str]]
    ) -> str | None:
        """None where the caller hung up. Raises what the work does."""
        work = self._found(asking) or self._begun(asking, begin)
        work.join(asking)
        answer = None
        try:
            answer = await _outcome(request, work.task)
        finally:
            work.num_waiting -= 1
            is_left = answer is None and not work.has_failed
            if not is_left:
                self._forget(work)
            elif not work.num_waiting:
                self._leave(work)
        return answer

    def close(self) -> None:
        for work in [one for works in self._under_way.values() for one in works]:
            self._give_up(work)

    def _found(self, asking: Asking) -> _Work | None:
        works = self._under_way.get(asking.identity, ())
        if not works or not (asking.is_again or asking.has_one_answer):
            return None
        return min(works, key=lambda work: (work.num_waiting, work.num_joined))

    def _begun(self, asking: Asking, begin: Callable[[], Coroutine[Any, Any, str]]) -> _Work:
        work = _Work(asking.identity, asyncio.create_task(begin()))
        self._under_way.setdefault(asking.identity, []).append(work)
        return work

    def _leave(self, work: _Work) -> None:
        if not work.is_asked_again:
            self._give_up(work)
            return
        loop = asyncio.get_running_loop()
        work.end = loop.call_later(RETRY_SECONDS, self._give_up, work)

    def _give_up(self, work: _Work) -> None:
        self._forget(work)
        work.task.cancel()

    def _forget(self, work: _Work) -> None:
        works = self._under_way.get(work.identity, [])
        if work in works:
            works.remove(work)
        if not works:
            self._under_way.pop(work.identity, None)


class _Work:
    def __init__(self, identity: Hashable, task: asyncio.Task[str]) -> None:
        self.identity, self.task = identity, task
        self.num_waiting = self.num_joined = 0
        self.is_asked_again = False
        self.end: asyncio.TimerHandle | None = None
        task.add_done_callback(_notice)

    @property
    def has_failed(self) -> bool:
        task = self.task
        return task.done() and not task.cancelled() and task.exception() is not None

    def join(self, asking: Asking) -> None:
        """One of those who wait is enough for it to be asked again, whoever leaves last."""
        self.num_waiting += 1
        self.num_joined += 1
        self.is_asked_again |= asking.asks_again
        if self.end is not None:
            self.end.cancel()


async def _outcome(request: Request, task: asyncio.Task[str]) -> str | None:
    is_done = False
    while not is_done:
        await asyncio.wait([task], timeout=_LOOK_SECONDS)
        is_done = task.done()
        if await request.is_disconnected():
            return None
    return task.result()


def _notice(task: asyncio.Task[str]) -> None:
    """What was raised for nobody is nobody's loss."""
    if not task.cancelled():
        task.exception()
