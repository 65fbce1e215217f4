"""How are response schemas saved, and found again?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.arguments import Limit
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.json_body import described, json_body
from api.problems import documented
from schemas.saved_schemas import (
    SCHEMA_NAME,
    SCHEMA_REFERENCE,
    SavedSchema,
    SavedSchemaCreate,
    SavedSchemaDeleted,
    SavedSchemaList,
)

BODIES = (SavedSchemaCreate,)

router = APIRouter(tags=["response schemas"])

ReferencePath = Annotated[
    str, Path(pattern=SCHEMA_REFERENCE, description="name: the latest; or name@version")
]
NamePath = Annotated[str, Path(pattern=rf"^{SCHEMA_NAME}$", description="the schema's name")]
AfterSchema = Annotated[
    str | None, Query(pattern=SCHEMA_REFERENCE, description="`last_id` of the page before")
]


@router.post(
    "/v1/response-schemas",
    status_code=201,
    response_model=SavedSchema,
    responses={
        **documented(404, 408, 409),
        200: {"model": SavedSchema, "description": "The latest version is this very schema"},
    },
    openapi_extra=described(SavedSchemaCreate),
)
async def save_schema(
    response: Response,
    context: ContextHere,
    caller: Writes,
    create: Annotated[SavedSchemaCreate, Depends(json_body(SavedSchemaCreate))],
) -> SavedSchema:
    """The first version of a name, or its next one. A version never changes. What can not be
    filled is refused now."""
    store = context.services.response_schemas
    saved, is_new = await context.schemas.run(store.save, caller.tenant, create)
    response.headers["Location"] = f"/v1/response-schemas/{saved.id}"
    if not is_new:
        response.status_code = 200
    return saved


@router.get("/v1/response-schemas", responses=documented(404))
def list_schemas(
    context: ContextHere, caller: Reads, limit: Limit = 20, after: AfterSchema = None
) -> SavedSchemaList:
    """The latest version of each, by name."""
    found, has_more = context.services.response_schemas.listed(
        caller.tenant, limit=limit, after=after
    )
    return SavedSchemaList(data=found, has_more=has_more, last_id=found[-1].id if found else None)


@router.get("/v1/response-schemas/{reference}", responses=documented(404))
def get_schema(context: ContextHere, caller: Reads, reference: ReferencePath) -> SavedSchema:
    return context.services.response_schemas.get(caller.tenant, reference)


@router.get("/v1/response-schemas/{name}/versions", responses=documented(404))
def list_schema_versions(
    context: ContextHere,
    caller: Reads,
    name: NamePath,
    limit: Limit = 20,
    after: AfterSchema = None,
) -> SavedSchemaList:
    """Newest first."""
    found, has_more = context.services.response_schemas.versions(
        caller.tenant, name, limit=limit, after=after
    )
    return SavedSchemaList(data=found, has_more=has_more, last_id=found[-1].id if found else None)


@router.delete("/v1/response-schemas/{reference}", responses=documented(404))
def delete_schema(
    context: ContextHere, caller: Writes, reference: ReferencePath
) -> SavedSchemaDeleted:
    """One version, or all of a name. Extractions that were asked with it keep it; its numbers are
    not given again."""
    number = context.services.response_schemas.delete(caller.tenant, reference)
    return SavedSchemaDeleted(id=reference, num_versions=number)
