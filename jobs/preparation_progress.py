"""How far is a document's preparation, as the engine's events tell it?"""

from __future__ import annotations

import time

from jobs.event_progress import EventProgress
from schemas.engine_protocol import EngineProgress
from schemas.extraction import FieldResult
from schemas.jobs import JobProgress


class PreparationProgress(EventProgress):
    """Counts tokens that are in the index; `before` is what an earlier attempt came to."""

    def __init__(self, before: JobProgress) -> None:
        super().__init__(before.model_copy(update={"stage": "load", "eta_seconds": None}))
        self._first: tuple[int, float] | None = None  # tokens that were there, and when

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
