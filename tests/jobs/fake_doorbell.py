"""A doorbell whose messages a test can count."""

from __future__ import annotations

from collections import Counter

from schemas.jobs import Queue


class FakeDoorbell:
    """`is_broken`: the broker does not answer."""

    def __init__(self) -> None:
        self.rings: Counter[Queue] = Counter()
        self.pulses: Counter[Queue] = Counter()
        self.is_broken = False

    def ring(self, queue: Queue, times: int = 1) -> bool:
        if not self.is_broken:
            self.rings[queue] += times
        return not self.is_broken

    def pulse(self, queue: Queue) -> bool:
        if not self.is_broken:
            self.pulses[queue] += 1
        return not self.is_broken

    def waiting(self, queue: Queue) -> int | None:
        return None if self.is_broken else self.rings[queue]
