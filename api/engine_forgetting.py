"""How is a document forgotten while it is being read?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Forget = Callable[[str, Collection[str]], object]


@dataclass(eq=False)
class _Reading:
    tenant: str
    documents: frozenset[str]
    forgotten: set[str]


class Forgetting:
    """Knows who reads what. What is forgotten meanwhile is forgotten once more when the reading
    is over, so that nothing stays that it kept after the first time."""

    def __init__(self, forget: Forget) -> None:
        self._forget = forget
        self._lock = threading.Lock()
        self._readings: set[_Reading] = set()

    @contextmanager
    def reading(self, tenant: str, documents: Collection[str]) -> Iterator[None]:
        reading = _Reading(tenant, frozenset(documents), set())
        with self._lock:
            self._readings.add(reading)
        try:
            yield
        finally:
            with self._lock:
                self._readings.remove(reading)
            if reading.forgotten:
                self._forget(tenant, reading.forgotten)

    def forget(self, tenant: str, documents: Collection[str]) -> None:
        with self._lock:
            for reading in self._readings:
                if reading.tenant == tenant:
                    reading.forgotten |= reading.documents.intersection(documents)
        self._forget(tenant, documents)
