"""Which routes does the service have, and what stands around them?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool

from api import (
    input_tokens,
    openai_batches,
    openai_chat,
    openai_errors,
    openai_files,
    openai_fine_tuning,
    openai_models,
    openai_responses,
    problems,
    routes_audit,
    routes_batch_grid,
    routes_batches,
    routes_caches,
    routes_document_parts,
    routes_documents,
    routes_extractions,
    routes_operations,
    routes_preparations,
    routes_results,
    routes_schedules,
    routes_schemas,
    routes_search,
    routes_suggestions,
    routes_usage,
    routes_webhooks,
)
from api.context import Context
from api.json_body import components
from api.plain_input import plain_input
from api.request_frame import RequestFrame
from jobs.logs import logger
from jobs.services import Services
from jobs.storage import Storage
from schemas.batches import BatchCreate
from schemas.caches import CacheChange, CacheCreate
from schemas.openai_batches import RequestBatchCreate
from schemas.openai_chat import ChatCompletionCreate
from schemas.openai_files import UploadComplete, UploadCreate
from schemas.openai_responses import InputTokensCount, ResponseCreate
from schemas.openai_tuning import FineTuningCreate
from schemas.saved_schemas import ExtractionBody
from schemas.schema_suggestions import SchemaSuggestionCreate
from schemas.search import SearchRequest

_ROUTERS = (
    routes_documents.router,
    routes_document_parts.router,
    routes_preparations.router,
    routes_extractions.router,
    routes_results.router,
    routes_search.router,
    openai_files.router,
    openai_fine_tuning.router,
    routes_schemas.router,
    routes_suggestions.router,
    routes_batches.router,
    routes_batch_grid.router,
    routes_usage.router,
    routes_schedules.router,
    routes_webhooks.router,
    routes_caches.router,
    routes_audit.router,
    routes_operations.router,
    openai_models.router,
    openai_chat.router,
    openai_responses.router,
    input_tokens.router,
    openai_batches.router,
)
_BODIES = (
    *(BatchCreate, ExtractionBody, SearchRequest, *routes_schemas.BODIES, *routes_webhooks.BODIES),
    *(ChatCompletionCreate, ResponseCreate, UploadCreate, UploadComplete, RequestBatchCreate),
    *(CacheChange, CacheCreate, SchemaSuggestionCreate, *routes_schedules.BODIES),
    *(FineTuningCreate, InputTokensCount),
)
_log = logger(__name__)

_TITLE = "Needlepoint"
_ABOUT = """Reads very long documents and takes out values, each pointing at the place it was read.

Upload a document, ask for an extraction, watch it, take the result. Lists are newest first. Every
error is `application/problem+json`; every answer has an `x-request-id`."""
_TAGS = [
    {"name": "documents", "description": "What was uploaded, and what was read of it"},
    {"name": "extractions", "description": "Schemas filled from documents, in the background"},
    {"name": "batches", "description": "Extractions by the thousand"},
    {"name": "usage", "description": "What was used, and what it cost"},
    {"name": "search", "description": "Passages, ranked"},
    {"name": "openai", "description": "As OpenAI's clients call them; errors are theirs, too"},
    {"name": "response schemas", "description": "Saved, and versioned"},
    {"name": "schedules", "description": "Work that is done again and again"},
    {"name": "webhooks", "description": "Who is told of what happens"},
    {"name": "caches", "description": "What was read and is kept, so that it is not read twice"},
    {"name": "operations", "description": "For those who run the service"},
]


def app_of(services: Services) -> FastAPI:
    """One an application and event loop; `services` may be shared with nothing but threads."""
    context = Context.of(services)
    app = FastAPI(
        title=_TITLE,
        version=version("needlepoint"),
        description=_ABOUT,
        openapi_url=None,  # a route of our own, which asks for a key
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(plain_input)],
        lifespan=_lifespan,
    )
    app.state.context = context
    for router in _ROUTERS:
        app.include_router(router)
    problems.install(app)
    openai_errors.install(app)
    app.add_middleware(
        RequestFrame,
        metrics=context.metrics,
        settings=services.settings.api,
        database=services.database,
    )
    app.openapi = openapi_schema  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """An API without a worker beside it is the only one that tidies its folder."""
    storage = app.state.context.services.storage
    tidying = asyncio.create_task(run_in_threadpool(_tidy, storage))
    yield
    app.state.context.whole_answers.close()
    await tidying


def _tidy(storage: Storage) -> None:
    try:
        storage.tidy()
    except Exception as error:
        _log.warning("the scratch files could not be tidied", exc_info=error)


@cache
def openapi_schema() -> dict[str, Any]:
    """The same for every application. Errors are problems; FastAPI would call them plain JSON."""
    routes = [route for router in _ROUTERS for route in router.routes]
    schema = get_openapi(
        title=_TITLE, version=version("needlepoint"), description=_ABOUT, routes=routes, tags=_TAGS
    )
    schema["components"]["schemas"] |= components(*_BODIES)
    for path in schema["paths"].values():
        for operation in path.values():
            _name_problems(operation["responses"])
    return schema


def _name_problems(responses: dict[str, Any]) -> None:
    for response in responses.values():
        content = response.get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        if reference.endswith("/ProblemDetails"):
            response["content"] = {problems.MEDIA_TYPE: content["application/json"]}
