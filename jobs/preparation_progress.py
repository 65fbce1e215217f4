"""How far is a document's preparation, as the engine's events tell it?"""

from __future__ import annotations

import time

from schemas.engine_protocol import EngineEvent, EngineProgress
from schemas.extraction import FieldResult
from schemas.jobs import JobProgress


class PreparationProgress:
    """Counts tokens that are in the index; `before` is what an earlier attempt came to."""

    def __init__(self, before: JobProgress) -> None:
        self._progress = before.model_copy(update={"stage": "load", "eta_seconds": None})
        self._first: tuple[int, float] | None = None  # tokens that were there, and when
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

    def begun_anew(self) -> PreparationProgress:
        return PreparationProgress(self._progress)

    @property
    def went_on(self) -> bool:
        """Whether this attempt left more in the index than it found."""
        return self._first is not None and self._progress.tokens_done > self._first[0]

    def progress(self) -> JobProgress:
        if self._first is None:
            return self._progress
        num_tokens, began = self._first
        done = self._progress.tokens_done - num_tokens
        if done <= 0:
            return self._progress
        left = self._progress.tokens_total - self._progress.tokens_done
        eta = round((time.monotonic() - began) * left / done, 1)
        return self._progress.model_copy(update={"eta_seconds": eta})

    def fields(self) -> list[FieldResult]:
        return []

    def _moved(self, step: EngineProgress) -> JobProgress:
        update: dict[str, object] = {"stage": step.stage}
        if step.unit == "tokens":
            if self._first is None:
                self._first = (step.done, time.monotonic())
            update |= {"tokens_done": step.done, "tokens_total": step.total}
            update["share"] = min(1.0, round(step.done / step.total, 4)) if step.total else 0.0
        return self._progress.model_copy(update=update)
