"""How does a worker look for the next message as soon as a slot is free?

Its event loop is not told when a thread of the pool ends, and looks by itself once a second: two
slots would take two jobs a second, however short. So who ends a job wakes the loop.
"""

from __future__ import annotations

import threading
from typing import Any

from kombu.asynchronous import get_event_loop

_DELAY_SECONDS = 0.01  # until celery has counted the task as ended, just after it returned


class LoopWaker:
    """Of the one event loop of this process; before there is one, it does nothing.

    The loop is kept from when it is first seen: celery forgets which one it was when it loses
    the broker, and goes on with the same one afterwards.
    """

    def __init__(self) -> None:
        self._loop: Any = None

    def wake_soon(self) -> None:
        """Called at the end of a task."""
        self._loop = self._loop or get_event_loop()
        if self._loop is not None:
            timer = threading.Timer(_DELAY_SECONDS, self._loop.call_soon, (_nothing,))
            timer.daemon = True
            timer.start()


def _nothing() -> None:
    """The loop looks for messages whenever it wakes."""
