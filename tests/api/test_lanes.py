"""How many slow calls run, how many wait, and what happens to the rest?"""

from __future__ import annotations

import asyncio
import threading

import pytest

from api.lanes import Lane
from schemas.errors import Overloaded


def test_no_more_calls_run_at_once_than_there_are_slots() -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1

    async def all_at_once() -> None:
        lane = Lane("a page", slots=2, places=20)
        await asyncio.gather(*(lane.run(work) for _ in range(10)))

    asyncio.run(all_at_once())
    assert most == 2


def test_a_call_that_finds_no_place_to_wait_is_refused() -> None:
    done = threading.Event()

    async def fill() -> None:
        lane = Lane("a page", slots=1, places=1)
        calls = [asyncio.create_task(lane.run(done.wait, 10)) for _ in range(2)]
        await asyncio.sleep(0.05)
        try:
            with pytest.raises(Overloaded, match="wait for a page"):
                await lane.run(done.wait, 10)
        finally:
            done.set()
            await asyncio.gather(*calls)

    asyncio.run(fill())


def test_an_error_of_a_call_is_its_callers() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(Lane("a page", slots=1, places=1).run(fail))
