from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from kombu.asynchronous import Hub, set_event_loop

from jobs.worker_wake import wake_soon


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    set_event_loop(hub)
    yield hub
    set_event_loop(None)
    hub.close()


def test_a_job_that_ends_wakes_the_loop_at_once(hub: Hub) -> None:
    ticks: list[float] = []
    hub.on_tick.add(lambda: ticks.append(time.monotonic()))
    loop = hub.create_loop()
    next(loop)  # ends at the first event, or when a second has passed
    thread = threading.Thread(target=next, args=(loop,))
    begun = time.monotonic()
    thread.start()
    wake_soon()
    thread.join()
    assert time.monotonic() - begun < 0.5


def test_without_a_loop_nothing_happens() -> None:
    set_event_loop(None)
    wake_soon()
