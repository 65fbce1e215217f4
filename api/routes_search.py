"""How are passages searched?"""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends

from api.authentication import Reads
from api.context import ContextHere
from api.json_body import described, json_body
from api.problems import documented
from jobs.services import Services
from schemas.engine_protocol import EngineDocument, EngineSearch
from schemas.errors import InvalidInput
from schemas.search import SearchRequest, SearchResult

router = APIRouter(tags=["search"])

_MOST_DOCUMENTS = 1_000


@router.post(
    "/v1/search", responses=documented(404, 408, 409), openapi_extra=described(SearchRequest)
)
async def search(
    context: ContextHere,
    caller: Reads,
    search: Annotated[SearchRequest, Depends(json_body(SearchRequest))],
) -> SearchResult:
    """Ranked passages of one or many documents, each with its place and score."""
    return await context.engine.run(_searched, context.services, caller.tenant, search)


def _searched(services: Services, tenant: str, search: SearchRequest) -> SearchResult:
    began = time.perf_counter()
    handles = services.documents.documents_of(tenant, _asked(services, tenant, search))
    data = []
    if handles:
        hits = services.engine.search(
            EngineSearch(
                tenant=tenant,
                documents=[EngineDocument(id=item.id, key=item.parsed_key) for item in handles],
                query=search.query,
                filters=search.filters,
                top=search.top,
            )
        )
        data = hits.data
    seconds = round(time.perf_counter() - began, 4)
    return SearchResult(data=data, num_documents=len(handles), seconds=seconds)


def _asked(services: Services, tenant: str, search: SearchRequest) -> list[str]:
    """The ids of the documents; all that are ready where none is named."""
    wanted = (search.metadata or {}).items()
    if search.documents is not None:
        named = dict.fromkeys(search.documents)
        if not wanted:
            return list(named)
        found = [services.documents.get(tenant, document) for document in named]
        return [document.id for document in found if wanted <= document.metadata.items()]
    ready = services.documents.ready_ids(tenant, search.metadata, _MOST_DOCUMENTS + 1)
    if len(ready) > _MOST_DOCUMENTS:
        raise InvalidInput(
            f"more than {_MOST_DOCUMENTS} documents would be searched: name them, or ask for more "
            "of their metadata",
            param="documents",
        )
    return list(ready)
