"""How are batches of requests asked for, watched and ended on the OpenAI routes?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.authentication import Reads, Writes
from api.context import ContextHere
from api.json_body import described, json_body
from api.openai_errors import documented
from jobs.request_batch_store import NewRequestBatch
from schemas.jobs import Queue
from schemas.openai_batches import RequestBatch, RequestBatchCreate, RequestBatchList

router = APIRouter(tags=["openai"])

_ID = r"^batch_[0-9a-f]{32}$"
BatchPath = Annotated[str, Path(pattern=_ID, description="batch_…")]


@router.post("/v1/batches", responses=documented(), openapi_extra=described(RequestBatchCreate))
def create_batch(
    context: ContextHere,
    caller: Writes,
    body: Annotated[RequestBatchCreate, Depends(json_body(RequestBatchCreate))],
) -> RequestBatch:
    """A file of requests, answered within a day at half the price and behind whoever waits. What
    is wrong with its lines is told by the batch, once they were read."""
    services = context.services
    new = NewRequestBatch(caller.tenant, caller.key_id, body)
    batch = services.request_batches.create(new)
    services.doorbell.ring(Queue.INGEST)
    return batch


@router.get("/v1/batches", responses=documented())
def list_batches(
    context: ContextHere,
    caller: Reads,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(pattern=_ID)] = None,
) -> RequestBatchList:
    batches, has_more = context.services.request_batches.list(
        caller.tenant, limit=limit, after=after
    )
    return RequestBatchList(
        data=batches,
        first_id=batches[0].id if batches else "",
        last_id=batches[-1].id if batches else "",
        has_more=has_more,
    )


@router.get("/v1/batches/{batch_id}", responses=documented())
def get_batch(context: ContextHere, caller: Reads, batch_id: BatchPath) -> RequestBatch:
    return context.services.request_batches.get(caller.tenant, batch_id)


@router.post("/v1/batches/{batch_id}/cancel", responses=documented(409))
def cancel_batch(context: ContextHere, caller: Writes, batch_id: BatchPath) -> RequestBatch:
    """What waits ends now, what runs within a step; what was answered is delivered."""
    services = context.services
    batch = services.request_batches.cancel(caller.tenant, batch_id)
    services.doorbell.ring(Queue.INGEST)  # what was answered is to be written down
    return batch
