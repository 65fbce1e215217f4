"""How does a response stand, and what does its stream say: of documents that are read, or of a
chat?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from api.context import Context
from api.job_events import ended
from jobs.response_answer import end_events, frame_of, named_files, response_of
from jobs.response_jobs import ResponseJob
from jobs.response_output import chat_events, whole_response
from jobs.response_store import StoredResponse
from jobs.results import with_result
from schemas.extraction import Status
from schemas.jobs import ExtractionJob, JobProgress

_OPEN = (Status.QUEUED, Status.RUNNING)
_STATUS = {
    Status.QUEUED: "queued",
    Status.RUNNING: "in_progress",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}
Event = dict[str, Any]


class Told(Protocol):
    """A response, to one caller."""

    stored: StoredResponse

    @property
    def is_open(self) -> bool: ...

    @property
    def progress(self) -> JobProgress: ...

    async def now(self) -> dict[str, Any]: ...

    async def wait(self, seconds: float) -> None:
        """Until it has ended, or for so many seconds."""
        ...

    async def cancel(self) -> None: ...

    def rest(self, response: dict[str, Any]) -> Iterable[Event]:
        """The events that follow the first two, of one that has ended."""
        ...


class ToldExtraction:
    def __init__(
        self, context: Context, tenant: str, stored: StoredResponse, job: ExtractionJob
    ) -> None:
        self._context, self._tenant, self._job = context, tenant, job
        self.stored = stored

    @property
    def is_open(self) -> bool:
        return self._job.status in _OPEN and not self.stored.is_cancelled

    @property
    def progress(self) -> JobProgress:
        return self._job.progress

    async def now(self) -> dict[str, Any]:
        return await run_in_threadpool(self._now)

    async def wait(self, seconds: float) -> None:
        self._job = await ended(self._context, self._tenant, self._job, seconds)
        if self.stored.request.get("background"):  # it may be cancelled, and its extraction not
            get = self._context.services.responses.get
            self.stored = await run_in_threadpool(get, self._tenant, self.stored.id)

    async def cancel(self) -> None:
        await run_in_threadpool(self._cancel)

    def rest(self, response: dict[str, Any]) -> Iterable[Event]:
        return end_events(response)

    def _cancel(self) -> None:
        services = self._context.services
        self.stored = services.responses.cancel(self._tenant, self.stored.id)
        self._job = services.jobs.get_extraction(self._tenant, self._job.id)

    def _now(self) -> dict[str, Any]:
        if self.stored.is_cancelled:
            frame = frame_of(self.stored, self.stored.request["model"])
            return frame | {"status": _STATUS[Status.CANCELLED]}
        services = self._context.services
        job = with_result(services, self._tenant, self._job)
        asked = self.stored.request["input"] if job.result is not None else ()
        files = named_files(services, self._tenant, asked)
        return response_of(self.stored, job, self.stored.request["model"], files)


class ToldChat:
    """Without a job it has ended."""

    def __init__(
        self, context: Context, tenant: str, stored: StoredResponse, job: ResponseJob | None
    ) -> None:
        self._context, self._tenant, self._job = context, tenant, job
        self.stored = stored

    @property
    def is_open(self) -> bool:
        return self._job is not None and self._job.status in _OPEN

    @property
    def progress(self) -> JobProgress:
        return JobProgress() if self._job is None else self._job.progress

    async def now(self) -> dict[str, Any]:
        return await run_in_threadpool(self._now)

    async def wait(self, seconds: float) -> None:
        if self._job is None:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        async with self._context.watch.of(self._job.id) as watched:
            while self.is_open and not self._context.watch.is_ending:
                left = until - loop.time()
                if left <= 0:
                    break
                await watched.past(self._job.version, left)
                await run_in_threadpool(self._look)

    async def cancel(self) -> None:
        cancel = self._context.services.response_jobs.cancel
        self._job = await run_in_threadpool(cancel, self._tenant, self.stored.id)

    def rest(self, response: dict[str, Any]) -> Iterable[Event]:
        if self.stored.answer is None or response["status"] not in ("completed", "incomplete"):
            return end_events(response)
        return chat_events(self.stored, response)

    def _look(self) -> None:
        self._job = self._context.services.response_jobs.get(self._tenant, self.stored.id)

    def _now(self) -> dict[str, Any]:
        if self._job is not None and self._job.status in _STATUS:
            frame = frame_of(self.stored, self.stored.request["model"])
            response = frame | {"status": _STATUS[self._job.status]}
            if self._job.failure is not None:
                code = "server_error" if self._job.failure.retryable else "invalid_prompt"
                response["error"] = {"code": code, "message": self._job.failure.message}
            return response
        if self.stored.answer is None:
            services = self._context.services
            self.stored = services.responses.get(self._tenant, self.stored.id)
        return whole_response(self.stored)


async def told_of(context: Context, tenant: str, response_id: str) -> Told:
    """Raises `NotFound`."""
    return await run_in_threadpool(_told_of, context, tenant, response_id)


def _told_of(context: Context, tenant: str, response_id: str) -> Told:
    services = context.services
    stored = services.responses.get(tenant, response_id)
    if stored.extraction_id is None:
        job = services.response_jobs.get(tenant, response_id)
        return ToldChat(context, tenant, stored, job)
    job_of = services.jobs.get_extraction(tenant, stored.extraction_id)
    return ToldExtraction(context, tenant, stored, job_of)
