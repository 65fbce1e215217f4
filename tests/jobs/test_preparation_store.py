from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from jobs.preparation_store import PreparationStore
from jobs.services import Services
from jobs.tables import JobRecord, TenantRecord
from schemas.errors import Conflict, NotFound, Overloaded
from schemas.extraction import Status
from schemas.jobs import Failure, JobProgress, Queue
from schemas.preparation import Preparation, PreparationJob
from schemas.stored_document import IndexStatus
from tests.jobs.asked import SUMMARY, TENANT, asked, claimed, read, uploaded

WHOLE = Preparation(num_tokens=30, num_tokens_indexed=30, num_tokens_read=30, seconds=1)


@pytest.fixture
def preparations(services: Services) -> PreparationStore:
    return services.preparations


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


def ask(preparations: PreparationStore, document: str) -> PreparationJob:
    return preparations.ask(TENANT, document)[0]


def ingested(
    documents: DocumentStore, jobs: JobStore, name: str, tokens: int, most_tokens: float
) -> str:
    """A document of so many tokens that was just read."""
    document_id = uploaded(documents, name)
    documents.ingested(
        claimed(jobs, Queue.INGEST),
        media_type="text/plain",
        summary={**SUMMARY, "tokens": tokens},
        parsed_key="k",
        most_waiting_tokens=most_tokens,
    )
    return document_id


def status(documents: DocumentStore, document: str) -> IndexStatus:
    return documents.get(TENANT, document).index.status


def test_who_asks_twice_gets_the_job_that_is_under_way(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    first, is_new = preparations.ask(TENANT, document)
    claimed(jobs, Queue.PREPARE)
    second, is_new_again = preparations.ask(TENANT, document)
    assert (is_new, is_new_again, first.id) == (True, False, second.id)
    assert (first.status, second.status) == (Status.QUEUED, Status.RUNNING)


def test_eight_who_ask_at_once_make_one_job(
    preparations: PreparationStore, document: str, database: Database
) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: preparations.ask(TENANT, document), range(8)))
    assert len({job.id for job, _ in asked}) == 1
    assert sum(is_new for _, is_new in asked) == 1


def test_a_document_shows_how_far_it_is(
    preparations: PreparationStore, document: str, jobs: JobStore, documents: DocumentStore
) -> None:
    assert status(documents, document) == IndexStatus.UNREAD
    ask(preparations, document)
    assert status(documents, document) == IndexStatus.QUEUED
    claim = claimed(jobs, Queue.PREPARE)
    jobs.report(claim, JobProgress(stage="look", tokens_done=12, tokens_total=30))
    found = documents.get(TENANT, document).index
    assert (found.status, found.num_tokens, found.num_tokens_indexed) == ("running", 30, 12)
    assert preparations.finish(claim, WHOLE)
    found = documents.get(TENANT, document).index
    assert (found.status, found.num_tokens_indexed) == ("ready", 30)
    assert found.finished_at is not None


def test_an_index_that_the_cache_has_no_room_for_is_said_to_be_incomplete(
    preparations: PreparationStore, document: str, jobs: JobStore, documents: DocumentStore
) -> None:
    ask(preparations, document)
    part = WHOLE.model_copy(update={"num_tokens_indexed": 10})
    assert preparations.finish(claimed(jobs, Queue.PREPARE), part)
    job = preparations.get(TENANT, document)
    assert job.failure is not None
    assert (job.status, job.failure.code, job.progress.tokens_done) == (
        Status.INCOMPLETE,
        "no_room",
        10,
    )
    assert documents.get(TENANT, document).index.num_tokens_indexed == 10


def test_an_attempt_goes_on_where_the_last_one_was(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    ask(preparations, document)
    claim = claimed(jobs, Queue.PREPARE)
    jobs.report(claim, JobProgress(stage="look", tokens_done=12, tokens_total=30, eta_seconds=9))
    jobs.release(claim, is_lost=True)
    waiting = preparations.get(TENANT, document).progress
    assert (waiting.stage, waiting.tokens_done, waiting.eta_seconds) == ("queued", 12, None)
    assert preparations.progress(claimed(jobs, Queue.PREPARE)).tokens_done == 12


def test_who_lost_the_job_finishes_nothing(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    ask(preparations, document)
    late = claimed(jobs, Queue.PREPARE)
    jobs.release(late)
    claimed(jobs, Queue.PREPARE)
    assert not preparations.finish(late, WHOLE)
    assert preparations.get(TENANT, document).status == Status.RUNNING


def test_a_document_that_is_being_read_is_waited_for(
    preparations: PreparationStore, documents: DocumentStore, jobs: JobStore
) -> None:
    document = uploaded(documents)
    assert ask(preparations, document).progress.stage == "waiting_for_documents"
    assert jobs.claim(Queue.PREPARE, "worker") is None
    documents.ingested(
        claimed(jobs, Queue.INGEST), media_type="t/p", summary=SUMMARY, parsed_key="k"
    )
    assert claimed(jobs, Queue.PREPARE).document_ids == (document,)


def test_a_document_that_cannot_be_read_takes_its_preparation_along(
    preparations: PreparationStore, documents: DocumentStore, jobs: JobStore
) -> None:
    document = uploaded(documents)
    ask(preparations, document)
    failure = Failure(code="unreadable_document", message="it is damaged")
    documents.ingest_failed(claimed(jobs, Queue.INGEST), failure)
    assert preparations.get(TENANT, document).status == Status.FAILED
    with pytest.raises(Conflict, match="could not be read"):
        preparations.ask(TENANT, document)


def test_no_question_waits_for_a_preparation(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    ask(preparations, document)
    claimed(jobs, Queue.PREPARE)
    job = asked(jobs, document, priority="batch")
    assert claimed(jobs, Queue.BATCH).job_id == job.id


def test_one_that_waits_is_cancelled_at_once(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    ask(preparations, document)
    assert preparations.cancel(TENANT, document).status == Status.CANCELLED
    assert preparations.cancel(TENANT, document).status == Status.CANCELLED
    assert jobs.claim(Queue.PREPARE, "worker") is None


def test_one_that_runs_is_asked_to_stop_and_another_can_be_asked_for(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    first = ask(preparations, document)
    claim = claimed(jobs, Queue.PREPARE)
    assert preparations.cancel(TENANT, document).cancel_requested
    assert jobs.renew(claim) is True
    second, is_new = preparations.ask(TENANT, document)
    assert (is_new, second.id == first.id, second.version > first.version) == (True, False, True)
    assert jobs.renew(claim) is None


def test_what_is_done_is_not_cancelled(
    preparations: PreparationStore, document: str, jobs: JobStore
) -> None:
    ask(preparations, document)
    preparations.finish(claimed(jobs, Queue.PREPARE), WHOLE)
    with pytest.raises(Conflict, match="completed already"):
        preparations.cancel(TENANT, document)


def test_a_deleted_document_ends_its_preparation(
    preparations: PreparationStore,
    document: str,
    jobs: JobStore,
    documents: DocumentStore,
    database: Database,
) -> None:
    ask(preparations, document)
    claim = claimed(jobs, Queue.PREPARE)
    assert documents.delete(TENANT, document).extractions == ()
    assert jobs.look(claim) is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobRecord)) == 0


def test_a_document_that_is_read_once_more_is_prepared_after_that(
    preparations: PreparationStore, document: str, jobs: JobStore, documents: DocumentStore
) -> None:
    ask(preparations, document)
    claim = claimed(jobs, Queue.PREPARE)
    jobs.report(claim, JobProgress(stage="look", tokens_done=12, tokens_total=30))
    documents.reingest(TENANT, document, None)
    assert jobs.look(claim) is None
    waiting = preparations.get(TENANT, document)
    assert (waiting.progress.stage, waiting.progress.tokens_done) == ("waiting_for_documents", 0)


def test_what_was_prepared_is_not_when_the_document_was_read_once_more(
    preparations: PreparationStore, document: str, jobs: JobStore, documents: DocumentStore
) -> None:
    ask(preparations, document)
    preparations.finish(claimed(jobs, Queue.PREPARE), WHOLE)
    documents.reingest(TENANT, document, None)
    assert status(documents, document) == IndexStatus.UNREAD


def test_another_tenant_finds_nothing(
    preparations: PreparationStore, document: str, database: Database
) -> None:
    with database.transaction() as session:
        session.add(TenantRecord(id="other", created_at=datetime.now(UTC)))
    ask(preparations, document)
    for act in (preparations.ask, preparations.find, preparations.get, preparations.cancel):
        with pytest.raises(NotFound):
            act("other", document)


def test_a_queue_that_is_full_takes_no_more_of_who_asks(
    preparations: PreparationStore, documents: DocumentStore, jobs: JobStore, services: Services
) -> None:
    few = services.settings.jobs.model_copy(update={"max_queued": 1})
    store = PreparationStore(services.database, few)
    store.ask(TENANT, read(documents, jobs, "a.pdf"))
    with pytest.raises(Overloaded):
        store.ask(TENANT, read(documents, jobs, "b.pdf"))


def test_uploads_are_prepared_unasked_as_long_as_there_is_room(
    documents: DocumentStore, jobs: JobStore
) -> None:
    names = ["a", "b", "c", "d"]
    sizes = [40, 50, 20, 10]
    found = [
        ingested(documents, jobs, name, size, 100) for name, size in zip(names, sizes, strict=True)
    ]
    assert [status(documents, each) for each in found] == ["queued", "queued", "unread", "queued"]


def test_what_was_prepared_makes_room_for_others(
    documents: DocumentStore, jobs: JobStore, preparations: PreparationStore
) -> None:
    ingested(documents, jobs, "a", 100, 100)
    claim = claimed(jobs, Queue.PREPARE)
    assert status(documents, ingested(documents, jobs, "b", 1, 100)) == "unread"
    preparations.finish(claim, WHOLE)
    assert status(documents, ingested(documents, jobs, "c", 1, 100)) == "queued"


@pytest.mark.parametrize(("tokens", "most_tokens"), [(0, math.inf), (1, 0), (101, 100)])
def test_nothing_is_prepared_that_is_empty_or_has_no_room(
    documents: DocumentStore, jobs: JobStore, tokens: int, most_tokens: float
) -> None:
    document = ingested(documents, jobs, "a", tokens, most_tokens)
    assert status(documents, document) == "unread"


def test_a_full_queue_keeps_no_upload_from_being_read(
    documents: DocumentStore, jobs: JobStore, services: Services
) -> None:
    few = services.settings.jobs.model_copy(update={"max_queued": 1})
    store = DocumentStore(services.database, few)
    found = [ingested(store, jobs, name, 1, math.inf) for name in "ab"]
    assert [status(documents, each) for each in found] == ["queued", "unread"]
