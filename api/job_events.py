"""What does somebody hear who listens to a job?

Each event's id is the job's version. Who comes back with `Last-Event-ID` hears what has changed
since: the state as it is, with all fields read so far if it has changed at all.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

from pydantic import BaseModel
from sse_starlette import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.context import Context
from schemas.answers import FieldsEvent, ProgressEvent
from schemas.errors import NotFound, Unavailable
from schemas.extraction import FieldResult, Status
from schemas.jobs import FINAL, ExtractionJob, JobProgress
from schemas.preparation import PreparationJob

PING_SECONDS = 15
SEND_SECONDS = 30.0
"""A listener who takes nothing for so long is hung up on."""

_QUEUE_LOOK_SECONDS = 5.0  # the place in the queue changes without the job
_RETRY_SECONDS = 1.0
_EVENT_BY_STATUS = {
    Status.COMPLETED: "done",
    Status.INCOMPLETE: "done",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}


Job = ExtractionJob | PreparationJob


async def events_of(
    context: Context,
    job_id: str,
    look: Callable[[], Job],
    last_version: int,
    at_end: Callable[[Job], Job] = lambda job: job,
) -> AsyncIterator[ServerSentEvent]:
    """`progress` and `fields` while it is under way, then `done`, `failed` or `cancelled`, with
    the job as `at_end` makes it; or `deleted`, where `look` finds it no more, or another one."""
    told = _Told(last_version)
    async with context.watch.of(job_id) as watched:
        while True:
            try:
                job = await run_in_threadpool(_looked, look, job_id)
                if job.status in FINAL:
                    for event in told.news(job):
                        yield event
                    yield _final_event(await run_in_threadpool(at_end, job))
                    return
            except NotFound:
                yield ServerSentEvent(event="deleted", data="{}")
                return
            except Unavailable:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            for event in told.news(job):
                yield event
            if context.watch.is_ending:
                return
            is_queued = job.status is Status.QUEUED
            await watched.past(job.version, _QUEUE_LOOK_SECONDS if is_queued else None)


def version_of(event_id: str | None) -> int:
    """0, from the start, for what is no id of ours."""
    event_id = event_id or ""
    return int(event_id) if re.fullmatch(r"[0-9]{1,18}", event_id) else 0


async def ended(context: Context, tenant: str, job: ExtractionJob, seconds: float) -> ExtractionJob:
    """The job as it is when it ends, or when the seconds are over."""
    deadline = asyncio.get_running_loop().time() + seconds
    async with context.watch.of(job.id) as watched:
        while job.status not in FINAL:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or context.watch.is_ending:
                break
            await watched.past(job.version, left)
            job = await run_in_threadpool(context.services.jobs.get_extraction, tenant, job.id)
    return job


class _Told:
    """What a listener knows, so that only news is sent."""

    def __init__(self, last_version: int) -> None:
        self._last_version = last_version
        self._progress: tuple[Status, JobProgress] | None = None
        self._fields: dict[str, FieldResult] = {}
        self._attempt = 0

    def news(self, job: Job) -> list[ServerSentEvent]:
        if job.attempt != self._attempt:
            self._attempt, self._fields = job.attempt, {}
        fields = job.partial_fields if isinstance(job, ExtractionJob) else []
        new = [field for field in fields if self._fields.get(field.path) != field]
        self._fields.update((field.path, field) for field in new)
        is_known = self._progress is None and job.version <= self._last_version
        is_same = self._progress == (job.status, job.progress)
        self._progress = (job.status, job.progress)
        if is_known:
            return []
        events = []
        if not is_same:
            progress = ProgressEvent(status=job.status, attempt=job.attempt, progress=job.progress)
            events.append(_event(job, "progress", progress))
        if new:
            events.append(_event(job, "fields", FieldsEvent(fields=new)))
        return events


def _looked(look: Callable[[], Job], job_id: str) -> Job:
    job = look()
    if job.id != job_id:
        raise NotFound("another job took its place")
    return job


def _final_event(job: Job) -> ServerSentEvent:
    if isinstance(job, ExtractionJob):
        job = job.model_copy(update={"partial_fields": []})
    return _event(job, _EVENT_BY_STATUS[job.status], job)


def _event(job: Job, name: str, data: BaseModel) -> ServerSentEvent:
    return ServerSentEvent(event=name, id=str(job.version), data=data.model_dump_json())
