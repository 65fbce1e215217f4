"""How does a worker look for the next message as soon as a slot is free?

Its event loop is not told when a thread of the pool ends, and looks by itself once a second: two
slots would take two jobs a second, however short. So who ends a job wakes the loop.
"""

from __future__ import annotations

import threading

from kombu.asynchronous import get_event_loop

_DELAY_SECONDS = 0.01  # until celery has counted the task as ended, just after it returned


def wake_soon() -> None:
    """Called at the end of a task; where there is no loop, nothing happens."""
    timer = threading.Timer(_DELAY_SECONDS, _wake)
    timer.daemon = True
    timer.start()


def _wake() -> None:
    loop = get_event_loop()
    if loop is not None:
        loop.call_soon(_nothing)


def _nothing() -> None:
    """The loop looks for messages whenever it wakes."""
