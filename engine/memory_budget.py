"""Is there memory for a request, before it begins?

What can not fit is refused alone: nothing was computed for it, and nobody else is harmed. What is
kept in memory of earlier prompts goes first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.prefix_memory import PrefixMemory
from schemas.errors import CapacityExceeded

_HEADROOM_BYTES = 256 << 20  # of what is free, for all that is not counted
_CACHE_SHARE = 0.25  # of what is free, for prompts that may be asked again
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(slots=True)
class Admission:
    """What a request was let in with, and how much of it has been taken so far."""

    num_bytes: int
    num_taken: int = 0

    @property
    def num_pending(self) -> int:
        return max(0, self.num_bytes - self.num_taken)


class MemoryBudget:
    """Counts what the requests of one engine need. Threads may share it."""

    def __init__(
        self,
        max_bytes: int | None = None,
        cache_bytes: int | None = None,
        available: Callable[[], int] | None = None,
    ) -> None:
        """`max_bytes` for everything, what is free on the machine where none is given; of it
        `cache_bytes` at most, a quarter where none is given, for prompts that were read."""
        self._max_bytes, self._cache_bytes = max_bytes, cache_bytes
        self._available = available or available_bytes
        self._lock = threading.Lock()
        self._admissions: list[Admission] = []
        self.memory = PrefixMemory(self._room_for_cache)

    @contextmanager
    def admitted(self, wanted: int, num_tokens: int) -> Iterator[Admission]:
        """Raises `CapacityExceeded` for more than can be had."""
        admission = Admission(wanted)
        with self._lock:
            free = self._free()
            if wanted > free + self.memory.num_bytes:
                raise _too_large(wanted, free + self.memory.num_bytes, num_tokens)
            if wanted > free:
                self.memory.shrink(self.memory.num_bytes - (wanted - free))
            self._admissions.append(admission)
        try:
            yield admission
        finally:
            with self._lock:
                self._admissions.remove(admission)

    def _free(self) -> int:
        """Beside what is kept of earlier prompts."""
        pending = sum(admission.num_pending for admission in self._admissions)
        free = self._available() - _HEADROOM_BYTES - pending
        if self._max_bytes is not None:
            taken = sum(admission.num_bytes for admission in self._admissions)
            free = min(free, self._max_bytes - taken - self.memory.num_bytes)
        return max(0, free)

    def _room_for_cache(self) -> int:
        with self._lock:
            free = self._free() + self.memory.num_bytes
        share = int(free * _CACHE_SHARE)
        return share if self._cache_bytes is None else min(free, self._cache_bytes)


def available_bytes() -> int:
    """What this process may yet take: of the machine, and of its container where there is one."""
    available = int(psutil.virtual_memory().available)
    try:
        most = (_CGROUP / "memory.max").read_text().strip()
        if most == "max":
            return available
        used = int((_CGROUP / "memory.current").read_text())
        fields = (line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        droppable = int(dict(fields).get("inactive_file", 0))
        return min(available, int(most) - used + droppable)
    except (OSError, ValueError):
        return available


def _too_large(wanted: int, free: int, num_tokens: int) -> CapacityExceeded:
    return CapacityExceeded(
        f"reading {num_tokens:,} tokens at once needs {_text(wanted)} of memory, and "
        f"{_text(free)} can be had: ask in mode indexed, about fewer documents or fewer fields "
        "at once, or raise NEEDLEPOINT_ENGINE__MAX_MEMORY_BYTES where the machine has more",
        param="mode",
    )


def _text(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.2f} GB" if num_bytes >= 1e8 else f"{num_bytes / 1e6:.1f} MB"
