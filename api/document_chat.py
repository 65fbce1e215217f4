"""How is a chat answered by documents, which may have to be read first?

The reading is a job: who hangs up does not end it, and who asks the same again finds it.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.context import Context
from api.job_events import ended
from api.openai_errors import hung_up
from api.openai_stream import BEAT_SECONDS
from api.rate_headers import show_rates
from api.reading_headers import reading_headers
from api.whole_answers import is_again
from jobs.chat_answer import ChunkWriter, Frame
from jobs.chat_request import read_by
from jobs.document_answer import files_of
from jobs.document_completion import chunks_of, completion_of
from jobs.document_question import DocumentQuestion
from jobs.engine_client import RemoteFailure
from jobs.job_store import NewExtraction
from jobs.key_store import Caller
from jobs.logs import logger
from jobs.results import with_result
from jobs.schema_store import check_schema
from jobs.tuned_models import TunedModel
from schemas.engine_protocol import EngineHealth
from schemas.errors import Conflict, InvalidSchema, ServiceError
from schemas.jobs import FINAL, ExtractionJob, Queue
from schemas.openai_answers import DocumentCompletion
from schemas.openai_chat import ChatCompletionCreate
from schemas.openai_errors import error_of, internal_error

_LOOK_SECONDS = 1.0
_KEPT_SECONDS = 86_400
_log = logger(__name__)


class DocumentChat:
    """One of them, to one caller."""

    def __init__(
        self,
        context: Context,
        caller: Caller,
        chat: ChatCompletionCreate,
        question: DocumentQuestion,
        health: EngineHealth,
        tuned: TunedModel | None,
    ) -> None:
        self._context, self._caller, self._chat = context, caller, chat
        self._question, self._tuned = question, tuned
        self._frame = Frame(health.model if tuned is None else tuned.id)

    async def answer(self, request: Request) -> Response:
        create = self._question.extraction(is_urgent=True, keep_seconds=_KEPT_SECONDS)
        create = read_by(create, self._tuned)
        try:
            await self._context.schemas.run(check_schema, create.response_schema)
        except InvalidSchema as error:
            error.param = "response_format"
            raise
        tenant, key_id = self._caller.tenant, self._caller.key_id
        new = NewExtraction(tenant, key_id, create, is_again=is_again(request))
        job = await run_in_threadpool(self._begin, new)
        await show_rates(request, self._context, tenant)
        if self._chat.stream:
            return StreamingResponse(self._streamed(job), media_type="text/event-stream")
        while job.status not in FINAL:
            job = await self._later(job)
            if await request.is_disconnected():
                return hung_up()
        completion = await run_in_threadpool(self._completion, job)
        return Response(
            completion.model_dump_json(),
            media_type="application/json",
            headers=reading_headers(completion.needlepoint),
        )

    def _begin(self, new: NewExtraction) -> ExtractionJob:
        services = self._context.services
        job, is_new = services.jobs.create_extraction(new)
        if is_new:
            services.doorbell.ring(Queue(new.create.priority))
        return job

    async def _later(self, job: ExtractionJob) -> ExtractionJob:
        return await ended(self._context, self._caller.tenant, job, _LOOK_SECONDS)

    def _completion(self, job: ExtractionJob) -> DocumentCompletion:
        """Raises what the extraction ended with, if it did not come to a result."""
        if job.failure is not None:
            raise RemoteFailure(job.failure)
        services, tenant = self._context.services, self._caller.tenant
        result = with_result(services, tenant, job).result
        if result is None:
            raise Conflict(f"{job.id} was cancelled while it was waited for")
        files = files_of(services, tenant, self._chat.turns())
        has_schema = self._question.schema is not None
        return completion_of(self._frame, job.id, result, files, has_schema=has_schema)

    async def _streamed(self, job: ExtractionJob) -> AsyncIterator[str]:
        try:
            writer = ChunkWriter(self._frame, self._chat.includes_usage, False)
            for chunk in writer.first(1):
                yield _line(chunk)
            said = time.monotonic()
            while job.status not in FINAL:
                job = await self._later(job)
                if time.monotonic() - said >= BEAT_SECONDS:
                    said = time.monotonic()
                    yield f": {job.progress.stage} {job.progress.share:.0%}\n\n"
            completion = await run_in_threadpool(self._completion, job)
            told = partial(chunks_of, includes_usage=self._chat.includes_usage)
            for chunk in told(self._frame, completion):
                yield _line(chunk)
        except ServiceError as error:
            yield _line({"error": error_of(error)})
        except Exception as error:
            _log.error("a stream failed", exc_info=error)
            yield _line({"error": internal_error()})
        else:
            yield "data: [DONE]\n\n"


def _line(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
