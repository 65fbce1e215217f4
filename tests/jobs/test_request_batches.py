"""What becomes of a batch of requests where workers die, callers change their mind and time goes
by; with a clock that a test sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from jobs import at_engine
from jobs.database import Database
from jobs.job_store import JobStore
from jobs.request_batch_tables import RequestLineRecord
from jobs.request_lines import RequestLines
from jobs.services import Services
from jobs.storage import batch_folder
from jobs.tables import JobRecord, LedgerRecord, RemovalRecord
from jobs.work import run_next
from schemas.errors import Conflict, EngineUnavailable, InvalidInput, NotFound
from schemas.extraction import Status
from schemas.jobs import Failure, Queue
from tests.jobs.asked import TENANT, claimed
from tests.jobs.request_batching import (
    USAGE,
    ChattingEngine,
    answers,
    asked,
    begun,
    count,
    errors,
    events,
    line,
    lines_of,
    now,
    sweep,
    work,
)


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


def test_requests_are_answered_at_half_the_price_behind_whoever_waits(
    services: Services, engine: ChattingEngine, database: Database
) -> None:
    batch = begun(services, line("a"), line("b"))
    assert (batch.status, batch.model, batch.request_counts.total) == ("in_progress", "m", 2)
    batch = work(services, batch)
    assert answers(services, batch) == {"a": "A", "b": "B"}
    assert (batch.status, batch.error_file_id) == ("completed", None)
    assert (batch.usage.input_tokens, batch.usage.output_tokens) == (2000, 40)
    assert [request.urgency for request in engine.requests] == [8, 8]
    with database.reading() as session:
        ledger = session.scalars(select(LedgerRecord)).all()
    assert [(one.key_id, one.prompt_price) for one in ledger] == [("key_1", 200_000)] * 2
    assert events(database) == [("batch.completed", {"id": batch.id})]


def test_a_batch_that_has_ended_keeps_its_files_alone(
    services: Services, engine: ChattingEngine, database: Database
) -> None:
    batch = work(services, begun(services, line("a")))
    assert (count(database, JobRecord), count(database, RequestLineRecord)) == (0, 0)
    with database.reading() as session:
        left = session.scalars(select(RemovalRecord.folder)).all()
    assert left == [batch_folder(TENANT, batch.id)]
    file = services.files.get(TENANT, str(batch.output_file_id))
    assert (file.purpose, file.filename) == ("batch_output", f"{batch.id}_output.jsonl")
    assert file.expires_at is None


def test_lines_become_jobs_a_few_at_a_time(services: Services, engine: ChattingEngine) -> None:
    batch = begun(services, *(line(str(number)) for number in range(40)))
    assert services.jobs.due(Queue.BATCH) == 32
    run_next(Queue.BATCH, services)
    assert services.jobs.due(Queue.BATCH) == 32
    assert now(services, batch).request_counts.completed == 1


def test_a_line_whose_worker_was_killed_is_answered_by_the_next_one_once(
    services: Services, engine: ChattingEngine, database: Database, clock: Any
) -> None:
    batch = begun(services, line("a"))
    killed = claimed(services.jobs, Queue.BATCH)
    clock(timedelta(seconds=31))
    sweep(services)
    batch = work(services, batch)
    assert answers(services, batch) == {"a": "A"}
    late = {"status": Status.COMPLETED, "result_key": "late", "usage": USAGE, "seconds": 1.0}
    assert not services.jobs.finish(killed, **cast(Any, late))
    assert count(database, LedgerRecord) == 1


def test_a_response_is_there_where_its_worker_was_killed_right_after_the_end(
    services: Services, engine: ChattingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"model": "m", "input": "hello"}
    sent = {"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": body}
    batch = begun(services, sent, endpoint="/v1/responses")
    finish = JobStore.finish

    def killed(*given: Any, **named: Any) -> None:
        assert finish(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(JobStore, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            run_next(Queue.BATCH, services)
    sweep(services)
    [found] = lines_of(services, work(services, batch).output_file_id)
    told = services.responses.get(TENANT, found["response"]["body"]["id"])
    assert told.answer is not None


def test_a_file_whose_reader_was_killed_is_read_by_the_next_one(
    services: Services, engine: ChattingEngine, clock: Any
) -> None:
    batch = asked(services, line("a"), line("b"))
    killed = claimed(services.jobs, Queue.INGEST)
    clock(timedelta(seconds=31))
    sweep(services)
    batch = work(services, batch)
    assert answers(services, batch) == {"a": "A", "b": "B"}
    assert not services.request_batches.was_read(killed, RequestLines(), most_tokens=None)
    assert now(services, batch).status == "completed"


def test_of_two_who_write_the_answers_one_does(
    services: Services, engine: ChattingEngine, database: Database, clock: Any
) -> None:
    batch = begun(services, line("a"))
    run_next(Queue.BATCH, services)
    killed = claimed(services.jobs, Queue.INGEST)
    assert now(services, batch).status == "finalizing"
    clock(timedelta(seconds=31))
    sweep(services)
    batch = work(services, batch)
    assert not services.request_batches.written(killed, None, None, num_deleted=0)
    assert now(services, batch) == batch
    assert answers(services, batch) == {"a": "A"}
    assert [kind for kind, _ in events(database)] == ["batch.completed"]


def test_an_engine_that_is_lost_is_asked_again_and_says_nothing_twice(
    services: Services, engine: ChattingEngine
) -> None:
    engine.errors = [EngineUnavailable("it went away", was_reached=True)]
    batch = work(services, begun(services, line("a")))
    assert answers(services, batch) == {"a": "A"}


def test_a_line_that_kills_the_engine_each_time_ends_alone(
    services: Services, engine: ChattingEngine
) -> None:
    engine.errors = [EngineUnavailable("it went away", was_reached=True)] * 3
    batch = work(services, begun(services, line("a"), line("b")))
    assert answers(services, batch) == {"b": "B"}
    assert errors(services, batch)["a"]["code"] == "engine_unavailable"
    assert batch.status == "completed"


def test_a_batch_is_cancelled_with_what_was_answered(
    services: Services, engine: ChattingEngine, database: Database
) -> None:
    batch = begun(services, line("a"), line("b"), line("c"))
    run_next(Queue.BATCH, services)
    running = claimed(services.jobs, Queue.BATCH)
    assert services.request_batches.cancel(TENANT, batch.id).status == "cancelling"
    assert not run_next(Queue.INGEST, services)
    assert services.jobs.renew(running)
    services.jobs.cancelled(running)
    services.request_batches.advance(batch.id)
    batch = work(services, batch)
    assert (batch.status, answers(services, batch)) == ("cancelled", {"a": "A"})
    found = errors(services, batch)
    assert {name: error["code"] for name, error in found.items()} == {
        "b": "batch_cancelled",
        "c": "batch_cancelled",
    }
    assert batch.cancelling_at is not None
    assert batch.cancelled_at is not None
    assert events(database) == [("batch.cancelled", {"id": batch.id})]
    assert services.request_batches.cancel(TENANT, batch.id) == batch


def test_a_batch_is_cancelled_before_its_file_is_read(
    services: Services, engine: ChattingEngine
) -> None:
    batch = asked(services, line("a"))
    assert services.request_batches.cancel(TENANT, batch.id).status == "cancelled"
    assert work(services, batch).output_file_id is None
    batch = asked(services, line("a"))
    reading = claimed(services.jobs, Queue.INGEST)
    assert services.request_batches.cancel(TENANT, batch.id).status == "cancelling"
    assert services.request_batches.was_read(reading, RequestLines(), most_tokens=None)
    services.request_batches.advance(batch.id)
    assert now(services, batch).status == "cancelled"


def test_a_batch_that_has_ended_is_not_cancelled(
    services: Services, engine: ChattingEngine
) -> None:
    batch = work(services, begun(services, line("a")))
    with pytest.raises(Conflict, match="with status 'completed'"):
        services.request_batches.cancel(TENANT, batch.id)


def test_what_is_not_answered_within_the_window_is_told_as_expired(
    services: Services, engine: ChattingEngine, database: Database, clock: Any
) -> None:
    batch = begun(services, *(line(str(number)) for number in range(34)))
    run_next(Queue.BATCH, services)
    clock(timedelta(hours=24, seconds=1))
    sweep(services)
    batch = work(services, batch)
    assert (batch.status, batch.completed_at) == ("expired", None)
    assert answers(services, batch) == {"0": "0"}
    found = errors(services, batch)
    assert len(found) == 33
    assert found["33"] == {
        "code": "batch_expired",
        "message": "This request could not be executed before the completion window expired.",
    }
    assert (batch.request_counts.completed, batch.request_counts.failed) == (1, 33)
    assert events(database) == [("batch.expired", {"id": batch.id})]


def test_a_file_that_nobody_reads_in_time_is_a_batch_that_expired(
    services: Services, engine: ChattingEngine, clock: Any
) -> None:
    batch = asked(services, line("a"))
    clock(timedelta(hours=24, seconds=1))
    sweep(services)
    assert now(services, batch).status == "expired"


def test_a_line_whose_document_was_too_late_has_not_expired(
    services: Services, engine: ChattingEngine
) -> None:
    batch = begun(services, line("a"))
    late = Failure(code="deadline_exceeded", message="read too late", param="doc_1")
    services.jobs.fail(claimed(services.jobs, Queue.BATCH), late)
    services.request_batches.advance(batch.id)
    batch = work(services, batch)
    [found] = lines_of(services, batch.error_file_id)
    assert (batch.status, found["error"]) == ("completed", None)
    assert found["response"]["body"]["error"]["message"] == "read too late"


def test_the_file_may_be_deleted_once_it_was_read(
    services: Services, engine: ChattingEngine
) -> None:
    batch = begun(services, line("a"))
    services.files.delete(TENANT, batch.input_file_id)
    assert answers(services, work(services, batch)) == {"a": "A"}


def test_a_file_that_is_deleted_before_it_was_read_is_told(
    services: Services, engine: ChattingEngine, database: Database
) -> None:
    batch = asked(services, line("a"))
    services.files.delete(TENANT, batch.input_file_id)
    batch = work(services, batch)
    assert batch.status == "failed"
    assert batch.errors is not None
    assert (batch.errors.data[0].code, batch.errors.data[0].line) == ("not_found", None)
    assert events(database) == [("batch.failed", {"id": batch.id})]


def test_a_writer_that_fails_is_followed_by_another(
    services: Services, engine: ChattingEngine, clock: Any
) -> None:
    batch = begun(services, line("a"))
    run_next(Queue.BATCH, services)
    writing = claimed(services.jobs, Queue.INGEST)
    services.jobs.fail(writing, Failure(code="unavailable", message="the storage is away"))
    sweep(services)
    assert work(services, batch).status == "finalizing"
    clock(timedelta(seconds=61))
    assert answers(services, work(services, batch)) == {"a": "A"}


def test_a_line_of_answers_is_one_for_whoever_splits_at_any_line_break(
    services: Services, engine: ChattingEngine
) -> None:
    said = [{"role": "user", "content": "a\u2028b\u2029c\x85d"}]
    batch = work(services, begun(services, line("a", messages=said), line("b")))
    key = services.files.content_key(TENANT, str(batch.output_file_id))
    first, second = services.storage.get_bytes(key).decode().splitlines()
    assert (json.loads(first)["custom_id"], json.loads(second)["custom_id"]) == ("a", "b")
    assert answers(services, batch)["a"] == "A\u2028B\u2029C\x85D"


def test_an_answer_that_is_gone_is_told_and_counted(
    services: Services, engine: ChattingEngine
) -> None:
    batch = begun(services, line("a"), line("b"))
    run_next(Queue.BATCH, services)
    services.storage.delete_folder(f"{batch_folder(TENANT, batch.id)}/1-1.json")
    batch = work(services, batch)
    assert answers(services, batch) == {"b": "B"}
    assert errors(services, batch)["a"]["code"] == "deleted"
    assert (batch.request_counts.completed, batch.request_counts.failed) == (1, 1)


def test_more_tokens_than_a_tenant_may_have_waiting_fail_a_batch(
    services: Services, engine: ChattingEngine
) -> None:
    first = begun(services, line("a"))
    services.quotas.tenants.change(TENANT, {"queued_tokens": 50})
    batch = begun(services, line("b"))
    assert batch.errors is not None
    assert [error.code for error in batch.errors.data] == ["token_limit_exceeded"]
    assert now(services, first).status == "in_progress"


def test_sweeps_change_nothing_where_nothing_is_due(
    services: Services, engine: ChattingEngine
) -> None:
    begun(services, line("a"))
    assert services.request_batches.advance_all() == []


def test_a_batch_reads_a_file_for_batches_of_its_own_tenant(
    services: Services, engine: ChattingEngine
) -> None:
    with pytest.raises(InvalidInput, match="uploaded for evals"):
        asked(services, line("a"), purpose="evals")
    batch = asked(services, line("a"))
    for look in (services.request_batches.get, services.request_batches.cancel):
        with pytest.raises(NotFound, match="No batch found"):
            look("other", batch.id)


def test_what_a_batch_expires_with_is_that_of_its_files(
    services: Services, engine: ChattingEngine
) -> None:
    lasts = {"anchor": "created_at", "seconds": 3600}
    batch = work(services, begun(services, line("a"), output_expires_after=lasts))
    file = services.files.get(TENANT, str(batch.output_file_id))
    assert file.expires_at == file.created_at + 3600
