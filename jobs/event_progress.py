"""How far is a job of the engine's, as its events tell it?"""

from __future__ import annotations

from abc import ABC, abstractmethod

from schemas.engine_protocol import EngineEvent, EngineProgress
from schemas.jobs import JobProgress


class EventProgress(ABC):
    """Takes the events of one request, one after the other."""

    def __init__(self, progress: JobProgress) -> None:
        self._progress = progress
        self.is_waiting = False  # others go before it at the engine

    def take(self, event: EngineEvent) -> bool:
        """Whether the event told something new."""
        before = self._progress
        self.is_waiting = bool(event.waiting) and event.progress is None
        if self.is_waiting:
            self._progress = before.model_copy(update={"stage": "waiting_for_engine"})
        if event.progress is not None:
            self._progress = self._moved(event.progress)
        return self._progress != before

    @abstractmethod
    def _moved(self, step: EngineProgress) -> JobProgress:
        """The progress once this step is made."""
