"""How are batches of extractions asked for, watched, ended and taken away?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi import Path as InPath
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from api.arguments import Limit
from api.authentication import Reads, Writes
from api.batch_estimates import batch_estimate
from api.batch_events import batch_events
from api.context import Context, ContextHere
from api.job_events import PING_SECONDS, SEND_SECONDS, version_of
from api.json_body import described
from api.manifest import LINES, asked_of_json, asked_of_lines
from api.problems import documented
from api.rate_headers import show_rates
from api.routes_documents import DEDUPLICATED
from jobs.batch_store import NewBatch
from jobs.list_cursor import cursor_of
from jobs.removals import carry_out
from jobs.results import result_bytes
from jobs.schema_store import check_schema
from schemas.batches import (
    OPEN,
    Batch,
    BatchCreate,
    BatchDeleted,
    BatchEstimate,
    BatchItem,
    BatchItemCreate,
    BatchItemList,
    BatchList,
    BatchShared,
    BatchStatus,
)
from schemas.errors import InvalidInput, NotFound
from schemas.extraction import Extraction, Status
from schemas.jobs import Queue

router = APIRouter(tags=["batches"])

_MOST = (1 << 31) - 1
_MOST_REMOVED = 1_000
_BODY = described(BatchCreate)
_BODY["requestBody"]["content"][LINES[0]] = {
    "schema": {"type": "string", "description": "an item a line; first, perhaps, the defaults"}
}
BatchPath = Annotated[
    str, InPath(pattern=r"^bat_[0-9a-f]{32}$", description="the batch's id: bat_…")
]
_AskedFor = tuple[BatchShared, list[BatchItemCreate]]


async def _asked(request: Request, context: ContextHere) -> _AskedFor:
    """A shared schema that can not be filled is refused now; an item's own ends that item."""
    read = _reader_of(request.headers.get("content-type", ""))
    limit = context.services.settings.api.max_manifest_bytes
    async with context.bodies.held(request, limit) as held:
        shared, items = await context.bodies.parsing.run(read, held.data)
    if shared.response_schema is not None:
        await context.schemas.run(check_schema, shared.response_schema)
    return shared, items


Asked = Annotated[_AskedFor, Depends(_asked)]


@router.post(
    "/v1/extraction-batches",
    status_code=202,
    response_model=Batch,
    responses=documented(404, 408, 409),
    openapi_extra=_BODY,
)
async def create_batch(
    request: Request,
    response: Response,
    context: ContextHere,
    caller: Writes,
    asked: Asked,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="the same key and body again give the same batch",
        ),
    ] = None,
) -> Batch:
    """Many extractions at half the price, in the queue `batch`. As JSON, or as JSON Lines with an
    item a line. An item of an unknown or unreadable document ends alone, with its reason."""
    shared, items = asked
    new = NewBatch(caller.tenant, caller.key_id, shared, items, idempotency_key)
    batch, is_new = await run_in_threadpool(_create, context, new)
    await show_rates(request, context, caller.tenant)
    response.headers["Location"] = f"/v1/extraction-batches/{batch.id}"
    if not is_new:
        response.headers[DEDUPLICATED] = "true"
    return batch


@router.post(
    "/v1/extraction-batches/estimate", responses=documented(404, 408, 409), openapi_extra=_BODY
)
async def estimate_batch(context: ContextHere, caller: Reads, asked: Asked) -> BatchEstimate:
    """Tokens, seconds and cost, without doing it; sized by up to 50 of its items."""
    return await context.engine.run(batch_estimate, context.services, caller.tenant, *asked)


@router.get("/v1/extraction-batches", responses=documented())
def list_batches(
    context: ContextHere,
    caller: Reads,
    limit: Limit = 20,
    after: Annotated[
        str | None,
        Query(
            pattern=r"^at_[0-9]{1,17}_bat_[0-9a-f]{32}$", description="`next` of the page before"
        ),
    ] = None,
    status: BatchStatus | None = None,
) -> BatchList:
    batches, has_more = context.services.batches.list(
        caller.tenant, limit=limit, after=after, status=status
    )
    following = cursor_of(batches[-1].created_at, batches[-1].id) if has_more else None
    return BatchList(data=batches, has_more=has_more, next=following)


@router.get("/v1/extraction-batches/{batch_id}", responses=documented(404))
def get_batch(context: ContextHere, caller: Reads, batch_id: BatchPath) -> Batch:
    return context.services.batches.get(caller.tenant, batch_id)


@router.get("/v1/extraction-batches/{batch_id}/items", responses=documented(404))
def list_items(
    context: ContextHere,
    caller: Reads,
    batch_id: BatchPath,
    status: Status | None = None,
    order: Annotated[
        Literal["position", "ended"],
        Query(description="ended: as results come; `after=next` later gives what ended since"),
    ] = "position",
    after: Annotated[int, Query(ge=0, le=_MOST, description="`next` of the page before")] = 0,
    limit: Limit = 100,
    include: Annotated[
        Literal["result"] | None, Query(description="result: with the results that are there")
    ] = None,
) -> BatchItemList:
    items, has_more = context.services.batches.items(
        caller.tenant, batch_id, status=status, order=order, after=after, limit=limit
    )
    last = after
    if items:
        last = items[-1].position if order == "position" else items[-1].ended or after
    if include:
        items = [_with_result(context, caller.tenant, item) for item in items]
    following = last if has_more or order == "ended" else None
    return BatchItemList(data=list(items), has_more=has_more, next=following)


@router.get(
    "/v1/extraction-batches/{batch_id}/events",
    response_class=EventSourceResponse,
    responses={
        **documented(404),
        200: {"content": {"text/event-stream": {}}},
        204: {"description": "Nothing more will come: it has ended, and the caller heard of it"},
    },
)
async def watch_batch(
    context: ContextHere,
    caller: Reads,
    batch_id: BatchPath,
    last_event_id: Annotated[
        str | None, Header(description="the id of the last event that was heard")
    ] = None,
) -> Response:
    """Server-sent events. `item`: an item that ended; `progress`: the batch; last `done`,
    `failed`, `expired` or `cancelled`: the batch; or `deleted`."""
    batch = await run_in_threadpool(context.services.batches.get, caller.tenant, batch_id)
    heard = version_of(last_event_id)
    if batch.status not in OPEN and heard >= batch.version:
        return Response(status_code=204)
    events = batch_events(context, caller.tenant, batch_id, heard)
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=SEND_SECONDS)


@router.post(
    "/v1/extraction-batches/{batch_id}/cancel", status_code=202, responses=documented(404, 409)
)
def cancel_batch(context: ContextHere, caller: Writes, batch_id: BatchPath) -> Batch:
    """What waits ends now, what runs within a step; results that are there stay."""
    return context.services.batches.cancel(caller.tenant, batch_id)


@router.post(
    "/v1/extraction-batches/{batch_id}/retry", status_code=202, responses=documented(404, 409)
)
def retry_batch(
    context: ContextHere,
    caller: Writes,
    batch_id: BatchPath,
    incomplete: Annotated[bool, Query(description="those that are incomplete, too")] = False,
) -> Batch:
    """Items that failed or were cancelled, once more; documents of theirs that could not be read
    for a reason that passes are read again. What succeeded is left as it is."""
    services = context.services
    batch = services.batches.retry(caller.tenant, batch_id, with_incomplete=incomplete)
    for queue in (Queue.INGEST, Queue.BATCH):
        if due := services.jobs.due(queue):
            services.doorbell.ring(queue, due)
    return batch


@router.delete("/v1/extraction-batches/{batch_id}", responses=documented(404))
def delete_batch(context: ContextHere, caller: Writes, batch_id: BatchPath) -> BatchDeleted:
    """With its extractions and their results; what is left of these a sweep removes."""
    gone = context.services.batches.delete(caller.tenant, batch_id)
    if gone:
        carry_out(context.services, gone[:_MOST_REMOVED], seconds=5.0)
    return BatchDeleted(id=batch_id)


def _create(context: Context, new: NewBatch) -> tuple[Batch, bool]:
    services = context.services
    batch, is_new = services.batches.create(new)
    if is_new:
        services.doorbell.ring(Queue.BATCH, services.jobs.due(Queue.BATCH))
    return batch, is_new


def _with_result(context: Context, tenant: str, item: BatchItem) -> BatchItem:
    if item.status not in (Status.COMPLETED, Status.INCOMPLETE) or item.extraction is None:
        return item
    try:
        body = result_bytes(context.services, tenant, item.extraction)
    except NotFound:  # it was deleted since
        return item
    return item.model_copy(update={"result": Extraction.model_validate_json(body)})


def _reader_of(content_type: str) -> Callable[[bytearray], _AskedFor]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in LINES:
        return asked_of_lines
    if kind == "application/json" or kind.endswith("+json"):
        return asked_of_json
    raise InvalidInput(f"the body is to be application/json or {LINES[0]}", param="content-type")
