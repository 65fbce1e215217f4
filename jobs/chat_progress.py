"""How far is a chat that a worker sees through?"""

from __future__ import annotations

from jobs.event_progress import EventProgress
from schemas.engine_protocol import EngineProgress
from schemas.extraction import FieldResult
from schemas.jobs import JobProgress


class ChatProgress(EventProgress):
    went_on = False  # what was said goes with the request

    def __init__(self) -> None:
        super().__init__(JobProgress(stage="load"))

    def begun_anew(self) -> ChatProgress:
        return ChatProgress()

    def progress(self) -> JobProgress:
        return self._progress

    def fields(self) -> list[FieldResult]:
        return []

    def _moved(self, step: EngineProgress) -> JobProgress:
        stage = "answer" if step.stage == "generate" else step.stage
        counts = {"tokens_done": step.done, "tokens_total": step.total}
        update = {"stage": stage} | (counts if step.unit == "tokens" else {})
        return self._progress.model_copy(update=update)
