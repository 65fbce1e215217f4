"""Is it faster to load what was read, or to read it once more?

Decided by what loading took here lately and by how fast the model reads.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_GUESSED_BYTES_PER_SECOND = 200e6
_REMEMBERED_BYTES = 1e9
_REMEMBERED_SECONDS = 600.0  # a disk that was slow may be asked again


class LoadOrRead:
    """Threads may share one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._bytes = self._seconds = self._last = 0.0

    @property
    def bytes_per_second(self) -> float:
        """The mean of the last loads; a guess until there was one."""
        with self._lock:
            is_old = self._clock() - self._last > _REMEMBERED_SECONDS
            if is_old or not self._seconds:
                return _GUESSED_BYTES_PER_SECOND
            return self._bytes / self._seconds

    def loaded(self, num_bytes: int, seconds: float) -> None:
        with self._lock:
            kept = min(1.0, _REMEMBERED_BYTES / self._bytes) if self._bytes else 0.0
            self._bytes = self._bytes * kept + num_bytes
            self._seconds = self._seconds * kept + max(seconds, 1e-9)
            self._last = self._clock()

    def is_worth_loading(self, num_bytes: int, num_tokens: int, tokens_per_second: float) -> bool:
        """`num_tokens` is what loading saves the model, which reads so many a second."""
        return num_bytes / self.bytes_per_second < num_tokens / tokens_per_second
