"""How far is an extraction, as the engine's events tell it?"""

from __future__ import annotations

import time

from jobs.event_progress import EventProgress
from schemas.engine_protocol import EngineEvent, EngineProgress
from schemas.extraction import FieldResult
from schemas.jobs import JobProgress

_PREPARED = 0.05  # of the work: what comes before the model reads
_READING = 0.65  # of the rest; answering goes on side by side with it
_ETA_SHARE, _ETA_SECONDS = 0.05, 2.0  # of the reading; before that an estimate is a guess


class ExtractionProgress(EventProgress):
    """What the events of one request came to so far. `share` never falls."""

    def __init__(self) -> None:
        super().__init__(JobProgress(stage="load"))
        self._began: float | None = None  # reading
        self._fields: dict[str, FieldResult] = {}

    def take(self, event: EngineEvent) -> bool:
        """Whether the event told something new."""
        has_moved = super().take(event)
        self._fields.update({field.path: field for field in event.fields})
        return bool(event.fields) or has_moved

    went_on = False  # what was read for a request goes with it

    def begun_anew(self) -> ExtractionProgress:
        return ExtractionProgress()

    def progress(self) -> JobProgress:
        done = max(self._progress.share - _PREPARED, 0.0) / (1.0 - _PREPARED)
        elapsed = 0.0 if self._began is None else time.monotonic() - self._began
        if done < _ETA_SHARE or elapsed < _ETA_SECONDS:
            return self._progress
        eta = round(elapsed * (1.0 - done) / done, 1)
        return self._progress.model_copy(update={"eta_seconds": eta})

    def fields(self) -> list[FieldResult]:
        return list(self._fields.values())

    def _moved(self, step: EngineProgress) -> JobProgress:
        update: dict[str, object] = {"stage": step.stage}
        if step.unit in ("pages", "tokens", "fields"):
            update[f"{step.unit}_done"] = step.done
            update[f"{step.unit}_total"] = step.total
        if step.stage in ("read", "answer") and self._began is None:
            self._began = time.monotonic()
        moved = self._progress.model_copy(update=update)
        share = max(self._progress.share, _share_of(moved))
        return moved.model_copy(update={"share": share})


def _share_of(progress: JobProgress) -> float:
    """By tokens read and fields answered: a document is read for some fields, which are answered,
    and then for others."""
    if progress.stage not in ("read", "answer"):
        return _PREPARED if progress.stage == "index" else 0.0
    read = _ratio(progress.tokens_done, progress.tokens_total)
    answered = _ratio(progress.fields_done, progress.fields_total)
    done = _READING * read + (1.0 - _READING) * answered
    return round(_PREPARED + (1.0 - _PREPARED) * done, 4)


def _ratio(done: int, total: int) -> float:
    return min(done / total, 1.0) if total else 0.0
