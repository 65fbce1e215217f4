"""How much did a tenant use in this minute?

Counted in windows of a minute by the clock, so that an answer costs one step of the storage and
says to the second when the window ends; across the end of a window up to twice the limit can pass.
The counts are in Redis where there is one, and shared by all API processes; else, and as long as
Redis does not answer, in this process alone: of several, each then lets through as much.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from limits.storage import MemoryStorage, RedisStorage

from jobs.logs import logger
from schemas.errors import QuotaExceeded, QuotaUse, RateLimited
from schemas.settings import BrokerSettings

REQUESTS, TOKENS = "requests_per_minute", "tokens_per_minute"
_WINDOW_SECONDS = 60
_RESTS_SECONDS = 5.0  # after Redis did not answer
_SOCKET_SECONDS = 0.25

Answer = TypeVar("Answer")
Counts = MemoryStorage | RedisStorage

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """How a limit stands after a request."""

    limit: int
    remaining: int
    seconds_left: int


class RateLimits:
    """Threads share it."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._redis: RedisStorage | None = None
        self._memory: MemoryStorage | None = None
        self._silent_until = 0.0
        self._lock = threading.Lock()

    @property
    def is_shared(self) -> bool:
        """Whether the counts are in Redis: then asking for them waits for a network."""
        return self._settings.url is not None

    def take(self, tenant: str, name: str, limit: int, amount: int = 1) -> Window:
        """Counts it; what is refused is not counted. Raises `RateLimited`, and `QuotaExceeded`
        for more than a whole window has."""
        if amount > limit:
            raise QuotaExceeded(
                f"{amount} is more than the limit {name} of the tenant, which is {limit}",
                quota=QuotaUse(name, limit, 0, amount),
            )
        window, left = _window()
        key = f"{tenant}:{name}:{window}"

        def count(counts: Counts) -> int:
            after = counts.incr(key, _WINDOW_SECONDS, amount)
            if after > limit:
                counts.incr(key, _WINDOW_SECONDS, -amount)
            return after

        after = self._counted(count)
        if after > limit:
            ends_at = datetime.fromtimestamp((window + 1) * _WINDOW_SECONDS, UTC)
            raise RateLimited(
                f"the tenant's limit of {limit} {name.replace('_', ' ')} is reached: "
                f"again in {left} s",
                quota=QuotaUse(name, limit, min(after - amount, limit), amount, ends_at),
                retry_after_seconds=left,
            )
        return Window(limit, limit - after, left)

    def add(self, tenant: str, name: str, amount: int) -> None:
        """Counts what was used already, also past the limit."""
        key = f"{tenant}:{name}:{_window()[0]}"
        self._counted(lambda counts: counts.incr(key, _WINDOW_SECONDS, amount))

    def seen(self, tenant: str, name: str, limit: int) -> Window:
        """How it stands; counts nothing."""
        window, left = _window()
        used = self._counted(lambda counts: counts.get(f"{tenant}:{name}:{window}"))
        return Window(limit, max(0, limit - used), left)

    def _counted(self, act: Callable[[Counts], Answer]) -> Answer:
        if self.is_shared and time.monotonic() >= self._silent_until:
            try:
                return act(self._shared())
            except Exception as error:  # of sockets and redis: there is no common base
                self._silent_until = time.monotonic() + _RESTS_SECONDS
                _log.warning("rates are counted in this process alone", kind=type(error).__name__)
        return act(self._own())

    def _shared(self) -> RedisStorage:
        with self._lock:
            if self._redis is None:
                assert self._settings.url is not None
                self._redis = RedisStorage(
                    self._settings.url.get_secret_value(),
                    key_prefix=f"{self._settings.key_prefix}rates",
                    socket_timeout=_SOCKET_SECONDS,
                    socket_connect_timeout=_SOCKET_SECONDS,
                )
            return self._redis

    def _own(self) -> MemoryStorage:
        with self._lock:
            if self._memory is None:
                self._memory = MemoryStorage()
            return self._memory


def _now() -> float:
    return time.time()


def _window() -> tuple[int, int]:
    """The number of this minute, and the seconds to its end, rounded up."""
    now = _now()
    window = int(now // _WINDOW_SECONDS)
    return window, max(1, math.ceil((window + 1) * _WINDOW_SECONDS - now))
