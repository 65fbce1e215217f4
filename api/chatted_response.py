"""How is a response given that reads no document: as a chat, said while the caller listens?

What was said is kept when it has ended. Who hangs up ends the work, unless it tries again.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.chat_meter import ChatName, metered
from api.context import Context
from api.followed_chat import FollowedChat, followed
from api.openai_errors import hung_up
from api.openai_stream import BEAT_SECONDS, beat_of, sound_beginning
from api.problems import request_id_of
from api.whole_answers import asking_of
from jobs.chat_request import check_chats
from jobs.key_store import Caller
from jobs.logs import logger
from jobs.response_answer import begun_events, frame_of
from jobs.response_chat import response_request
from jobs.response_output import ChatOutput, chat_response, kept_answer
from jobs.response_store import StoredResponse
from schemas.engine_protocol import EngineEvent, EngineGenerate, EngineHealth
from schemas.errors import ServiceError
from schemas.extraction import Usage
from schemas.generation import Piece
from schemas.openai_errors import error_of, internal_error
from schemas.openai_responses import ResponseCreate

_LOOK_SECONDS = 1.0
_PARAMS = {"messages": "input", "response_format": "text.format.schema"}
_log = logger(__name__)


class ChattedResponse:
    """One of them, to one caller. Raises `NotForChat`."""

    def __init__(
        self, context: Context, caller: Caller, sent: ResponseCreate, health: EngineHealth
    ) -> None:
        check_chats(health)
        self._context, self._caller = context, caller
        self._sent, self._is_kept = sent, sent.store is not False
        self.asked = sent.model_dump(mode="json", by_alias=True, exclude_none=True)

    async def answer(self, request: Request) -> Response:
        """Raises what the engine finds wrong with it. Asked for whole, it goes on for a while where
        a client that tries again hangs up, and is what that gets."""
        if self.asked.get("stream"):
            return await self._as_stream(request)
        asking = await run_in_threadpool(
            asking_of, request, self._caller, self._sent, has_one_answer=False
        )
        whole = partial(self._whole, request)
        answer = await self._context.whole_answers.answer(request, asking, whole)
        if answer is None:
            return hung_up()
        return Response(answer, media_type="application/json")

    async def _as_stream(self, request: Request) -> Response:
        async with AsyncExitStack() as stack:
            following, stored = await stack.enter_async_context(self._followed(request))
            begun = await sound_beginning(following)
            lines = self._streamed(following, begun, stored, stack.pop_all())
            return StreamingResponse(lines, media_type="text/event-stream")
        raise AssertionError("no chat was followed")

    @asynccontextmanager
    async def _followed(
        self, request: Request
    ) -> AsyncIterator[tuple[FollowedChat, StoredResponse]]:
        stored, generate = await run_in_threadpool(self._begun, request_id_of(request))
        name = ChatName(stored.id, stored.request["model"])
        meter = await metered(request, self._context, self._caller, generate, name)
        try:
            async with followed(self._context, generate, meter) as following:
                yield following, stored
        except ServiceError as error:
            _in_its_words(error)
            raise

    def _begun(self, request_id: str) -> tuple[StoredResponse, EngineGenerate]:
        tenant, responses = self._caller.tenant, self._context.services.responses
        stored = responses.begun(tenant, self.asked)
        before = responses.before(tenant, self.asked.get("previous_response_id"))
        generate = response_request(self.asked, before, request_id=request_id, tenant=tenant)
        return stored, generate

    async def _whole(self, request: Request) -> str:
        pieces: list[Piece] = []
        async with self._followed(request) as (following, stored):
            while True:
                event = await following.next(_LOOK_SECONDS)
                if event is None:
                    continue
                pieces += event.pieces
                if event.usage is not None:
                    await self._keep(stored, pieces, event.usage)
                    output = ChatOutput(stored.id)
                    for piece in pieces:
                        list(output.take(piece))
                    return json.dumps(chat_response(stored, output, event.usage))
        raise AssertionError("no chat was followed")

    async def _streamed(
        self,
        following: FollowedChat,
        begun: list[EngineEvent],
        stored: StoredResponse,
        stack: AsyncExitStack,
    ) -> AsyncIterator[str]:
        """Closes the stack at its end, also where the caller hangs up."""
        async with stack:
            try:
                for event in begun_events(frame_of(stored, stored.request["model"])):
                    yield line_of(event)
                async for line in self._said(following, begun, stored):
                    yield line
            except ServiceError as error:
                yield failed_line(_in_its_words(error))
            except Exception as error:
                _log.error("a stream failed", exc_info=error)
                yield f"data: {json.dumps({'error': internal_error()})}\n\n"

    async def _said(
        self, following: FollowedChat, begun: list[EngineEvent], stored: StoredResponse
    ) -> AsyncIterator[str]:
        coming, told = iter(begun), time.monotonic()
        output, pieces, number = ChatOutput(stored.id), list[Piece](), 2
        while True:
            event = next(coming, None) or await following.next(_LOOK_SECONDS)
            for piece in () if event is None else event.pieces:
                pieces.append(piece)
                for said in output.take(piece):
                    yield line_of({**said, "sequence_number": number})
                    number, told = number + 1, time.monotonic()
            if event is not None and event.usage is not None:
                await self._keep(stored, pieces, event.usage)
                response = chat_response(stored, output, event.usage)
                kind = f"response.{response['status']}"
                yield line_of({"type": kind, "response": response, "sequence_number": number})
                return
            if time.monotonic() - told >= BEAT_SECONDS:
                yield beat_of(event)
                told = time.monotonic()

    async def _keep(self, stored: StoredResponse, pieces: Iterable[Piece], usage: Usage) -> None:
        if self._is_kept:
            await run_in_threadpool(
                self._context.services.responses.add,
                self._caller.tenant,
                request=stored.request,
                answer=kept_answer(list(pieces), usage, stored.request["model"]),
                response_id=stored.id,
                created_at=stored.created_at,
            )


def _in_its_words(error: ServiceError) -> ServiceError:
    """The engine knows no API: its places are those of a chat."""
    error.param = _PARAMS.get(error.param or "", error.param)
    return error


def line_of(event: dict[str, Any]) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


def failed_line(error: ServiceError) -> str:
    return f"data: {json.dumps({'error': error_of(error)})}\n\n"
