"""How does a client of OpenAI ask for a response, watch it, and ask on?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.authentication import Reads, Writes
from api.chatted_response import ChattedResponse, failed_line, line_of
from api.context import Context, ContextHere
from api.json_body import described, let_go_of_body, message_body
from api.openai_errors import documented, hung_up
from api.openai_models import asked_model, served
from api.rate_headers import show_rates
from api.reading_headers import reading_headers
from api.told_responses import Told, ToldChat, ToldExtraction, told_of
from api.whole_answers import is_again
from jobs.chat_request import read_by
from jobs.document_question import DocumentQuestion
from jobs.job_store import NewExtraction
from jobs.key_store import Caller
from jobs.removals import carry_out
from jobs.response_answer import FINAL, begun_events
from jobs.response_question import asked_of
from jobs.response_store import StoredResponse
from jobs.schema_store import check_schema
from jobs.tuned_models import TunedModel
from schemas.errors import Conflict, InvalidSchema, ServiceError
from schemas.jobs import ExtractionJob, Queue
from schemas.openai_responses import ResponseCreate

router = APIRouter(tags=["openai"])

_LOOK_SECONDS, _BEAT_SECONDS = 1.0, 5.0
_ITEM_PREFIXES = {"function_call": "fc", "function_call_output": "fco"}
_DELETED = {"object": "response", "deleted": True}
ResponsePath = Annotated[str, Path(pattern=r"^resp_[0-9a-f]{32}$", description="resp_…")]
Sent = Annotated[ResponseCreate, Depends(message_body(ResponseCreate))]


@router.post("/v1/responses", responses=documented(409), openapi_extra=described(ResponseCreate))
async def create_response(
    request: Request, context: ContextHere, caller: Writes, sent: Sent
) -> Response:
    """Files are read, and what is asked of them is answered with citations; the same that is
    under way is that one, so that a client that tries again does not begin again. Without files
    it is a chat."""
    health, tuned = await asked_model(context, caller.tenant, sent.model)
    services, tenant = context.services, caller.tenant
    asked = await run_in_threadpool(asked_of, services, tenant, sent, model_chats=health.chats)
    let_go_of_body(request)
    if asked is not None:
        told: Told = await _extracted(request, context, caller, sent, asked[0], tuned)
    else:
        await served(context, sent.model)  # a tuned one does not chat
        chatted = ChattedResponse(context, caller, sent, health)
        if not sent.background:
            return await chatted.answer(request)
        told = await _queued(context, caller, chatted.asked)
    await show_rates(request, context, tenant)
    if sent.stream:
        return _streamed(told, -1)
    if not sent.background:
        while told.is_open:
            await told.wait(_LOOK_SECONDS)
            if await request.is_disconnected():
                return hung_up()
    return await _answered(told)


@router.get("/v1/responses/{response_id}", responses=documented())
async def get_response(
    context: ContextHere,
    caller: Reads,
    response_id: ResponsePath,
    stream: bool = False,
    starting_after: Annotated[
        int | None, Query(ge=0, description="with stream: the last event that was heard")
    ] = None,
) -> Response:
    told = await told_of(context, caller.tenant, response_id)
    if stream:
        return _streamed(told, -1 if starting_after is None else starting_after)
    return await _answered(told)


@router.delete("/v1/responses/{response_id}", responses=documented())
def delete_response(
    context: ContextHere, caller: Writes, response_id: ResponsePath
) -> dict[str, Any]:
    """With what was found; the files stay."""
    services = context.services
    carry_out(services, services.responses.delete(caller.tenant, response_id))
    return {"id": response_id, **_DELETED}


@router.post("/v1/responses/{response_id}/cancel", responses=documented(409))
async def cancel_response(
    context: ContextHere, caller: Writes, response_id: ResponsePath
) -> Response:
    told = await told_of(context, caller.tenant, response_id)
    if not told.stored.request.get("background"):
        raise Conflict("Cannot cancel a synchronous response.", param="response_id")
    if told.is_open:
        await told.cancel()
    return await _answered(told)


@router.get("/v1/responses/{response_id}/input_items", responses=documented())
def list_input_items(
    context: ContextHere, caller: Reads, response_id: ResponsePath
) -> dict[str, Any]:
    stored = context.services.responses.get(caller.tenant, response_id)
    items = [_item(number, item) for number, item in enumerate(stored.request["input"])]
    ids = [item["id"] for item in items]
    return {
        "object": "list",
        "data": items,
        "first_id": ids[0] if ids else "",
        "last_id": ids[-1] if ids else "",
        "has_more": False,
    }


def _item(number: int, item: dict[str, Any]) -> dict[str, Any]:
    kind = item.get("type", "message")
    about = {"id": f"{_ITEM_PREFIXES.get(kind, 'msg')}_{number:04d}", "type": kind}
    return {**about, **item} if kind == "message" else {**about, "status": "completed", **item}


async def _extracted(
    request: Request,
    context: Context,
    caller: Caller,
    sent: ResponseCreate,
    question: DocumentQuestion,
    tuned: TunedModel | None,
) -> ToldExtraction:
    create = read_by(question.extraction(is_urgent=not sent.background), tuned)
    try:
        await context.schemas.run(check_schema, create.response_schema)
    except InvalidSchema as error:
        error.param = "text.format.schema"
        raise
    new = NewExtraction(caller.tenant, caller.key_id, create, is_again=is_again(request))
    job, stored = await run_in_threadpool(_begin, context, new, sent)
    return ToldExtraction(context, caller.tenant, stored, job)


def _begin(
    context: Context, new: NewExtraction, sent: ResponseCreate
) -> tuple[ExtractionJob, StoredResponse]:
    services = context.services
    request = sent.model_dump(mode="json", by_alias=True, exclude_none=True)
    job, stored, is_new = services.jobs.create_response(new, request)
    if is_new:
        services.doorbell.ring(Queue(new.create.priority))
    return job, stored


async def _queued(context: Context, caller: Caller, asked: dict[str, Any]) -> ToldChat:
    services, tenant = context.services, caller.tenant
    create = services.response_jobs.create
    stored, job = await run_in_threadpool(create, tenant, caller.key_id, asked)
    await run_in_threadpool(services.doorbell.ring, Queue.STANDARD)
    return ToldChat(context, tenant, stored, job)


async def _answered(told: Told) -> Response:
    response = await told.now()
    return JSONResponse(response, headers=reading_headers(response.get("needlepoint")))


def _streamed(told: Told, heard: int) -> Response:
    return StreamingResponse(_events(told, heard), media_type="text/event-stream")


async def _events(told: Told, heard: int) -> AsyncIterator[str]:
    for event in begun_events(await told.now()):
        if event["sequence_number"] > heard:
            yield line_of(event)
    said = time.monotonic()
    while told.is_open:
        await told.wait(_LOOK_SECONDS)
        if time.monotonic() - said >= _BEAT_SECONDS:
            said = time.monotonic()
            yield f": {told.progress.stage} {told.progress.share:.0%}\n\n"
    try:
        response = await told.now()
    except ServiceError as error:
        yield failed_line(error)
        return
    assert response["status"] in FINAL
    for event in told.rest(response):
        if event["sequence_number"] > heard:
            yield line_of(event)
