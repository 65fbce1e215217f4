"""How does a client of OpenAI chat with the model?"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from api.authentication import Writes
from api.context import ContextHere
from api.followed_chat import FollowedChat, followed
from api.json_body import described, json_body
from api.openai_answer import ChunkWriter, Frame
from api.openai_errors import documented, error_response
from api.openai_models import served
from api.openai_stream import sound_beginning, stream_of
from api.problems import request_id_of
from schemas.engine_protocol import EngineGenerate
from schemas.errors import NotForChat
from schemas.generation import GenerateOptions, Piece
from schemas.openai_answers import ChatCompletion
from schemas.openai_chat import ChatCompletionCreate

router = APIRouter(tags=["openai"])

_LOOK_SECONDS = 1.0
_CLIENT_CLOSED = 499


@router.post(
    "/v1/chat/completions",
    response_model=ChatCompletion,
    responses=documented(408),
    openapi_extra=described(ChatCompletionCreate),
)
async def create_chat_completion(
    request: Request,
    context: ContextHere,
    caller: Writes,
    chat: Annotated[ChatCompletionCreate, Depends(json_body(ChatCompletionCreate))],
) -> Response:
    """What the model says next; with `stream`, as it says it."""
    health = await served(context, chat.model)
    if not health.chats:
        raise NotForChat(
            f"the model {health.model!r} is not fit for chat: it was made to go on with texts, and "
            "fills schemas from documents (POST /v1/extractions). Serve one that chats: "
            "NEEDLEPOINT_ENGINE__MODEL=qwen2.5-coder-1.5b",
            param="model",
        )
    asked = EngineGenerate(
        request_id=request_id_of(request),
        tenant=caller.tenant,
        messages=chat.chat_messages(),
        options=chat.options(),
    )
    async with AsyncExitStack() as stack:
        following = await stack.enter_async_context(followed(context, asked))
        frame = Frame(health.model)
        if not chat.stream:
            return await _whole(request, following, frame, asked.options)
        begun = await sound_beginning(following)
        writer = ChunkWriter(frame, chat.includes_usage, asked.options.logprobs)
        lines = stream_of(following, begun, writer, asked.options.n, stack.pop_all())
        return StreamingResponse(lines, media_type="text/event-stream")
    raise AssertionError("no chat was followed")


async def _whole(
    request: Request, following: FollowedChat, frame: Frame, options: GenerateOptions
) -> Response:
    pieces: list[Piece] = []
    while True:
        event = await following.next(_LOOK_SECONDS)
        if await request.is_disconnected():
            return error_response(_CLIENT_CLOSED, "the caller hung up")
        if event is None:
            continue
        pieces += event.pieces
        if event.usage is not None:
            answer = frame.answer(pieces, options.n, event.usage, has_logprobs=options.logprobs)
            return Response(answer.model_dump_json(), media_type="application/json")
