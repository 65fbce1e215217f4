"""How do slow calls keep from taking all threads?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio import to_thread

from schemas.errors import Overloaded

P = ParamSpec("P")
R = TypeVar("R")

_RETRY_SECONDS = 5


class Lane:
    """At most `slots` calls at once, each in a thread; as many as `places` wait for their turn."""

    def __init__(self, what: str, slots: int, places: int) -> None:
        self._what, self._places = what, places
        self._slots = anyio.CapacityLimiter(slots)

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Raises `Overloaded` where no place to wait is left."""
        if self._slots.statistics().tasks_waiting >= self._places:
            raise Overloaded(
                f"too many requests wait for {self._what}", retry_after_seconds=_RETRY_SECONDS
            )
        return await to_thread.run_sync(partial(call, *args, **kwargs), limiter=self._slots)
