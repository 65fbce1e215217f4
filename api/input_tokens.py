"""How many tokens would a response read?"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from api.authentication import Writes
from api.context import Context, ContextHere
from api.estimates import estimate_of
from api.json_body import described, let_go_of_body, message_body
from api.openai_errors import documented
from api.openai_models import served
from jobs.chat_request import check_chats
from jobs.response_chat import turns_before
from jobs.response_question import asked_of
from schemas.engine_protocol import EngineCount
from schemas.errors import Conflict, UnreadableDocument
from schemas.openai_responses import InputTokensCount
from schemas.openai_turns import messages_of, turns_of
from schemas.stored_document import DocumentStatus

router = APIRouter(tags=["openai"])

_LOOK_SECONDS = 0.25
Sent = Annotated[InputTokensCount, Depends(message_body(InputTokensCount))]


@router.post(
    "/v1/responses/input_tokens",
    responses=documented(408, 409),
    openapi_extra=described(InputTokensCount),
)
async def count_input_tokens(
    request: Request, context: ContextHere, caller: Writes, sent: Sent
) -> dict[str, Any]:
    """Of a chat, those of its prompt. Of documents, those of the passages that would be read for
    the answer, beside all that they have; nothing is read for it but files that are new."""
    health = await served(context, sent.model)
    services, tenant = context.services, caller.tenant
    asked = await run_in_threadpool(asked_of, services, tenant, sent, model_chats=health.chats)
    let_go_of_body(request)
    if asked is None:
        check_chats(health)
        counted = await context.engine.run(_chat_tokens, context, tenant, sent)
        return _answer(counted)
    create = asked[0].extraction(is_urgent=True)
    for document in create.documents:
        await _until_read(context, tenant, document)
    estimate = await context.engine.run(estimate_of, services, tenant, create)
    reading = {"mode": estimate.mode, "document_tokens": estimate.document_tokens}
    return {**_answer(estimate.prompt_tokens), "needlepoint": reading}


def _chat_tokens(context: Context, tenant: str, sent: InputTokensCount) -> int:
    services = context.services
    before = turns_before(services.responses.before(tenant, sent.previous_response_id))
    messages = messages_of([*before, *turns_of(sent.items())], sent.instructions)
    return services.engine.count(EngineCount(messages=messages, options=sent.options())).num_tokens


async def _until_read(context: Context, tenant: str, document_id: str) -> None:
    """Raises `Conflict` where it takes longer than anybody waits, and clients try again."""
    loop = asyncio.get_running_loop()
    until = loop.time() + context.services.settings.api.max_wait_seconds
    while True:
        document = await run_in_threadpool(context.services.documents.get, tenant, document_id)
        if document.status == DocumentStatus.READY:
            return
        if document.failure is not None:
            raise UnreadableDocument(document.failure.message, param="input")
        if loop.time() > until:
            raise Conflict(f"{document_id} is not read yet", param="input")
        await asyncio.sleep(_LOOK_SECONDS)


def _answer(num_tokens: int) -> dict[str, Any]:
    return {"object": "response.input_tokens", "input_tokens": num_tokens}
