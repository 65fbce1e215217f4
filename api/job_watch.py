"""Who is told when a job changes?"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from jobs.logs import logger

_log = logger(__name__)


class JobWatch:
    """One look at the database for all who wait, each `seconds`, and none while nobody does.

    It belongs to one event loop. Versions may come from any process: they are the database's.
    """

    def __init__(
        self, versions: Callable[[Collection[str]], dict[str, int]], seconds: float
    ) -> None:
        self._versions, self._seconds = versions, seconds
        self._watched: dict[str, set[WatchedJob]] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_ending = False

    @asynccontextmanager
    async def of(self, job_id: str) -> AsyncIterator[WatchedJob]:
        watched = WatchedJob()
        self._watched.setdefault(job_id, set()).add(watched)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield watched
        finally:
            others = self._watched[job_id]
            others.discard(watched)
            if not others:
                del self._watched[job_id]

    def end(self) -> None:
        """All who wait are let go with the next look. A signal handler may call it."""
        self.is_ending = True

    async def _look(self) -> None:
        """A database that does not answer is asked again: whoever waits goes on waiting."""
        while self._watched:
            await asyncio.sleep(self._seconds)
            job_ids = list(self._watched)
            if self.is_ending:
                self._let_go()
                return
            try:
                versions = await run_in_threadpool(self._versions, job_ids)
            except Exception as error:
                _log.warning("watched jobs could not be looked at", exc_info=error)
                continue
            for job_id in job_ids:
                for watched in self._watched.get(job_id, ()):
                    watched.see(versions.get(job_id))

    def _let_go(self) -> None:
        for watched in itertools.chain.from_iterable(self._watched.values()):
            watched.see(None)


class WatchedJob:
    """What one who waits knows of a job."""

    def __init__(self) -> None:
        self._version: int | None = 0  # None: nothing more will be seen of it
        self._changed = asyncio.Event()

    def see(self, version: int | None) -> None:
        if version != self._version:
            self._version = version
            self._changed.set()

    async def past(self, version: int, seconds: float | None = None) -> None:
        """Returns when the job has another version than this, or when the seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                while self._version is not None and self._version <= version:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return
