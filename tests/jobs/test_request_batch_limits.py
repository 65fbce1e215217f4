"""What batches of requests may take of a tenant's limits, and of what all share."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from jobs import at_engine, request_batch_claims
from jobs.database import Database
from jobs.request_batch_store import NewRequestBatch, RequestBatchStore
from jobs.request_lines import RequestLines
from jobs.retention import expire
from jobs.services import Services
from jobs.tables import JobRecord
from jobs.work import run_next
from schemas.errors import Overloaded, RateLimited
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import JobKind, Queue
from schemas.openai_batches import RequestBatchCreate
from tests.jobs.asked import TENANT, claimed, read, uploaded
from tests.jobs.fake_doorbell import FakeDoorbell
from tests.jobs.fake_engine import answers
from tests.jobs.request_batching import (
    CHAT,
    ChattingEngine,
    asked,
    begun,
    line,
    lines_of,
    now,
    work,
)

RESPONSES = "/v1/responses"
OUTPUT = {"answer": "93"}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ChattingEngine:
    """In the place of the one that reads documents."""
    monkeypatch.setattr(at_engine, "_FIRST_WAIT_SECONDS", 0.0)
    return ChattingEngine()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the database's."""

    def move(by: timedelta) -> None:
        monkeypatch.setattr(Database, "now", lambda *_: datetime.now(UTC) + by)

    return move


def of_first_file(services: Services) -> NewRequestBatch:
    """Of a file that one batch reads already."""
    file = asked(services, line("a")).input_file_id
    sent = {"input_file_id": file, "endpoint": CHAT, "completion_window": "24h"}
    return NewRequestBatch(TENANT, None, RequestBatchCreate.model_validate(sent))


def about(document_id: str, custom_id: str = "a") -> dict[str, Any]:
    """A line of responses that reads a document."""
    parts = [
        {"type": "input_file", "file_id": document_id},
        {"type": "input_text", "text": f"What is {custom_id}?"},
    ]
    body = {"model": "m", "input": [{"role": "user", "content": parts}]}
    return {"custom_id": custom_id, "method": "POST", "url": RESPONSES, "body": body}


def extraction(database: Database) -> JobRecord:
    wanted = select(JobRecord).where(JobRecord.kind == JobKind.EXTRACTION)
    with database.reading() as session:
        return session.scalars(wanted).one()


def answered(services: Services) -> None:
    """The extraction of a line, by a worker."""
    claim = claimed(services.jobs, Queue.BATCH)
    assert claim.document_ids
    key = f"results/{claim.job_id}"
    result = answers()(cast(Any, None), lambda _: None).model_copy(update={"output": OUTPUT})
    services.storage.put_bytes(key, result.model_dump_json().encode())
    done: Any = {"status": Status.COMPLETED, "result_key": key, "usage": result.usage}
    assert services.jobs.finish(claim, seconds=1.0, **done)


def store_of(services: Services, settings: JobSettings) -> RequestBatchStore:
    return RequestBatchStore(services.database, settings, services.quotas)


def test_a_tenant_has_so_many_batches_open_and_others_may_still_upload(services: Services) -> None:
    new = of_first_file(services)
    store = store_of(services, JobSettings(max_open_batches=2))
    second = store.create(new)
    with pytest.raises(RateLimited, match="2 batches are open, and there may be 2"):
        store.create(new)
    store.cancel(TENANT, second.id)
    store.create(new)
    uploaded(services.documents)


def test_a_batch_is_refused_where_as_many_jobs_wait_as_may(services: Services) -> None:
    new = of_first_file(services)
    store = store_of(services, JobSettings(max_queued=1))
    with pytest.raises(Overloaded, match="1 jobs wait in the queue ingest"):
        store.create(new)


def test_a_line_over_documents_keeps_to_the_limits_of_its_tenant(
    services: Services, engine: ChattingEngine, doorbell: FakeDoorbell, database: Database
) -> None:
    document_id = read(services.documents, services.jobs)
    services.quotas.tenants.change(TENANT, {"result_seconds": 60, "queued_tokens": 1000})
    begun(services, about(document_id), endpoint=RESPONSES)
    doorbell.rings.clear()
    run_next(Queue.BATCH, services)
    job = extraction(database)
    assert (job.estimated_tokens, job.keep_seconds) == (30, 60)
    assert doorbell.rings[Queue.BATCH] == 1


def test_a_line_that_does_not_fit_into_the_limits_waits_and_is_answered_later(
    services: Services, engine: ChattingEngine, database: Database, clock: Any
) -> None:
    document_id = read(services.documents, services.jobs)
    batch = begun(services, about(document_id), about(document_id, "b"), endpoint=RESPONSES)
    services.quotas.tenants.change(TENANT, {"queued_tokens": 50})
    run_next(Queue.BATCH, services)
    first = claimed(services.jobs, Queue.BATCH)
    assert first.document_ids == (document_id,)
    assert run_next(Queue.BATCH, services)
    assert (services.jobs.due(Queue.BATCH), now(services, batch).request_counts.failed) == (0, 0)
    services.jobs.cancelled(first)
    clock(timedelta(seconds=11))
    assert run_next(Queue.BATCH, services)
    assert claimed(services.jobs, Queue.BATCH).document_ids == (document_id,)


def test_a_line_that_never_fits_into_the_limits_fails(
    services: Services, engine: ChattingEngine
) -> None:
    document_id = read(services.documents, services.jobs)
    batch = begun(services, about(document_id), endpoint=RESPONSES)
    services.quotas.tenants.change(TENANT, {"queued_tokens": 20})
    batch = work(services, batch)
    [found] = lines_of(services, batch.error_file_id)
    assert found["response"]["body"]["error"]["code"] == "quota_exceeded"


def test_an_answer_is_kept_until_it_was_written_down(
    services: Services, engine: ChattingEngine, database: Database, clock: Any
) -> None:
    document_id = read(services.documents, services.jobs)
    services.quotas.tenants.change(TENANT, {"result_seconds": 60})
    batch = begun(services, about(document_id), endpoint=RESPONSES)
    run_next(Queue.BATCH, services)
    answered(services)
    clock(timedelta(seconds=61))
    expire(services)
    services.request_batches.advance(batch.id)
    batch = work(services, batch)
    assert len(lines_of(services, batch.output_file_id)) == 1
    assert len(expire(services).extractions) == 1


def test_of_two_files_that_are_read_at_once_one_is_past_the_limit(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.quotas.tenants.change(TENANT, {"queued_tokens": 50})
    batches = [asked(services, line("a")), asked(services, line("b"))]
    claims = [claimed(services.jobs, Queue.INGEST), claimed(services.jobs, Queue.INGEST)]
    count = request_batch_claims._past_quota

    def slowly(*given: Any) -> Any:
        found = count(*given)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(request_batch_claims, "_past_quota", slowly)
    lines = RequestLines(model="m", num_bytes=120)  # about 30 tokens
    with ThreadPoolExecutor(2) as pool:
        write = services.request_batches.was_read
        both = [pool.submit(write, claim, lines, most_tokens=50) for claim in claims]
        assert [one.result() for one in both] == [True, True]
    assert sorted(now(services, batch).status for batch in batches) == ["failed", "in_progress"]
