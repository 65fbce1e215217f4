"""Which models may a client of OpenAI name?"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from api.authentication import Reads, Writes
from api.context import Context, ContextHere
from api.openai_errors import documented
from jobs.chat_request import check_model, model_names, tuned_model_of
from jobs.removals import carry_out
from jobs.tuned_models import TUNED, TunedModel
from schemas.engine_protocol import EngineHealth
from schemas.errors import Forbidden
from schemas.openai_answers import Model, ModelList
from schemas.openai_tuning import ModelDeleted

router = APIRouter(tags=["openai"])


@router.get("/v1/models", responses=documented())
async def list_models(context: ContextHere, caller: Reads) -> ModelList:
    """The model that is served, its other names, and the caller's tuned models."""
    health = await served(context)
    tuned = await run_in_threadpool(context.services.tuned_models.list, caller.tenant)
    names = model_names(health, context.services.settings.api)
    base = [_model(name, health) for name in names]
    return ModelList(data=[*base, *map(_tuned_model, tuned)])


@router.get("/v1/models/{model}", responses=documented())
async def get_model(context: ContextHere, caller: Reads, model: str) -> Model:
    if model.startswith(TUNED):
        get = context.services.tuned_models.get
        return _tuned_model(await run_in_threadpool(get, caller.tenant, model))
    return _model(model, await served(context, model))


@router.delete("/v1/models/{model}", responses=documented())
def delete_model(context: ContextHere, caller: Writes, model: str) -> ModelDeleted:
    """A tuned one; what waits for it fails."""
    if not model.startswith(TUNED):
        raise Forbidden("only tuned models (ft:…) can be deleted", param="model")
    services = context.services
    carry_out(services, [services.tuned_models.delete(caller.tenant, model)])
    return ModelDeleted(id=model)


async def asked_model(
    context: Context, tenant: str, name: str
) -> tuple[EngineHealth, TunedModel | None]:
    """The engine, and the tuned model where one is named. Raises `UnknownModel`."""
    health = await served(context)
    found = partial(tuned_model_of, context.services, tenant, name, health)
    return health, await run_in_threadpool(found)


async def served(context: Context, model: str | None = None) -> EngineHealth:
    """Of the engine that serves the model. Raises `UnknownModel` for one it does not serve."""
    health = await context.engine.run(context.services.engine.health)
    if model is not None:
        check_model(model, health, context.services.settings.api)
    return health


def _tuned_model(tuned: TunedModel) -> Model:
    return Model(id=tuned.id, created=int(tuned.created_at.timestamp()), owned_by="you")


def _model(name: str, health: EngineHealth) -> Model:
    return Model(id=name, created=health.opened)
