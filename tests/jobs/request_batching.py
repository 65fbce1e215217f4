"""What tests do with batches of requests: an engine that chats, lines of a file, and what became of
them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from jobs.database import Database
from jobs.file_store import new_file_id
from jobs.request_batch_store import NewRequestBatch
from jobs.services import Services
from jobs.storage import file_key
from jobs.webhook_tables import WebhookEventRecord
from jobs.work import run_next
from schemas.engine_protocol import EngineEvent, EngineGenerate, EngineHealth
from schemas.extraction import Usage
from schemas.generation import Finish, Piece
from schemas.jobs import Queue
from schemas.openai_batches import RequestBatch, RequestBatchCreate
from tests.jobs.asked import TENANT

CHAT = "/v1/chat/completions"
USAGE = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=20)
HEALTH = EngineHealth(
    model="m",
    running=0,
    waiting=0,
    num_steps=0,
    seconds_since_step=None,
    prefill_tokens_per_second=1.0,
    chats=True,
)


class ChattingEngine:
    """Says what was said to it, in capitals; first, it raises its `errors`."""

    def __init__(self) -> None:
        self.requests: list[EngineGenerate] = []
        self.errors: list[Exception] = []

    def health(self) -> EngineHealth:
        return HEALTH

    def generate(self, request: EngineGenerate, on_event: Callable[[EngineEvent], None]) -> Usage:
        self.requests.append(request)
        on_event(EngineEvent(pieces=[Piece(text=request.messages[-1].content.upper())]))
        if self.errors:
            raise self.errors.pop(0)
        on_event(EngineEvent(pieces=[Piece(finish=Finish.STOP)]))
        return USAGE


def line(custom_id: str, **changes: Any) -> dict[str, Any]:
    body = {"model": "m", "messages": [{"role": "user", "content": custom_id}]}
    return {"custom_id": custom_id, "method": "POST", "url": CHAT, "body": body | changes}


def asked(services: Services, *lines: Any, purpose: str = "batch", **options: Any) -> RequestBatch:
    data = "\n".join(json.dumps(one) for one in lines).encode()
    file_id = new_file_id()
    services.storage.put_bytes(file_key(TENANT, file_id), data)
    services.files.add(
        TENANT, purpose=purpose, name="a.jsonl", num_bytes=len(data), file_id=file_id
    )
    create = RequestBatchCreate.model_validate(
        {"input_file_id": file_id, "endpoint": CHAT, "completion_window": "24h", **options}
    )
    return services.request_batches.create(NewRequestBatch(TENANT, "key_1", create))


def begun(services: Services, *lines: Any, **options: Any) -> RequestBatch:
    """Its file was read."""
    batch = asked(services, *lines, **options)
    assert run_next(Queue.INGEST, services)
    return now(services, batch)


def now(services: Services, batch: RequestBatch) -> RequestBatch:
    return services.request_batches.get(TENANT, batch.id)


def sweep(services: Services) -> None:
    services.jobs.sweep()
    services.request_batches.advance_all()


def work(services: Services, batch: RequestBatch) -> RequestBatch:
    while run_next(Queue.INGEST, services) or run_next(Queue.BATCH, services):
        pass
    return now(services, batch)


def lines_of(services: Services, file_id: str | None) -> list[dict[str, Any]]:
    assert file_id is not None
    data = services.storage.get_bytes(services.files.content_key(TENANT, file_id))
    return [json.loads(one) for one in data.splitlines()]


def answers(services: Services, batch: RequestBatch) -> dict[str, str]:
    found = [
        (one["custom_id"], one["response"]["body"]["choices"][0]["message"]["content"])
        for one in lines_of(services, batch.output_file_id)
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def errors(services: Services, batch: RequestBatch) -> dict[str, Any]:
    found = [(one["custom_id"], one["error"]) for one in lines_of(services, batch.error_file_id)]
    return dict(found)


def events(database: Database) -> list[tuple[str, Any]]:
    with database.reading() as session:
        return [(one.type, one.data) for one in session.scalars(select(WebhookEventRecord))]


def count(database: Database, table: type[Any]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
