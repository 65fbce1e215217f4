import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from fastapi import Request

from api import whole_answers
from api.whole_answers import Asking, WholeAnswers

FIRST = Asking("the same", is_again=False, asks_again=True, has_one_answer=False)
AGAIN = Asking("the same", is_again=True, asks_again=True, has_one_answer=False)
SURE = Asking("the same", is_again=False, asks_again=True, has_one_answer=True)
SURE_ONCE = Asking("the same", is_again=False, asks_again=False, has_one_answer=True)
ONCE = Asking("the same", is_again=False, asks_again=False, has_one_answer=False)


@dataclass
class Line:
    """Of a request, to its caller."""

    is_cut: asyncio.Event

    async def is_disconnected(self) -> bool:
        return self.is_cut.is_set()


@dataclass
class Callers:
    """`ask` sends, `hang_up` leaves; the work of all ends with `finish`."""

    answers: WholeAnswers = field(default_factory=WholeAnswers)
    begun: list[asyncio.Task[Any] | None] = field(default_factory=list)
    is_finished: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, asking: Asking, line: asyncio.Event | None = None) -> asyncio.Task[Any]:
        line = line or asyncio.Event()

        async def is_disconnected() -> bool:
            return line.is_set()

        request = cast(
            Request, type("Line", (), {"is_disconnected": lambda _: is_disconnected()})()
        )
        task = asyncio.create_task(self.answers.answer(request, asking, self._work))
        await asyncio.sleep(0.01)
        return task

    async def hang_up(self, asking: Asking) -> None:
        line = asyncio.Event()
        task = await self.ask(asking, line)
        line.set()
        assert await task is None
        await asyncio.sleep(0.01)

    async def finish(self, *asked: asyncio.Task[Any]) -> list[Any]:
        self.is_finished.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    async def _work(self) -> str:
        self.begun.append(asyncio.current_task())
        number = len(self.begun)
        await self.is_finished.wait()
        if number == 3:
            raise ValueError("the third fails")
        return f"answer {number}"


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_answers, "_LOOK_SECONDS", 0.001)


def run(story: Callable[[Callers], Coroutine[Any, Any, None]]) -> None:
    async def told() -> None:
        await story(Callers())

    asyncio.run(told())


def test_who_asks_again_waits_for_what_it_asked_for_first() -> None:
    async def story(callers: Callers) -> None:
        await callers.hang_up(FIRST)
        await callers.hang_up(AGAIN)
        assert await callers.finish(await callers.ask(AGAIN)) == ["answer 1"]
        assert len(callers.begun) == 1

    run(story)


def test_what_ended_meanwhile_is_there_for_the_next_try() -> None:
    async def story(callers: Callers) -> None:
        await callers.hang_up(FIRST)
        callers.is_finished.set()
        await asyncio.sleep(0.01)
        assert await callers.finish(await callers.ask(AGAIN)) == ["answer 1"]

    run(story)


def test_a_try_that_the_server_takes_for_a_second_caller_waits_for_the_first() -> None:
    async def story(callers: Callers) -> None:
        first, again = await callers.ask(FIRST), await callers.ask(AGAIN)
        assert await callers.finish(first, again) == ["answer 1", "answer 1"]

    run(story)


def test_two_that_ask_beside_each_other_share_where_there_is_one_answer() -> None:
    async def story(callers: Callers) -> None:
        own = [await callers.ask(FIRST), await callers.ask(FIRST)]
        assert await callers.finish(*own) == ["answer 1", "answer 2"]

    async def sure(callers: Callers) -> None:
        shared = [await callers.ask(SURE), await callers.ask(SURE)]
        assert await callers.finish(*shared) == ["answer 1", "answer 1"]

    run(story)
    run(sure)


def test_each_of_two_tries_finds_one_of_two() -> None:
    async def story(callers: Callers) -> None:
        await callers.ask(FIRST)
        await callers.ask(FIRST)
        again = [await callers.ask(AGAIN), await callers.ask(AGAIN)]
        assert await callers.finish(*again) == ["answer 1", "answer 2"]

    run(story)


def test_what_nobody_asks_for_again_ends() -> None:
    async def story(callers: Callers) -> None:
        await callers.hang_up(ONCE)
        [work] = callers.begun
        assert work is not None
        assert work.cancelled()

    run(story)


def test_what_one_of_two_asks_again_goes_on_when_the_other_leaves_last() -> None:
    async def story(callers: Callers) -> None:
        own, others = asyncio.Event(), asyncio.Event()
        again = await callers.ask(SURE, own)
        once = await callers.ask(SURE_ONCE, others)
        own.set()
        assert await again is None
        others.set()
        assert await once is None
        assert await callers.finish(await callers.ask(AGAIN)) == ["answer 1"]

    run(story)


def test_what_nobody_took_up_in_time_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_answers, "RETRY_SECONDS", 0.005)

    async def story(callers: Callers) -> None:
        await callers.hang_up(FIRST)
        await asyncio.sleep(0.05)
        assert await callers.finish(await callers.ask(AGAIN)) == ["answer 2"]

    run(story)


def test_what_fails_is_told_to_all_and_is_not_waited_for() -> None:
    async def story(callers: Callers) -> None:
        await callers.ask(FIRST)
        await callers.ask(FIRST)
        failing = await callers.ask(FIRST)
        callers.is_finished.set()
        assert isinstance((await callers.finish(failing))[0], ValueError)
        assert await callers.finish(await callers.ask(AGAIN)) == ["answer 4"]

    run(story)
