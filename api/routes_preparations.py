"""How is a document prepared, and how does one see how far that is?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.arguments import DocumentPath
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.job_events import PING_SECONDS, SEND_SECONDS, events_of, version_of
from api.problems import documented
from api.routes_documents import DEDUPLICATED
from jobs.preparing import prepare_document
from schemas.jobs import FINAL
from schemas.preparation import PreparationJob

router = APIRouter(tags=["documents"])

_ASKED: dict[str, Any] = {
    "model": PreparationJob,
    "headers": {
        "Location": {"schema": {"type": "string"}, "description": "the preparation's path"},
        DEDUPLICATED: {
            "schema": {"type": "string"},
            "description": "true: it is under way, or was done",
        },
    },
}


@router.post(
    "/v1/documents/{document_id}/prepare",
    status_code=202,
    response_model=PreparationJob,
    responses={
        **documented(404, 409),
        202: {**_ASKED, "description": "Kept, and under way"},
        200: {**_ASKED, "description": "It was done, and all of it is in the index"},
    },
)
async def prepare(
    response: Response, context: ContextHere, caller: Writes, document_id: DocumentPath
) -> PreparationJob:
    """Read the document into the index before anyone asks, so that questions see all of it and
    wait for nothing. Questions go first; what was read is kept whatever ends it. A document that
    is being read is waited for. 409 where the settings look documents up by words alone."""
    job, is_new = await context.engine.run(
        prepare_document, context.services, caller.tenant, caller.key_id, document_id
    )
    response.headers["Location"] = f"/v1/documents/{document_id}/prepare"
    if not is_new:
        response.headers[DEDUPLICATED] = "true"
    if job.status in FINAL:
        response.status_code = 200
    return job


@router.get("/v1/documents/{document_id}/prepare", responses=documented(404))
def get_preparation(
    context: ContextHere, caller: Reads, document_id: DocumentPath
) -> PreparationJob:
    """How far it is: `progress` counts the tokens that are in the index."""
    return context.services.preparations.get(caller.tenant, document_id)


@router.get(
    "/v1/documents/{document_id}/prepare/events",
    response_class=EventSourceResponse,
    responses={
        **documented(404),
        200: {"content": {"text/event-stream": {}}},
        204: {"description": "Nothing more will come: it has ended, and the caller heard of it"},
    },
)
async def watch_preparation(
    context: ContextHere,
    caller: Reads,
    document_id: DocumentPath,
    last_event_id: Annotated[
        str | None, Header(description="the id of the last event that was heard")
    ] = None,
) -> Response:
    """Server-sent events. `progress`: {status, attempt, progress}; last `done`, `failed` or
    `cancelled`: the preparation; or `deleted`."""
    look = partial(context.services.preparations.get, caller.tenant, document_id)
    job = await run_in_threadpool(look)
    heard = version_of(last_event_id)
    if job.status in FINAL and heard >= job.version:
        return Response(status_code=204)
    events: AsyncIterator[ServerSentEvent] = events_of(context, job.id, look, heard)
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=SEND_SECONDS)


@router.post(
    "/v1/documents/{document_id}/prepare/cancel",
    status_code=202,
    responses=documented(404, 409),
)
def cancel_preparation(
    context: ContextHere, caller: Writes, document_id: DocumentPath
) -> PreparationJob:
    """At once where it waits; where it runs, the engine stops within one step. What was read is
    kept, and asked for again it goes on from there."""
    return context.services.preparations.cancel(caller.tenant, document_id)
