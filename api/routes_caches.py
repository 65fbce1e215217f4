"""What was read and is kept, and how is it pinned, let go, or read beforehand?"""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query

from api.arguments import Limit
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.json_body import described, json_body
from api.problems import documented
from jobs.services import Services
from schemas.caches import Cache, CacheChange, CacheCreate, CacheDeleted, CacheList, Warmed
from schemas.engine_protocol import EngineCache, EngineCaches, EngineDocument, EngineWarm
from schemas.errors import NotFound

router = APIRouter(tags=["caches"])

_CACHE = r"^cache_[0-9a-f]{40}$"
CachePath = Annotated[str, Path(pattern=_CACHE, description="the cache's id: cache_…")]


@router.get("/v1/caches", responses=documented(404))
async def list_caches(
    context: ContextHere,
    caller: Reads,
    limit: Limit = 20,
    after: Annotated[
        str | None, Query(pattern=_CACHE, description="`last_id` of the page before")
    ] = None,
    document: Annotated[
        str | None, Query(pattern=r"^doc_[0-9a-f]{32}$", description="only those made of it")
    ] = None,
) -> CacheList:
    """Prompts that were read and are not read again while they are kept; the last used first."""
    documents = [] if document is None else [document]
    request = EngineCaches(tenant=caller.tenant, documents=documents)
    found = (await context.engine.run(context.services.engine.caches, request)).data
    if after is not None:
        ids = [cache.id for cache in found]
        if after not in ids:
            raise NotFound("there is no such cache, or not any more", param="after")
        found = found[ids.index(after) + 1 :]
    page = found[:limit]
    last = page[-1].id if page else None
    return CacheList(data=page, has_more=len(found) > limit, last_id=last)


@router.post(
    "/v1/caches",
    status_code=201,
    responses=documented(404, 409, 507),
    openapi_extra=described(CacheCreate),
)
async def create_caches(
    context: ContextHere,
    caller: Writes,
    asked: Annotated[CacheCreate, Depends(json_body(CacheCreate))],
) -> Warmed:
    """Read documents beforehand, behind every question, and keep what was read: whole without a
    `response_schema`, else what an extraction with it would read. The answer comes once all is
    read; whatever ends it before, what was read is kept, and asked again it goes on there."""
    return await context.warming.run(_warmed, context.services, caller.tenant, asked)


@router.get("/v1/caches/{cache_id}", responses=documented(404))
async def get_cache(context: ContextHere, caller: Reads, cache_id: CachePath) -> Cache:
    request = EngineCache(tenant=caller.tenant, id=cache_id)
    return await context.engine.run(context.services.engine.cache, request)


@router.patch(
    "/v1/caches/{cache_id}",
    responses=documented(404, 507),
    openapi_extra=described(CacheChange),
)
async def change_cache(
    context: ContextHere,
    caller: Writes,
    cache_id: CachePath,
    change: Annotated[CacheChange, Depends(json_body(CacheChange))],
) -> Cache:
    """Pin it, so that it does not go to make room, or give it a time to live, which each use
    begins anew. What pins may take is bounded: past that 507."""
    request = EngineCache(tenant=caller.tenant, id=cache_id, change=change)
    return await context.engine.run(context.services.engine.cache, request)


@router.delete("/v1/caches/{cache_id}", responses=documented(404))
async def delete_cache(context: ContextHere, caller: Writes, cache_id: CachePath) -> CacheDeleted:
    """What other prompts begin with, too, stays; the next question reads the rest anew."""
    request = EngineCache(tenant=caller.tenant, id=cache_id)
    return await context.engine.run(context.services.engine.delete_cache, request)


def _warmed(services: Services, tenant: str, asked: CacheCreate) -> Warmed:
    handles = services.documents.documents_of(tenant, list(dict.fromkeys(asked.documents)))
    request = EngineWarm(
        request_id=f"warm_{uuid4().hex}",
        tenant=tenant,
        documents=[EngineDocument(id=item.id, key=item.parsed_key) for item in handles],
        response_schema=asked.response_schema,
        mode=asked.mode,
    )
    warmed = services.engine.warm(request, lambda _: None)
    if not asked.pinned and asked.ttl_seconds is None:
        return warmed
    change = CacheChange(pinned=asked.pinned, ttl_seconds=asked.ttl_seconds)
    marked = [
        services.engine.cache(EngineCache(tenant=tenant, id=cache.id, change=change))
        for cache in warmed.data
    ]
    return warmed.model_copy(update={"data": marked})
