"""What does a chat use of what its tenant may, and where is that written down?

About the tokens of its prompt are taken from the rate before it begins, the rest at its end. What
it used is a line of the ledger before its end is told, so that no answer says a usage that the
ledger does not have; where the caller hangs up, it is what was used until then.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.context import Context
from api.rate_headers import show_rates
from jobs.key_store import Caller
from jobs.logs import logger
from jobs.prices import chat_line, prices_of
from jobs.services import Services
from schemas.engine_protocol import EngineEvent, EngineGenerate
from schemas.extraction import Usage
from schemas.jobs import Queue

_BYTES_BY_TOKEN = 4

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class ChatName:
    """What it is called in its answer, and the model that says it."""

    id: str
    model: str


class ChatMeter:
    """One chat's. Used by the thread that hears of it."""

    def __init__(self, services: Services, caller: Caller, name: ChatName, taken: int) -> None:
        self._services, self._caller, self._name = services, caller, name
        self._taken = taken
        self._began: float | None = None
        self._used: Usage | None = None
        self._is_written = False

    def heard(self, event: EngineEvent) -> None:
        """Before it is told. Raises `Unavailable` where the end can not be written down."""
        if self._began is None and (event.progress or event.used or event.usage):
            self._began = time.monotonic()
        self._used = event.usage or event.used or self._used
        if event.usage is not None:
            self._write(event.usage)

    def left(self) -> None:
        """The caller hung up. What was read of its prompt until then was used, also where that is
        not all of it."""
        if self._used is None or not self._used.prompt_tokens or self._is_written:
            return
        try:
            self._write(self._used)
        except Exception as error:
            _log.error("a chat that was left is not in the ledger", exc_info=error)

    def _write(self, usage: Usage) -> None:
        services, caller = self._services, self._caller
        prices = prices_of(services.settings.prices, Queue.INTERACTIVE)
        seconds = round(time.monotonic() - (self._began or time.monotonic()), 3)
        with services.database.transaction() as session:
            line = chat_line(
                self._name.id,
                caller.tenant,
                caller.key_id,
                usage,
                prices,
                services.database.now(session),
                seconds=seconds,
                model=self._name.model,
            )
            session.add(line)
        self._is_written = True
        rest = usage.prompt_tokens + usage.completion_tokens - self._taken
        services.quotas.take_rest_of_chat(caller.tenant, rest)


async def metered(
    request: Request, context: Context, caller: Caller, asked: EngineGenerate, name: ChatName
) -> ChatMeter:
    """Raises `RateLimited`, and `QuotaExceeded` for one that never fits."""
    services, tokens = context.services, prompt_tokens_of(asked)
    quotas = services.quotas
    try:
        if quotas.costs_no_wait(caller.tenant):
            quotas.take_chat(caller.tenant, tokens)
        else:
            await run_in_threadpool(quotas.take_chat, caller.tenant, tokens)
    finally:
        await show_rates(request, context, caller.tenant)
    return ChatMeter(services, caller, name, tokens)


def prompt_tokens_of(asked: EngineGenerate) -> int:
    """About, as the engine alone can count them."""
    texts = [message.model_dump_json(exclude_defaults=True) for message in asked.messages]
    tools = [json.dumps(tool.parameters) for tool in asked.options.tools]
    return sum(len(text.encode()) for text in (*texts, *tools)) // _BYTES_BY_TOKEN
