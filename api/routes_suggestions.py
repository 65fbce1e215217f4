"""Which schema would fit what a caller wants of documents?"""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.authentication import Writes
from api.chat_meter import ChatName, metered
from api.context import Context, ContextHere
from api.followed_chat import FollowedChat, followed
from api.json_body import described, json_body
from api.openai_models import served
from api.problems import documented, request_id_of
from jobs.schema_suggestion import (
    NUM_CHARACTERS,
    NUM_HITS,
    not_for_chat,
    options_of,
    question_of,
    schema_of,
    shown_of,
)
from schemas.engine_protocol import EngineDocument, EngineGenerate, EngineSearch
from schemas.errors import Cancelled
from schemas.extraction import Usage
from schemas.generation import Piece
from schemas.schema_suggestions import SchemaSuggestion, SchemaSuggestionCreate

router = APIRouter(tags=["response schemas"])

_LOOK_SECONDS = 1.0


@router.post(
    "/v1/response-schemas/suggest",
    responses=documented(404, 408, 409),
    openapi_extra=described(SchemaSuggestionCreate),
)
async def suggest_schema(
    request: Request,
    context: ContextHere,
    caller: Writes,
    create: Annotated[SchemaSuggestionCreate, Depends(json_body(SchemaSuggestionCreate))],
) -> SchemaSuggestion:
    """Fields for what is wanted of documents such as these, as a model that chats names them; it
    is shown about 8,000 characters of them. Nothing is saved."""
    texts = await context.engine.run(_shown, context, caller.tenant, create)
    health = await served(context)
    if not health.chats:
        raise not_for_chat(health.model)
    asked = EngineGenerate(
        request_id=request_id_of(request),
        tenant=caller.tenant,
        messages=question_of(texts, create.wanted),
        options=options_of(create.max_fields),
    )
    name = ChatName(f"sug_{uuid.uuid4().hex}", health.model)
    meter = await metered(request, context, caller, asked, name)
    async with followed(context, asked, meter) as following:
        pieces, usage = await _whole(request, following)
    schema = await context.schemas.run(schema_of, pieces, health.model)
    return SchemaSuggestion(response_schema=schema, model=health.model, usage=usage)


async def _whole(request: Request, following: FollowedChat) -> tuple[list[Piece], Usage]:
    """Raises `Cancelled` where nobody waits for it any more."""
    pieces: list[Piece] = []
    while True:
        event = await following.next(_LOOK_SECONDS)
        if await request.is_disconnected():
            raise Cancelled("the caller hung up")
        if event is None:
            continue
        pieces += event.pieces
        if event.usage is not None:
            return pieces, event.usage


def _shown(context: Context, tenant: str, create: SchemaSuggestionCreate) -> list[str]:
    """Raises `NotFound`, and `Conflict` for a document that was not read (yet)."""
    services = context.services
    room = NUM_CHARACTERS // len(create.documents)
    texts = []
    for handle in services.documents.documents_of(tenant, create.documents):
        beginning = context.parsed.open(handle.parsed_key).text_slice(0, room)
        if beginning.characters <= room:
            texts.append(beginning.text)
            continue
        document = EngineDocument(id=handle.id, key=handle.parsed_key)
        hits = services.engine.search(
            EngineSearch(tenant=tenant, documents=[document], query=create.wanted, top=NUM_HITS)
        ).data
        texts.append(shown_of(beginning.text, [(hit.start, hit.text) for hit in hits], room))
    return texts
