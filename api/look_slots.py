"""How many look at the documents at the same time, without a turn at the model?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import EngineUnavailable

_NUM_SLOTS = 4  # searches and estimates: of the model a search reads a little
_WAIT_SECONDS = 10.0


class LookSlots:
    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(_NUM_SLOTS)
        self._lock = threading.Lock()
        self.num_taken = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises `EngineUnavailable` where none comes free soon."""
        if not self._slots.acquire(timeout=_WAIT_SECONDS):
            raise EngineUnavailable("the engine has too many searches to do")
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)
            self._slots.release()

    def _add(self, number: int) -> None:
        with self._lock:
            self.num_taken += number
