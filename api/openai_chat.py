"""How does a client of OpenAI chat with the model?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.authentication import Writes
from api.chat_meter import ChatMeter, ChatName, metered
from api.context import Context, ContextHere
from api.document_chat import DocumentChat
from api.followed_chat import followed
from api.json_body import described, let_go_of_body, message_body
from api.openai_errors import documented, hung_up
from api.openai_models import asked_model, served
from api.openai_stream import sound_beginning, stream_of
from api.problems import request_id_of
from api.whole_answers import asking_of
from jobs.chat_answer import ChunkWriter, Frame
from jobs.chat_question import chat_question
from jobs.chat_request import chat_request
from jobs.document_question import DocumentQuestion
from jobs.key_store import Caller
from schemas.engine_protocol import EngineGenerate, EngineHealth
from schemas.errors import ServiceError
from schemas.generation import Piece
from schemas.openai_answers import ChatCompletion, DocumentCompletion
from schemas.openai_chat import ChatCompletionCreate

router = APIRouter(tags=["openai"])

_LOOK_SECONDS = 1.0


@router.post(
    "/v1/chat/completions",
    response_model=ChatCompletion | DocumentCompletion,
    responses=documented(408, 409),
    openapi_extra=described(ChatCompletionCreate),
)
async def create_chat_completion(
    request: Request,
    context: ContextHere,
    caller: Writes,
    chat: Annotated[ChatCompletionCreate, Depends(message_body(ChatCompletionCreate))],
) -> Response:
    """What the model says next; with `stream`, as it says it. Asked for whole, it goes on for a
    while where a client that tries again hangs up, and is what that gets. Where there are files,
    or texts longer than it takes, they are read as documents, and the answer is copied and cited.
    """
    health, tuned = await asked_model(context, caller.tenant, chat.model)
    question = await run_in_threadpool(_question, context, caller, chat, health)
    if question is not None:
        let_go_of_body(request)
        return await DocumentChat(context, caller, chat, question, health, tuned).answer(request)
    await served(context, chat.model)  # a tuned one does not chat
    asked = chat_request(chat, health, request_id=request_id_of(request), tenant=caller.tenant)
    frame = Frame(health.model)
    name = ChatName(frame.id, health.model)
    meter_of = partial(metered, request, context, caller, asked, name)
    if not chat.stream:
        asking = await run_in_threadpool(
            asking_of, request, caller, chat, has_one_answer=asked.options.has_one_answer
        )
        let_go_of_body(request)
        whole = partial(_whole, context, asked, frame, meter_of)
        answer = await context.whole_answers.answer(request, asking, whole)
        if answer is None:
            return hung_up()
        return Response(answer, media_type="application/json")
    let_go_of_body(request)
    meter = await meter_of()
    async with AsyncExitStack() as stack:
        following = await stack.enter_async_context(followed(context, asked, meter))
        begun = await sound_beginning(following)
        writer = ChunkWriter(frame, chat.includes_usage, asked.options.logprobs)
        lines = stream_of(following, begun, writer, asked.options.n, stack.pop_all())
        return StreamingResponse(lines, media_type="text/event-stream")
    raise AssertionError("no chat was followed")


def _question(
    context: Context, caller: Caller, chat: ChatCompletionCreate, health: EngineHealth
) -> DocumentQuestion | None:
    try:
        services = context.services
        return chat_question(services, caller.tenant, chat, model_chats=health.chats)
    except ServiceError as error:
        error.param = "messages" if error.param == "input" else error.param
        raise


async def _whole(
    context: Context,
    asked: EngineGenerate,
    frame: Frame,
    meter_of: Callable[[], Awaitable[ChatMeter]],
) -> str:
    """Metered once, however many wait for it."""
    pieces: list[Piece] = []
    options = asked.options
    async with followed(context, asked, await meter_of()) as following:
        while True:
            event = await following.next(_LOOK_SECONDS)
            if event is None:
                continue
            pieces += event.pieces
            if event.usage is not None:
                has_logprobs = options.logprobs
                answer = frame.answer(pieces, options.n, event.usage, has_logprobs=has_logprobs)
                return answer.model_dump_json()
    raise AssertionError("no chat was followed")
