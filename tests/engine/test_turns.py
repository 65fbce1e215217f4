from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.turns import Turns
from schemas.errors import Cancelled

WAIT_SECONDS = 10.0


def until(is_so: Callable[[], bool]) -> None:
    stop = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < stop, "it did not come"
        time.sleep(0.001)


@dataclass(frozen=True)
class Request:
    urgency: int
    num_steps: int
    arrives_after: int  # steps of all


FIRST = Request(9, 1, 0)  # goes on until all have arrived


def order_by_rule(requests: list[Request]) -> list[int]:
    """Who does each step: of those present the most urgent one, then the first to come."""
    left = [request.num_steps for request in requests]
    order: list[int] = []
    num_arrived, present = 1, {0}
    while present:
        who = min(present, key=lambda number: (requests[number].urgency, number))
        order.append(who)
        left[who] -= 1
        while num_arrived < len(requests) and requests[num_arrived].arrives_after <= len(order):
            present.add(num_arrived)
            num_arrived += 1
        if left[who] <= 0 and (who or num_arrived == len(requests)):
            present.remove(who)
    return order


class Threads:
    """The same with a thread for each request; who holds the turn lets the next ones arrive."""

    def __init__(self, requests: list[Request]) -> None:
        self._requests, self._turns = requests, Turns()
        self._threads: list[threading.Thread] = []
        self._order: list[int] = []

    def run(self) -> list[int]:
        self._arrive()
        for number in range(len(self._requests)):
            until(lambda number=number: len(self._threads) > number)  # type: ignore[misc]
            self._threads[number].join(WAIT_SECONDS)
        return self._order

    def _arrive(self) -> None:
        number, num_present = len(self._threads), self._turns.num_present
        self._threads.append(threading.Thread(target=self._work, args=(number,)))
        self._threads[-1].start()
        until(lambda: self._turns.num_present > num_present or number == 0)

    def _work(self, number: int) -> None:
        left = self._requests[number].num_steps
        with self._turns.taken(self._requests[number].urgency) as turn:
            while left > 0 or (number == 0 and not self._all_arrived):
                turn.step()
                self._order.append(number)
                left -= 1
                while not self._all_arrived and self._is_next_due:
                    self._arrive()

    @property
    def _all_arrived(self) -> bool:
        return len(self._threads) == len(self._requests)

    @property
    def _is_next_due(self) -> bool:
        return self._requests[len(self._threads)].arrives_after <= len(self._order)


requests = st.lists(
    st.builds(Request, st.integers(0, 3), st.integers(1, 4), st.integers(1, 12)), max_size=5
).map(lambda found: [FIRST, *sorted(found, key=lambda request: request.arrives_after)])


@settings(deadline=None, max_examples=40)
@given(requests)
def test_each_step_is_done_by_the_most_urgent_and_then_the_first_to_come(
    requests: list[Request],
) -> None:
    assert Threads(requests).run() == order_by_rule(requests)


def test_one_who_waits_can_give_up_and_holds_up_nobody() -> None:
    turns = Turns()
    told: list[int] = []

    def give_up(num_before: int) -> None:
        told.append(num_before)
        raise Cancelled("no more")

    def wait() -> None:
        with pytest.raises(Cancelled), turns.taken(0, give_up):
            raise AssertionError("it was given the turn")

    with turns.taken(5):
        waiter = threading.Thread(target=wait)
        waiter.start()
        waiter.join(WAIT_SECONDS)
        assert told == [0]
        assert turns.num_present == 1
    with turns.taken(5):
        assert turns.num_running == 1


def test_one_who_fails_gives_the_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"), turns.taken(5):
        raise ValueError("broken")
    with turns.taken(5) as turn:
        turn.step()
    assert (turns.num_present, turns.num_running, turns.num_steps) == (0, 0, 1)


def test_the_time_since_a_step_is_told_only_while_somebody_computes() -> None:
    turns = Turns()
    assert turns.seconds_since_step is None
    with turns.taken(5) as turn:
        time.sleep(0.05)
        assert (turns.seconds_since_step or 0) >= 0.05
        turn.step()
        assert (turns.seconds_since_step or 1) < 0.05
    assert turns.seconds_since_step is None


def test_a_turn_that_ended_with_its_thread_is_lost() -> None:
    turns = Turns()
    taken = turns.taken(5)
    leaving = threading.Thread(target=taken.__enter__)
    leaving.start()
    leaving.join()
    assert turns.is_lost
    taken.__exit__(None, None, None)
    assert not turns.is_lost
