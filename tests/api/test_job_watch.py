"""Who is told of a change, and what does waiting cost?"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from api.job_watch import JobWatch
from schemas.errors import Unavailable

_PATIENCE = 60  # seconds until a test that hangs is given up, also on a busy machine


class Versions:
    """A database of versions that counts who looks."""

    def __init__(self, **versions: int) -> None:
        self.versions = versions
        self.looks: list[set[str]] = []
        self.failures = 0

    def __call__(self, job_ids: Collection[str]) -> dict[str, int]:
        self.looks.append(set(job_ids))
        if self.failures:
            self.failures -= 1
            raise Unavailable("the database does not answer")
        return {job: version for job, version in self.versions.items() if job in job_ids}


def test_a_change_wakes_whoever_waits_for_it() -> None:
    versions = Versions(a=1)

    async def wait() -> None:
        async with JobWatch(versions, 0.001).of("a") as watched:
            versions.versions["a"] = 2
            await watched.past(1, 10)

    asyncio.run(asyncio.wait_for(wait(), _PATIENCE))


def test_a_job_that_is_gone_wakes_whoever_waits_for_it() -> None:
    async def wait() -> None:
        async with JobWatch(Versions(), 0.001).of("a") as watched:
            await watched.past(1, None)

    asyncio.run(asyncio.wait_for(wait(), _PATIENCE))


def test_waiting_ends_with_its_seconds() -> None:
    async def wait() -> None:
        async with JobWatch(Versions(a=1), 0.001).of("a") as watched:
            await watched.past(1, 0.05)

    asyncio.run(asyncio.wait_for(wait(), _PATIENCE))


def test_one_look_serves_all_who_wait() -> None:
    versions = Versions(a=1, b=1)

    async def wait(watch: JobWatch, job: str) -> None:
        async with watch.of(job) as watched:
            await watched.past(1, 0.2)

    async def all_wait() -> None:
        watch = JobWatch(versions, 0.05)
        await asyncio.gather(*(wait(watch, job) for job in "ab" * 50))

    asyncio.run(all_wait())
    assert versions.looks[0] == {"a", "b"}
    assert len(versions.looks) <= 4


def test_a_database_that_is_away_for_a_while_is_asked_again() -> None:
    versions = Versions(a=2)
    versions.failures = 3

    async def wait() -> None:
        async with JobWatch(versions, 0.001).of("a") as watched:
            await watched.past(1, None)

    asyncio.run(asyncio.wait_for(wait(), _PATIENCE))
    assert len(versions.looks) == 4


def test_nobody_looks_when_nobody_waits() -> None:
    versions = Versions(a=2)

    async def wait() -> None:
        async with JobWatch(versions, 0.001).of("a") as watched:
            await watched.past(1, None)
        await asyncio.sleep(0.02)
        looks = len(versions.looks)
        await asyncio.sleep(0.05)
        assert len(versions.looks) == looks

    asyncio.run(wait())


def test_at_the_end_all_who_wait_are_let_go() -> None:
    async def wait() -> None:
        watch = JobWatch(Versions(a=1), 0.001)
        async with watch.of("a") as watched:
            asyncio.get_running_loop().call_later(0.02, watch.end)
            await watched.past(1, None)

    asyncio.run(asyncio.wait_for(wait(), _PATIENCE))
