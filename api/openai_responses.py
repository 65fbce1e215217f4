"""How does a client of OpenAI ask for a response, watch it, and ask on?"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.authentication import Reads, Writes
from api.context import Context, ContextHere
from api.job_events import ended
from api.json_body import described, json_body
from api.openai_documents import DocumentQuestion, question_of, with_files
from api.openai_errors import documented, error_of, error_response
from api.openai_models import served
from api.openai_response import FINAL, NamedFiles, begun_events, end_events, response_of
from api.results import with_result
from jobs.job_store import NewExtraction
from jobs.key_store import Caller
from jobs.removals import carry_out
from jobs.response_store import StoredResponse
from jobs.schema_store import check_schema
from schemas.errors import Conflict, InvalidInput, InvalidSchema, ServiceError
from schemas.extraction import Status
from schemas.jobs import ExtractionJob, Queue
from schemas.openai_responses import ResponseCreate, turns_of

router = APIRouter(tags=["openai"])

_LOOK_SECONDS, _BEAT_SECONDS = 1.0, 5.0
_CLIENT_CLOSED = 499
_OPEN = (Status.QUEUED, Status.RUNNING)
_DELETED = {"object": "response", "deleted": True}
ResponsePath = Annotated[str, Path(pattern=r"^resp_[0-9a-f]{32}$", description="resp_…")]
Sent = Annotated[ResponseCreate, Depends(json_body(ResponseCreate))]


@router.post("/v1/responses", responses=documented(409), openapi_extra=described(ResponseCreate))
async def create_response(
    request: Request, context: ContextHere, caller: Writes, sent: Sent
) -> Response:
    """Files are read, and what is asked of them is answered with citations; the same that is
    under way is that one, so that a client that tries again does not begin again."""
    health = await served(context, sent.model)
    asked = await run_in_threadpool(_asked, context, caller, sent, health.chats)
    if asked is None:
        raise InvalidInput(
            "a response is given here to files (input_file) or long texts; chats are served by "
            "/v1/chat/completions",
            param="input",
        )
    question, items = asked
    create = question.extraction(is_urgent=not sent.background)
    try:
        await context.schemas.run(check_schema, create.response_schema)
    except InvalidSchema as error:
        error.param = "text.format.schema"
        raise
    new = NewExtraction(caller.tenant, caller.key_id, create)
    job, stored = await run_in_threadpool(_begin, context, new, sent, items)
    told = _Told(context, caller.tenant, stored, health.model)
    if sent.background and not sent.stream:
        return JSONResponse(await told.now(job))
    if sent.stream:
        return _streamed(told, job, -1)
    response = await _ended(request, told, job)
    if response is None:
        return error_response(_CLIENT_CLOSED, "the caller hung up")
    return JSONResponse(response)


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
    told, job = await _found(context, caller, response_id)
    if stream:
        return _streamed(told, job, -1 if starting_after is None else starting_after)
    return JSONResponse(await told.now(job))


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
    told, job = await _found(context, caller, response_id)
    if not told.stored.request.get("background"):
        raise Conflict("Cannot cancel a synchronous response.", param="response_id")
    if job.status in _OPEN:
        cancel = context.services.jobs.cancel_extraction
        job = await run_in_threadpool(cancel, caller.tenant, job.id)
    return JSONResponse(await told.now(job))


@router.get("/v1/responses/{response_id}/input_items", responses=documented())
def list_input_items(
    context: ContextHere, caller: Reads, response_id: ResponsePath
) -> dict[str, Any]:
    stored = context.services.responses.get(caller.tenant, response_id)
    items = [
        {"id": f"msg_{number:04d}", "type": "message", **item}
        for number, item in enumerate(stored.request["input"])
    ]
    ids = [item["id"] for item in items]
    return {
        "object": "list",
        "data": items,
        "first_id": ids[0] if ids else None,
        "last_id": ids[-1] if ids else None,
        "has_more": False,
    }


def _asked(
    context: Context, caller: Caller, sent: ResponseCreate, model_chats: bool
) -> tuple[DocumentQuestion, list[dict[str, Any]]] | None:
    """What is asked of which documents, and the items with their files by id."""
    services = context.services
    before = services.responses.before(caller.tenant, sent.previous_response_id)
    items = with_files(services, caller.tenant, sent.items(), model_chats=model_chats)
    earlier = [item for stored in before for item in stored.request["input"]]
    wanted = sent.text.format
    question = question_of(
        services, caller.tenant, turns_of([*earlier, *items]), wanted.schema_, sent.instructions
    )
    if question is not None and wanted.type == "json_object":
        raise InvalidInput("files are asked by a json_schema, or for a text", param="text.format")
    if question is not None and sent.tools:
        raise InvalidInput("functions are not called for files", param="tools")
    return None if question is None else (question, items)


def _begin(
    context: Context, new: NewExtraction, sent: ResponseCreate, items: list[dict[str, Any]]
) -> tuple[ExtractionJob, StoredResponse]:
    services = context.services
    job, is_new = services.jobs.create_extraction(new)
    if is_new:
        services.doorbell.ring(Queue(new.create.priority))
    request = sent.model_dump(mode="json", by_alias=True, exclude_none=True) | {"input": items}
    return job, services.responses.add(new.tenant, request=request, extraction_id=job.id)


async def _found(context: Context, caller: Caller, response_id: str) -> tuple[_Told, ExtractionJob]:
    services = context.services
    stored = await run_in_threadpool(services.responses.get, caller.tenant, response_id)
    assert stored.extraction_id is not None, "a response of nothing"
    look = services.jobs.get_extraction
    job = await run_in_threadpool(look, caller.tenant, stored.extraction_id)
    return _Told(context, caller.tenant, stored, stored.request["model"]), job


class _Told:
    """A response, to one caller."""

    def __init__(self, context: Context, tenant: str, stored: StoredResponse, model: str) -> None:
        self._context, self._tenant, self._model = context, tenant, model
        self.stored = stored

    async def now(self, job: ExtractionJob) -> dict[str, Any]:
        return await run_in_threadpool(self._now, job)

    async def later(self, job: ExtractionJob, seconds: float) -> ExtractionJob:
        """As it is when it has ended, or after so many seconds."""
        return await ended(self._context, self._tenant, job, seconds)

    def _now(self, job: ExtractionJob) -> dict[str, Any]:
        services = self._context.services
        job = with_result(services, self._tenant, job)
        files = NamedFiles(self._names() if job.result is not None else {})
        return response_of(self.stored, job, self._model, files)

    def _names(self) -> dict[str, tuple[str, str]]:
        services, names = self._context.services, dict[str, tuple[str, str]]()
        for turn in turns_of(self.stored.request["input"]):
            for part in turn.files:
                assert part.file_id is not None
                try:
                    if part.file_id.startswith("doc_"):
                        document = services.documents.get(self._tenant, part.file_id)
                        names[document.id] = (document.id, document.name)
                    else:
                        file = services.files.get(self._tenant, part.file_id)
                        names[file.document or ""] = (file.id, file.filename)
                except ServiceError:
                    continue  # a file whose day is over: its document is named by its id
        return names


async def _ended(request: Request, told: _Told, job: ExtractionJob) -> dict[str, Any] | None:
    """None where the caller hung up; the work goes on, and who asks the same again finds it."""
    while job.status in _OPEN:
        job = await told.later(job, _LOOK_SECONDS)
        if await request.is_disconnected():
            return None
    return await told.now(job)


def _streamed(told: _Told, job: ExtractionJob, heard: int) -> Response:
    return StreamingResponse(_events(told, job, heard), media_type="text/event-stream")


async def _events(told: _Told, job: ExtractionJob, heard: int) -> AsyncIterator[str]:
    response = await told.now(job)
    for line in _lines(begun_events(response), heard):
        yield line
    said = time.monotonic()
    while job.status in _OPEN:
        job = await told.later(job, _LOOK_SECONDS)
        if time.monotonic() - said >= _BEAT_SECONDS:
            said = time.monotonic()
            yield f": {job.progress.stage} {job.progress.share:.0%}\n\n"
    try:
        response = await told.now(job)
    except ServiceError as error:
        yield f"data: {json.dumps({'error': error_of(error)})}\n\n"
        return
    assert response["status"] in FINAL
    for line in _lines(end_events(response), heard):
        yield line


def _lines(events: Iterable[dict[str, Any]], heard: int) -> Iterable[str]:
    for event in events:
        if event["sequence_number"] > heard:
            yield f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
