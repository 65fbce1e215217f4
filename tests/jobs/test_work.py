from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from jobs import at_engine, patience, work
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.engine_client import RemoteFailure
from jobs.job_store import Claim, JobStore
from jobs.services import Services
from jobs.storage import Storage, result_key
from jobs.tables import JobRecord, LedgerRecord
from jobs.work import run_next
from schemas.engine_protocol import EngineEvent, EngineExtract, EngineProgress
from schemas.errors import EngineUnavailable, Unavailable, UnreadableDocument
from schemas.extraction import Extraction, Status
from schemas.jobs import ExtractionJob, Failure, Queue
from schemas.stored_document import DocumentStatus
from tests.jobs.asked import TENANT, asked, read, uploaded
from tests.jobs.fake_doorbell import FakeDoorbell
from tests.jobs.fake_engine import FIELD, USAGE, FakeEngine, OnEvent, answers, raises, tells

GONE = EngineUnavailable("it went away", was_reached=True)
AWAY = EngineUnavailable("it does not answer")
RENEWED_SECONDS = 4.0  # a quarter of the lease
READING = EngineEvent(progress=EngineProgress(stage="read", done=1, total=2, unit="tokens"))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_engine, "_FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(at_engine, "_LONGEST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(patience, "_PAUSE_SECONDS", 0.0)


@pytest.fixture
def job(documents: DocumentStore, jobs: JobStore) -> ExtractionJob:
    return asked(jobs, read(documents, jobs), instructions="in dollars", mode="dense")


def run(services: Services) -> bool:
    return run_next(Queue.STANDARD, services)


def ended(services: Services, job: ExtractionJob) -> ExtractionJob:
    """The job after one run."""
    assert run(services)
    return services.jobs.get_extraction(TENANT, job.id)


def num_ledger_lines(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(LedgerRecord)) or 0


def make_due(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(JobRecord).values(not_before=None))


def test_nothing_due_is_nothing_done(services: Services, engine: FakeEngine) -> None:
    assert not run(services)
    assert engine.requests == []


def test_a_result_is_kept_under_the_id_of_the_job(
    services: Services, job: ExtractionJob, database: Database
) -> None:
    found = ended(services, job)
    key = services.jobs.result_key_of(TENANT, job.id)
    assert key == result_key(TENANT, job.id, 1)
    result = Extraction.model_validate_json(services.storage.get_bytes(key))
    assert (result.id, result.output) == (job.id, {"total": "93"})
    assert (found.status, num_ledger_lines(database)) == ("completed", 1)
    assert found.usage is not None
    assert found.usage.model_dump(exclude={"cost_usd"}) == USAGE.model_dump()


def test_the_engine_is_told_all_that_was_asked(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    run(services)
    request = engine.requests[0]
    assert (request.request_id, request.tenant) == (f"{job.id}:1", TENANT)
    assert [(one.id, one.key) for one in request.documents] == [
        (job.documents[0], "parsed/report.pdf")
    ]
    assert (request.instructions, request.mode) == ("in dollars", "dense")


def test_an_incomplete_result_is_one_too(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    engine.acts = [answers(Status.INCOMPLETE)]
    assert ended(services, job).status == Status.INCOMPLETE
    assert services.jobs.result_key_of(TENANT, job.id) is not None


def test_progress_and_fields_are_seen_while_it_runs(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    seen: list[ExtractionJob] = []

    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        on_event(READING.model_copy(update={"fields": [FIELD]}))
        seen.append(services.jobs.get_extraction(TENANT, job.id))
        return answers()(request, on_event)

    engine.acts = [act]
    found = ended(services, job)
    assert (seen[0].progress.stage, seen[0].progress.tokens_done) == ("read", 1)
    assert seen[0].partial_fields == [FIELD]
    assert found.partial_fields == []


def test_an_engine_that_is_away_is_waited_for(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    engine.acts = [raises(AWAY)] * 5
    found = ended(services, job)
    assert (found.status, found.attempt, len(engine.requests)) == (Status.COMPLETED, 1, 6)


def test_a_job_that_the_engine_was_lost_over_three_times_fails(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    engine.acts = [raises(GONE, READING)] * 3
    found = ended(services, job)
    assert found.failure is not None
    assert (found.status, found.failure.code) == (Status.FAILED, "engine_unavailable")


def test_a_job_that_only_waited_is_not_to_blame(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    engine.acts = [raises(GONE, EngineEvent(waiting=2))] * 5
    assert ended(services, job).status == Status.COMPLETED


def test_what_the_engine_refuses_is_the_failure(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    failure = Failure(code="prompt_too_long", message="too long", param="documents")
    engine.acts = [raises(RemoteFailure(failure))]
    assert ended(services, job).failure == failure


def test_a_mistake_of_ours_is_told_without_its_text(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    engine.acts = [raises(ValueError("the text of the document"))]
    failure = ended(services, job).failure
    assert failure is not None
    assert (failure.code, "text" in failure.message) == ("internal", False)


def test_what_may_succeed_later_is_tried_again_then_fails(
    services: Services, job: ExtractionJob, engine: FakeEngine, database: Database
) -> None:
    engine.acts = [raises(Unavailable("the storage does not answer"))] * 3
    first = ended(services, job)
    assert (first.status, services.jobs.due(Queue.STANDARD)) == (Status.QUEUED, 0)
    make_due(database)
    assert ended(services, job).status == Status.QUEUED
    make_due(database)
    last = ended(services, job)
    assert last.failure is not None
    assert (last.status, last.failure.code) == (Status.FAILED, "unavailable")


def test_a_moment_without_storage_costs_no_work(
    services: Services, job: ExtractionJob, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, num_tries = Storage.put_bytes, [0]

    def put_bytes(self: Storage, key: str, data: bytes) -> None:
        num_tries[0] += 1
        if num_tries[0] < 3:
            raise Unavailable("not now")
        put(self, key, data)

    monkeypatch.setattr(Storage, "put_bytes", put_bytes)
    assert ended(services, job).status == Status.COMPLETED
    assert len(engine.requests) == 1


def stopped(services: Services, engine: FakeEngine, stop: Callable[[], object]) -> None:
    """One run, in whose middle `stop` is called; the engine goes on until it is hung up."""

    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        stop()
        until = datetime.now(UTC) + timedelta(seconds=20)
        while datetime.now(UTC) < until:
            on_event(EngineEvent())
            time.sleep(0.02)
        raise AssertionError("nobody hung up")

    engine.acts = [act]
    assert run(services)
    assert engine.num_hung_up == 1


def test_a_cancel_hangs_up_on_the_engine(
    services: Services, job: ExtractionJob, engine: FakeEngine
) -> None:
    stopped(services, engine, lambda: services.jobs.cancel_extraction(TENANT, job.id))
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.CANCELLED


def test_a_job_that_is_deleted_stops_and_leaves_nothing(
    services: Services, job: ExtractionJob, engine: FakeEngine, database: Database
) -> None:
    stopped(services, engine, lambda: services.jobs.delete_extraction(TENANT, job.id))
    assert num_ledger_lines(database) == 0
    assert not services.storage.exists(result_key(TENANT, job.id, 1))


def test_a_deadline_that_passes_while_it_runs_ends_it(
    services: Services, documents: DocumentStore, jobs: JobStore, engine: FakeEngine
) -> None:
    job = asked(jobs, read(documents, jobs), deadline_seconds=1)
    stopped(services, engine, lambda: None)
    failure = jobs.get_extraction(TENANT, job.id).failure
    assert failure is not None
    assert failure.code == "deadline_exceeded"


def test_draining_puts_the_job_back_and_rings(
    services: Services, job: ExtractionJob, engine: FakeEngine, doorbell: FakeDoorbell
) -> None:
    engine.acts = [tells(EngineEvent())]
    assert run_next(Queue.STANDARD, services, is_draining=lambda: True)
    found = services.jobs.get_extraction(TENANT, job.id)
    assert (found.status, found.progress.stage) == (Status.QUEUED, "queued")
    assert doorbell.rings[Queue.STANDARD] == 1
    claim = services.jobs.claim(Queue.STANDARD, "next")
    assert claim is not None
    assert (claim.attempt, claim.num_lost) == (2, 0)


def test_what_a_late_worker_wrote_is_removed(
    services: Services, job: ExtractionJob, engine: FakeEngine, database: Database
) -> None:
    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        services.jobs.delete_extraction(TENANT, job.id)
        return answers()(request, on_event)

    engine.acts = [act]
    assert run(services)
    assert not services.storage.exists(result_key(TENANT, job.id, 1))
    assert num_ledger_lines(database) == 0


def test_a_lease_is_renewed_while_the_work_lasts(
    services: Services, job: ExtractionJob, engine: FakeEngine, database: Database
) -> None:
    """The work goes on until the lease ends later than it did; a machine that stood still for
    less than the lease loses nothing."""
    short = services.settings.jobs.model_copy(update={"lease_seconds": 4 * RENEWED_SECONDS})
    leased_until: list[datetime] = []

    def act(request: EngineExtract, on_event: OnEvent) -> Extraction:
        given_up = time.monotonic() + 60
        while time.monotonic() < given_up:
            with database.reading() as session:
                until = session.scalar(select(JobRecord.lease_until).where(JobRecord.id == job.id))
            assert until is not None
            leased_until.append(until)
            if until > leased_until[0]:
                return answers()(request, on_event)
            on_event(EngineEvent())
            time.sleep(0.02)
        raise AssertionError("the lease was never renewed")

    engine.acts = [act]
    settings = services.settings.model_copy(update={"jobs": short})
    run(replace(services, settings=settings, jobs=JobStore(database, short)))
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.COMPLETED
    assert leased_until[-1] - leased_until[0] >= timedelta(seconds=RENEWED_SECONDS / 2)


def test_a_document_that_was_read_rings_for_whoever_waited(
    services: Services,
    documents: DocumentStore,
    doorbell: FakeDoorbell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_ingest(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
        services.documents.ingested(claim, media_type="t/p", summary={}, parsed_key="k")

    monkeypatch.setattr(work, "run_ingest", run_ingest)
    asked(services.jobs, uploaded(documents), priority="batch")
    assert run_next(Queue.INGEST, services)
    assert doorbell.rings == {Queue.BATCH: 1}


def test_a_document_that_cannot_be_read_fails_with_its_job(
    services: Services, documents: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_ingest(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
        raise UnreadableDocument("it is damaged")

    monkeypatch.setattr(work, "run_ingest", run_ingest)
    document_id = uploaded(documents)
    assert run_next(Queue.INGEST, services)
    found = documents.get(TENANT, document_id)
    assert found.failure is not None
    assert (found.status, found.failure.code) == (DocumentStatus.FAILED, "unreadable_document")
