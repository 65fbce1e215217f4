"""Which models may a client of OpenAI name?"""

from __future__ import annotations

from fastapi import APIRouter

from api.authentication import Reads
from api.context import Context, ContextHere
from api.openai_errors import documented
from schemas.engine_protocol import EngineHealth
from schemas.errors import UnknownModel
from schemas.openai_answers import Model, ModelList

router = APIRouter(tags=["openai"])


@router.get("/v1/models", responses=documented())
async def list_models(context: ContextHere, caller: Reads) -> ModelList:
    """The model that is served, and its other names."""
    health = await served(context)
    return ModelList(data=[_model(name, health) for name in _names(context, health)])


@router.get("/v1/models/{model}", responses=documented())
async def get_model(context: ContextHere, caller: Reads, model: str) -> Model:
    return _model(model, await served(context, model))


async def served(context: Context, model: str | None = None) -> EngineHealth:
    """Of the engine that serves the model. Raises `UnknownModel` for one it does not serve."""
    health = await context.engine.run(context.services.engine.health)
    if model is not None and model not in _names(context, health):
        names = ", ".join(_names(context, health))
        raise UnknownModel(f"the model {model!r} does not exist: there is {names}", param="model")
    return health


def _names(context: Context, health: EngineHealth) -> list[str]:
    aliases = context.services.settings.api.model_aliases
    return list(dict.fromkeys([health.model, *aliases]))


def _model(name: str, health: EngineHealth) -> Model:
    return Model(id=name, created=health.opened)
