from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from kombu.asynchronous import Hub, set_event_loop

from jobs.worker_wake import LoopWaker


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    set_event_loop(hub)
    yield hub
    set_event_loop(None)
    hub.close()


def seconds_of_a_round(hub: Hub, waker: LoopWaker) -> float:
    """A round ends at the first event, else when a second has passed."""
    loop = hub.create_loop()
    next(loop)
    thread = threading.Thread(target=next, args=(loop,))
    begun = time.monotonic()
    thread.start()
    waker.wake_soon()
    thread.join()
    return time.monotonic() - begun


def test_a_job_that_ends_wakes_the_loop_at_once(hub: Hub) -> None:
    assert seconds_of_a_round(hub, LoopWaker()) < 0.5


def test_it_does_so_after_the_broker_was_lost(hub: Hub) -> None:
    waker = LoopWaker()
    waker.wake_soon()
    hub.reset()  # as celery does then
    assert seconds_of_a_round(hub, waker) < 0.5


def test_without_a_loop_nothing_happens() -> None:
    set_event_loop(None)
    LoopWaker().wake_soon()
