"""How does a request of a batch come to its answer?

A chat is seen through at the engine, and so is a response without files. One that reads files
becomes an extraction, since its files may have to be read first: that is the line's job from there
on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from jobs.at_engine import AtEngine
from jobs.chat_answer import Frame
from jobs.chat_progress import ChatProgress
from jobs.chat_request import chat_request, check_chats, check_model, read_by, tuned_model_of
from jobs.engine_client import OnEvent
from jobs.job_store import Claim
from jobs.patience import patiently
from jobs.prices import prices_of
from jobs.request_batch_claims import LineAsked
from jobs.request_lines import body_of
from jobs.response_chat import response_request
from jobs.response_output import kept_answer, whole_response
from jobs.response_question import asked_of
from jobs.response_store import StoredResponse, response_record
from jobs.run_extraction import URGENCY
from jobs.schema_store import check_schema
from jobs.services import Services
from jobs.storage import batch_input_key, line_result_key
from schemas.engine_protocol import EngineEvent, EngineGenerate
from schemas.errors import InvalidSchema, NotFound, RateLimited
from schemas.extraction import Status, Usage
from schemas.generation import Piece
from schemas.jobs import ExtractionCreate, Queue
from schemas.openai_batches import BatchEndpoint
from schemas.openai_chat import ChatCompletionCreate
from schemas.openai_errors import RejectedBody, rejection_of
from schemas.openai_responses import ResponseCreate

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Done:
    """`body` is the answer, as JSON."""

    body: str
    usage: Usage
    model: str
    seconds: float


def run_line(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """What is wrong with the request, or with the engine, is raised; nothing is written then."""
    line = services.request_batches.line_of(claim)
    if line.endpoint == BatchEndpoint.CHAT:
        _run_chat(claim, services, line, should_stop)
    else:
        _run_response(claim, services, line, should_stop)


def _run_chat(
    claim: Claim, services: Services, line: LineAsked, should_stop: Callable[[], bool]
) -> None:
    began = time.monotonic()
    chat = _sent(ChatCompletionCreate, services, claim.tenant, line)
    _check_is_waited_for(stream=chat.stream)
    if any(turn.files for turn in chat.turns()):
        told = "files are read in a batch by /v1/responses, and not by chats"
        raise RejectedBody(told, param="messages")
    work = AtEngine(claim, services, should_stop, ChatProgress())
    health = work.result(lambda _: services.engine.health())
    check_model(chat.model, health, services.settings.api)
    request = chat_request(
        chat, health, request_id=_name_of(claim), tenant=claim.tenant, urgency=URGENCY[claim.queue]
    )
    pieces, usage = work.result(partial(_generate, services, request))
    options = chat.options()
    answer = Frame(health.model).answer(pieces, options.n, usage, has_logprobs=options.logprobs)
    done = _Done(answer.model_dump_json(), usage, health.model, time.monotonic() - began)
    _finish(claim, services, line, done, should_stop)


def _run_response(
    claim: Claim, services: Services, line: LineAsked, should_stop: Callable[[], bool]
) -> None:
    sent = _sent(ResponseCreate, services, claim.tenant, line)
    _check_is_waited_for(stream=sent.stream, background=sent.background)
    work = AtEngine(claim, services, should_stop, ChatProgress())
    health = work.result(lambda _: services.engine.health())
    tuned = tuned_model_of(services, claim.tenant, sent.model, health)
    asked = asked_of(services, claim.tenant, sent, model_chats=health.chats)
    if asked is None:
        check_model(sent.model, health, services.settings.api)  # a tuned one does not chat
        check_chats(health)
        _chat_response(claim, services, line, sent, work, should_stop)
        return
    create = read_by(asked[0].extraction(is_urgent=False), tuned)
    create = create.model_copy(update={"priority": "batch"})
    try:
        check_schema(create.response_schema)
    except InvalidSchema as error:
        error.param = "text.format.schema"
        raise
    _hand_over(claim, services, create, _kept(sent))


def _hand_over(
    claim: Claim, services: Services, create: ExtractionCreate, request: dict[str, Any]
) -> None:
    """What does not fit into what its tenant may use waits, as an item of a batch does."""
    try:
        is_ours = services.request_batches.hand_over(claim, create, request)
    except RateLimited as error:
        services.jobs.release(claim, delay_seconds=error.retry_after_seconds)
    else:
        if is_ours:
            services.doorbell.ring(Queue.BATCH)


def _chat_response(
    claim: Claim,
    services: Services,
    line: LineAsked,
    sent: ResponseCreate,
    work: AtEngine,
    should_stop: Callable[[], bool],
) -> None:
    """It is there to be gone on from, unless it is not to be stored."""
    began = time.monotonic()
    request = response_request(
        _kept(sent),
        services.responses.before(claim.tenant, sent.previous_response_id),
        request_id=_name_of(claim),
        tenant=claim.tenant,
        urgency=URGENCY[claim.queue],
    )
    pieces, usage = work.result(partial(_generate, services, request))
    answer = kept_answer(pieces, usage, sent.model)
    stored = replace(services.responses.begun(claim.tenant, _kept(sent)), answer=answer)
    body = json.dumps(whole_response(stored))
    done = _Done(body, usage, sent.model, time.monotonic() - began)
    keep = None if sent.store is False else partial(_keep, claim.tenant, stored)
    _finish(claim, services, line, done, should_stop, keep)


def _keep(tenant: str, stored: StoredResponse, session: Session) -> None:
    session.add(
        response_record(
            tenant,
            stored.created_at,
            request=stored.request,
            answer=stored.answer,
            response_id=stored.id,
        )
    )


def _generate(
    services: Services, request: EngineGenerate, on_event: OnEvent
) -> tuple[list[Piece], Usage]:
    pieces: list[Piece] = []

    def heard(event: EngineEvent) -> None:
        pieces.extend(event.pieces)
        on_event(event)

    return pieces, services.engine.generate(request, heard)


def _finish(
    claim: Claim,
    services: Services,
    line: LineAsked,
    done: _Done,
    should_stop: Callable[[], bool],
    also: Callable[[Session], None] | None = None,
) -> None:
    """`also` is written with the end."""
    key = line_result_key(claim.tenant, line.batch_id, line.line, claim.attempt)
    patiently(lambda: services.storage.put_bytes(key, done.body.encode()), should_stop)
    is_ours = patiently(
        lambda: services.jobs.finish(
            claim,
            status=Status.COMPLETED,
            result_key=key,
            usage=done.usage,
            seconds=round(done.seconds, 3),
            model=done.model,
            prices=prices_of(services.settings.prices, claim.queue),
            also=also,
        ),
        should_stop,
    )
    if not is_ours:
        _remove_if_ended(claim, services, key)


def _name_of(claim: Claim) -> str:
    """For the engine's log."""
    return f"{claim.job_id}:{claim.attempt}"


def _kept(sent: ResponseCreate) -> dict[str, Any]:
    return sent.model_dump(mode="json", by_alias=True, exclude_none=True)


def _remove_if_ended(claim: Claim, services: Services, key: str) -> None:
    """What a batch kept went with its end; what is written later goes at once."""
    try:
        services.request_batches.line_of(claim)
    except NotFound:
        services.storage.delete_folder(key)


def _sent(model: type[M], services: Services, tenant: str, line: LineAsked) -> M:
    """Raises `RejectedBody`."""
    with services.storage.local_file(batch_input_key(tenant, line.batch_id)).open("rb") as file:
        file.seek(line.start)
        body = body_of(file.read(line.num_bytes))
    try:
        return model.model_validate(body)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_context=False, include_input=False)
        raise rejection_of(first, first["loc"]) from error


def _check_is_waited_for(**given: bool | None) -> None:
    for name, value in given.items():
        if value:
            told = f"Invalid '{name}': the answer is written to the batch's file"
            raise RejectedBody(told, param=name, code="invalid_value")
