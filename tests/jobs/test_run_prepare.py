from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs import at_engine
from jobs.document_store import DocumentStore
from jobs.engine_client import RemoteFailure
from jobs.job_store import JobStore
from jobs.preparing import most_waiting_tokens, prepare_document
from jobs.services import Services
from jobs.work import run_next
from schemas.engine_protocol import EngineEvent, EnginePrepare, EngineProgress
from schemas.engine_settings import EngineSettings
from schemas.errors import Conflict, EngineUnavailable
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, Queue
from schemas.preparation import Preparation, PreparationJob
from schemas.settings import CacheSettings, Settings
from tests.jobs.asked import TENANT, read
from tests.jobs.fake_doorbell import FakeDoorbell
from tests.jobs.fake_engine import FakeEngine, OnEvent, Read, reads_all

GONE = EngineUnavailable("it went away", was_reached=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_engine, "_FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(at_engine, "_LONGEST_WAIT_SECONDS", 0.0)


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


def kept(done: int) -> EngineEvent:
    return EngineEvent(progress=EngineProgress(stage="look", done=done, total=30, unit="tokens"))


def is_lost_after(*done: int) -> Read:
    def act(request: EnginePrepare, on_event: OnEvent) -> Preparation:
        for each in done:
            on_event(kept(each))
        raise GONE

    return act


def ended(services: Services, document: str) -> PreparationJob:
    services.preparations.ask(TENANT, document)
    assert run_next(Queue.PREPARE, services)
    return services.preparations.get(TENANT, document)


def test_the_engine_is_asked_at_the_lowest_urgency(
    services: Services, document: str, engine: FakeEngine
) -> None:
    job = ended(services, document)
    assert (job.status, job.progress.tokens_done, job.progress.share) == ("completed", 30, 1.0)
    [request] = engine.preparations
    assert (request.request_id, request.tenant, request.urgency) == (f"{job.id}:1", TENANT, 9)
    assert [(each.id, each.key) for each in request.documents] == [(document, "parsed/report.pdf")]


def test_an_engine_that_is_lost_again_and_again_is_gone_back_to_as_long_as_it_goes_on(
    services: Services, document: str, engine: FakeEngine
) -> None:
    engine.reads = [is_lost_after(at, at + 4) for at in range(0, 24, 4)]
    assert ended(services, document).status == Status.COMPLETED
    assert len(engine.preparations) == 7


def test_a_document_that_the_engine_is_lost_over_at_the_same_place_fails(
    services: Services, document: str, engine: FakeEngine
) -> None:
    engine.reads = [is_lost_after(8)] * 3
    job = ended(services, document)
    assert job.failure is not None
    assert (job.status, job.failure.code) == (Status.FAILED, "engine_unavailable")
    assert job.progress.tokens_done == 8


def test_what_is_kept_is_shown_while_the_engine_is_waited_for(
    services: Services, document: str, engine: FakeEngine
) -> None:
    seen: list[PreparationJob] = []

    def look(request: EnginePrepare, on_event: OnEvent) -> Preparation:
        seen.append(services.preparations.get(TENANT, document))
        return reads_all(request, on_event)

    engine.reads = [is_lost_after(0, 12), look]
    ended(services, document)
    assert (seen[0].progress.stage, seen[0].progress.tokens_done) == ("waiting_for_engine", 12)


def test_what_the_engine_refuses_is_the_failure(
    services: Services, document: str, engine: FakeEngine
) -> None:
    failure = Failure(code="conflict", message="by words alone")

    def refuse(request: EnginePrepare, on_event: OnEvent) -> Preparation:
        raise RemoteFailure(failure)

    engine.reads = [refuse]
    assert ended(services, document).failure == failure


def stopped(
    services: Services, document: str, engine: FakeEngine, stop: Callable[[], object]
) -> None:
    """One run, in whose middle `stop` is called."""

    def act(request: EnginePrepare, on_event: OnEvent) -> Preparation:
        stop()
        until = time.monotonic() + 20
        while time.monotonic() < until:
            on_event(kept(4))
            time.sleep(0.02)
        raise AssertionError("nobody hung up")

    engine.reads = [act]
    services.preparations.ask(TENANT, document)
    assert run_next(Queue.PREPARE, services)
    assert engine.num_hung_up == 1


def test_a_cancel_hangs_up_on_the_engine(
    services: Services, document: str, engine: FakeEngine
) -> None:
    stopped(services, document, engine, lambda: services.preparations.cancel(TENANT, document))
    assert services.preparations.get(TENANT, document).status == Status.CANCELLED


def test_a_deletion_hangs_up_on_the_engine(
    services: Services, document: str, engine: FakeEngine
) -> None:
    stopped(services, document, engine, lambda: services.documents.delete(TENANT, document))


def test_one_that_is_drained_goes_back_to_its_queue(
    services: Services, document: str, engine: FakeEngine, doorbell: FakeDoorbell
) -> None:
    services.preparations.ask(TENANT, document)
    assert run_next(Queue.PREPARE, services, is_draining=lambda: True)
    job = services.preparations.get(TENANT, document)
    assert (job.status, doorbell.rings[Queue.PREPARE]) == (Status.QUEUED, 1)


def asked_by(services: Services, document: str) -> tuple[PreparationJob, bool]:
    return prepare_document(services, TENANT, None, document)


def test_who_asks_again_for_what_is_in_the_index_is_told_that_it_is_done(
    services: Services, document: str, engine: FakeEngine, doorbell: FakeDoorbell
) -> None:
    done = ended(services, document)
    engine.num_tokens_kept = 30
    assert asked_by(services, document) == (done, False)
    assert doorbell.rings[Queue.PREPARE] == 0


def test_what_the_cache_let_go_is_prepared_again(
    services: Services, document: str, engine: FakeEngine, doorbell: FakeDoorbell
) -> None:
    done = ended(services, document)
    engine.num_tokens_kept = 20
    job, is_new = asked_by(services, document)
    assert (is_new, job.id != done.id, job.status) == (True, True, Status.QUEUED)
    assert doorbell.rings[Queue.PREPARE] == 1


def test_who_asks_while_the_engine_is_away_gets_a_job(
    services: Services, document: str, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: EnginePrepare) -> None:
        raise EngineUnavailable("it does not answer")

    ended(services, document)
    monkeypatch.setattr(engine, "prepared", away)
    assert asked_by(services, document)[1]


def test_where_words_alone_look_up_nothing_is_queued(services: Services, document: str) -> None:
    words = services.settings.engine.model_copy(update={"index_model": None})
    settings = services.settings.model_copy(update={"engine": words})
    with pytest.raises(Conflict, match="NEEDLEPOINT_ENGINE__INDEX_MODEL=auto"):
        asked_by(replace(services, settings=settings), document)
    assert services.jobs.due(Queue.PREPARE) == 0


@pytest.mark.parametrize(
    ("prepare", "index_model", "expected"),
    [
        ("auto", "auto", 1_000_000.0),
        ("always", "auto", float("inf")),
        ("never", "auto", 0),
        ("always", None, 0),
    ],
)
def test_the_settings_say_how_much_may_wait_unasked(
    prepare: str, index_model: str | None, expected: float
) -> None:
    settings = Settings(
        cache=CacheSettings(max_bytes=4 * 258_000_000),
        engine=EngineSettings(index_model=index_model),
        jobs=JobSettings.model_validate({"prepare": prepare}),
    )
    assert most_waiting_tokens(settings) == expected
