"""How are extractions asked for, watched and ended?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.arguments import (
    METADATA_FILTER,
    AfterExtraction,
    ExtractionPath,
    Limit,
    MetadataFilter,
    Moment,
)
from api.authentication import Reads, Writes
from api.context import Context, ContextHere
from api.estimates import estimate_of
from api.extraction_body import Asked
from api.job_events import PING_SECONDS, SEND_SECONDS, Job, ended, events_of, version_of
from api.json_body import described
from api.preferences import preferred_wait
from api.problems import documented
from api.rate_headers import show_rates
from api.routes_documents import DEDUPLICATED
from jobs.job_store import NewExtraction
from jobs.list_cursor import cursor_of
from jobs.removals import carry_out
from jobs.results import with_result
from schemas.answers import ExtractionDeleted, ExtractionList
from schemas.errors import Unavailable
from schemas.extraction import Status
from schemas.jobs import FINAL, Estimate, ExtractionJob, Queue
from schemas.saved_schemas import ExtractionBody

router = APIRouter(tags=["extractions"])

_MOST_HINT_SECONDS = 30


def _said(description: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}, "description": description}


_CREATED: dict[str, Any] = {
    "model": ExtractionJob,
    "headers": {
        "Location": _said("the extraction's path"),
        DEDUPLICATED: _said("true: the same is under way, or the Idempotency-Key was used"),
        "Preference-Applied": _said("wait=N, as applied"),
    },
}
Include = Annotated[
    Literal["result"] | None, Query(description="result: with the result, once it is there")
]


@router.post(
    "/v1/extractions",
    status_code=202,
    response_model=ExtractionJob,
    responses={
        **documented(404, 408, 409),
        202: {
            **_CREATED,
            "description": "Kept, and under way",
            "headers": {**_CREATED["headers"], "Retry-After": _said("seconds to the next look")},
        },
        200: {**_CREATED, "description": "It has ended: see `status`"},
    },
    openapi_extra=described(ExtractionBody),
)
async def create_extraction(
    request: Request,
    response: Response,
    context: ContextHere,
    caller: Writes,
    create: Asked,
    prefer: Annotated[
        str | None, Header(description="wait=N: answer when it has ended, within N seconds")
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="the same key and body again give the same extraction",
        ),
    ] = None,
) -> ExtractionJob:
    """Fill a schema from documents. What is asked while the documents are being read waits for
    them; what is the same as one under way is that one."""
    new = NewExtraction(caller.tenant, caller.key_id, create, idempotency_key)
    job, is_new = await run_in_threadpool(_create, context, new)
    await show_rates(request, context, caller.tenant)
    wait = preferred_wait(prefer, context.services.settings.api.max_wait_seconds)
    if wait is not None:
        response.headers["Preference-Applied"] = f"wait={wait:g}"
        job = await ended(context, caller.tenant, job, wait)
        job = await run_in_threadpool(with_result, context.services, caller.tenant, job)
    response.headers["Location"] = f"/v1/extractions/{job.id}"
    if not is_new:
        response.headers[DEDUPLICATED] = "true"
    if job.status in FINAL:
        response.status_code = 200
    else:
        response.headers["Retry-After"] = str(_hint_seconds(job))
    return job


@router.post(
    "/v1/extractions/estimate",
    responses=documented(404, 408, 409),
    openapi_extra=described(ExtractionBody),
)
async def estimate_extraction(context: ContextHere, caller: Reads, create: Asked) -> Estimate:
    """Tokens, seconds and cost of an extraction, without doing it; its documents must be ready."""
    return await context.engine.run(estimate_of, context.services, caller.tenant, create)


@router.get("/v1/extractions", responses=documented(404), openapi_extra=METADATA_FILTER)
def list_extractions(
    context: ContextHere,
    caller: Reads,
    metadata: MetadataFilter,
    limit: Limit = 20,
    after: AfterExtraction = None,
    status: Status | None = None,
    document: Annotated[
        str | None, Query(pattern=r"^doc_[0-9a-f]{32}$", description="those that read it")
    ] = None,
    created_after: Moment | None = None,
    created_before: Moment | None = None,
) -> ExtractionList:
    jobs, has_more = context.services.jobs.list_extractions(
        caller.tenant,
        limit=limit,
        after=after,
        status=status,
        document=document,
        metadata=metadata,
        created_after=created_after,
        created_before=created_before,
    )
    return ExtractionList(
        data=jobs,
        has_more=has_more,
        last_id=jobs[-1].id if jobs else None,
        next=cursor_of(jobs[-1].created_at, jobs[-1].id) if has_more else None,
    )


@router.get("/v1/extractions/{extraction_id}", responses=documented(404))
def get_extraction(
    context: ContextHere,
    caller: Reads,
    extraction_id: ExtractionPath,
    include: Include = None,
) -> ExtractionJob:
    job = context.services.jobs.get_extraction(caller.tenant, extraction_id)
    return with_result(context.services, caller.tenant, job) if include else job


@router.get(
    "/v1/extractions/{extraction_id}/events",
    response_class=EventSourceResponse,
    responses={
        **documented(404),
        200: {"content": {"text/event-stream": {}}},
        204: {"description": "Nothing more will come: it has ended, and the caller heard of it"},
    },
)
async def watch_extraction(
    context: ContextHere,
    caller: Reads,
    extraction_id: ExtractionPath,
    include: Include = None,
    last_event_id: Annotated[
        str | None, Header(description="the id of the last event that was heard")
    ] = None,
) -> Response:
    """Server-sent events. `progress`: {status, attempt, progress}; `fields`: {fields}, those that
    are new or changed; last `done`, `failed` or `cancelled`: the extraction; or `deleted`. An
    event's id is the extraction's version."""
    jobs = context.services.jobs
    look = partial(jobs.get_extraction, caller.tenant, extraction_id)
    job = await run_in_threadpool(look)
    heard = version_of(last_event_id)
    if job.status in FINAL and heard >= job.version:
        return Response(status_code=204)

    def at_end(job: Job) -> Job:
        assert isinstance(job, ExtractionJob)
        return with_result(context.services, caller.tenant, job) if include else job

    events: AsyncIterator[ServerSentEvent] = events_of(context, extraction_id, look, heard, at_end)
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=SEND_SECONDS)


@router.post(
    "/v1/extractions/{extraction_id}/cancel", status_code=202, responses=documented(404, 409)
)
def cancel_extraction(
    context: ContextHere, caller: Writes, extraction_id: ExtractionPath
) -> ExtractionJob:
    """At once where it waits; where it runs, the engine stops within one step."""
    return context.services.jobs.cancel_extraction(caller.tenant, extraction_id)


@router.post(
    "/v1/extractions/{extraction_id}/retry", status_code=202, responses=documented(404, 409)
)
def retry_extraction(
    context: ContextHere, caller: Writes, extraction_id: ExtractionPath
) -> ExtractionJob:
    """Once more, where it failed, was cancelled or is incomplete; its result so far is gone."""
    services = context.services
    old_result = services.jobs.result_key_of(caller.tenant, extraction_id)
    job = services.jobs.retry_extraction(caller.tenant, extraction_id)
    services.doorbell.ring(Queue(job.priority))
    if old_result is not None:
        with suppress(Unavailable):  # then it goes with the extraction
            services.storage.delete_folder(old_result)
    return job


@router.delete("/v1/extractions/{extraction_id}", responses=documented(404))
def delete_extraction(
    context: ContextHere, caller: Writes, extraction_id: ExtractionPath
) -> ExtractionDeleted:
    """It is cancelled, and goes with its result."""
    context.services.jobs.delete_extraction(caller.tenant, extraction_id)
    carry_out(context.services, [extraction_id])
    return ExtractionDeleted(id=extraction_id)


def _create(context: Context, new: NewExtraction) -> tuple[ExtractionJob, bool]:
    job, is_new = context.services.jobs.create_extraction(new)
    if is_new:
        context.services.doorbell.ring(Queue(new.create.priority))
    return job, is_new


def _hint_seconds(job: ExtractionJob) -> int:
    """When it may be worth to look again."""
    known = job.progress.eta_seconds or job.progress.queue_position or 1
    return min(_MOST_HINT_SECONDS, max(1, round(known)))
