"""What does somebody hear who listens to a batch?

`item` for each item that ended, in that order; `progress` with the counts; at the end `done`,
`failed`, `expired` or `cancelled` with the batch. An event's id is the batch's version: who comes
back with `Last-Event-ID` hears of every item that ended since.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sse_starlette import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.context import Context
from schemas.batches import OPEN, Batch, BatchItem, BatchStatus
from schemas.errors import NotFound, Unavailable

_LOOK_SECONDS = 2.0  # that an item began changes no version
_RETRY_SECONDS = 1.0
_PAGE = 100


async def batch_events(
    context: Context, tenant: str, batch_id: str, heard: int
) -> AsyncIterator[ServerSentEvent]:
    told: tuple[object, ...] | None = None
    async with context.watch.of(batch_id) as watched:
        while True:
            try:
                batch = await run_in_threadpool(context.services.batches.get, tenant, batch_id)
                async for item in _ended_since(context, tenant, batch_id, heard):
                    yield _event("item", item.ended or 0, item)
                    heard = item.ended or heard
            except NotFound:
                yield ServerSentEvent(event="deleted", data="{}")
                return
            except Unavailable:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if batch.status not in OPEN:
                yield _event(_name_of(batch.status), max(heard, batch.version), batch)
                return
            if (batch.status, batch.counts) != told:
                told = (batch.status, batch.counts)
                yield _event("progress", max(heard, batch.version), batch)
            if context.watch.is_ending:
                return
            await watched.past(batch.version, _LOOK_SECONDS)


async def _ended_since(
    context: Context, tenant: str, batch_id: str, heard: int
) -> AsyncIterator[BatchItem]:
    has_more = True
    while has_more:
        items, has_more = await run_in_threadpool(
            lambda after: context.services.batches.items(
                tenant, batch_id, order="ended", after=after, limit=_PAGE
            ),
            heard,
        )
        for item in items:
            yield item
            heard = item.ended or heard


def _name_of(status: BatchStatus) -> str:
    return "done" if status is BatchStatus.COMPLETED else status.value


def _event(name: str, version: int, data: Batch | BatchItem) -> ServerSentEvent:
    return ServerSentEvent(event=name, id=str(version), data=data.model_dump_json())
