"""What extraction is asked for, and can its schema be filled?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.context import Context, ContextHere
from api.json_body import json_body
from api.openai_models import asked_model
from jobs.schema_store import check_schema
from schemas.errors import NotFound, UnknownModel
from schemas.jobs import ExtractionCreate
from schemas.saved_schemas import ExtractionBody

_Sent = Annotated[ExtractionBody, Depends(json_body(ExtractionBody))]


async def _asked(request: Request, context: ContextHere, sent: _Sent) -> ExtractionCreate:
    """A schema that can not be filled is refused now, not by a job that fails. A saved one was
    checked then, and is part of what is asked from here on."""
    sent = await _with_known_model(request, context, sent)
    if sent.response_schema_id is None:
        await context.schemas.run(check_schema, sent.response_schema)
        return ExtractionCreate(**dict(sent))
    tenant, key = request.state.caller.tenant, request.headers.get("idempotency-key")
    return await run_in_threadpool(_with_saved, context, tenant, sent, key)


Asked = Annotated[ExtractionCreate, Depends(_asked)]


async def _with_known_model(
    request: Request, context: Context, sent: ExtractionBody
) -> ExtractionBody:
    """A tuned model by its name; any name of the one that is served means the same as none."""
    if sent.model is None:
        return sent
    try:
        _, tuned = await asked_model(context, request.state.caller.tenant, sent.model)
    except UnknownModel as error:
        raise NotFound(error.message, param="model") from error
    return sent.model_copy(update={"model": None if tuned is None else tuned.id})


def _with_saved(
    context: Context, tenant: str, sent: ExtractionBody, idempotency_key: str | None
) -> ExtractionCreate:
    """Under a key that was used, the name means what it meant then."""
    services, reference = context.services, sent.response_schema_id
    assert reference is not None, "it was sent along"
    before = services.jobs.request_of_key(tenant, idempotency_key) if idempotency_key else None
    if before is not None and _names(reference, before.response_schema_id):
        found = before.response_schema_id, before.response_schema
    else:
        saved = services.response_schemas.get(tenant, reference)
        found = saved.id, saved.response_schema
    update = {"response_schema_id": found[0], "response_schema": found[1]}
    return ExtractionCreate(**{**dict(sent), **update})


def _names(reference: str, schema_id: str | None) -> bool:
    return schema_id is not None and reference in (schema_id, schema_id.partition("@")[0])
