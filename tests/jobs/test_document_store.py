from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from jobs.tables import DocumentRecord, JobRecord, TenantRecord
from schemas.errors import Conflict, NotFound, Overloaded
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, JobProgress, Queue
from schemas.stored_document import DocumentStatus
from tests.jobs.asked import SUMMARY, TENANT, asked, claimed, read, uploaded

DAMAGED = Failure(code="unreadable_document", message="it is damaged")


@pytest.fixture
def other_tenant(database: Database) -> str:
    with database.transaction() as session:
        session.add(TenantRecord(id="other", created_at=datetime.now(UTC)))
    return "other"


def password_of(database: Database, document_id: str) -> str | None:
    with database.reading() as session:
        return session.scalar(
            select(DocumentRecord.password).where(DocumentRecord.id == document_id)
        )


def test_a_new_document_waits_to_be_read(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = uploaded(documents, metadata={"case": "7"})
    found = documents.get(TENANT, document_id)
    assert (found.status, found.pages, found.metadata) == ("queued", None, {"case": "7"})
    assert (found.progress.queue_position, jobs.due(Queue.INGEST)) == (1, 1)


def test_the_same_bytes_under_the_same_name_are_one_document(documents: DocumentStore) -> None:
    assert uploaded(documents) == uploaded(documents)


def test_the_same_bytes_at_the_same_time_are_one_document(
    jobs: JobStore, documents: DocumentStore
) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: uploaded(documents), range(8)))
    assert len(set(ids)) == 1
    assert jobs.due(Queue.INGEST) == 1


def test_another_name_is_another_document(documents: DocumentStore) -> None:
    one, _ = documents.add(TENANT, sha256="a" * 64, name="one", num_bytes=1)
    two, _ = documents.add(TENANT, sha256="a" * 64, name="two", num_bytes=1)
    assert one.id != two.id


def test_a_worker_is_told_what_to_read(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = uploaded(documents, "a.pdf", password="secret")
    target = documents.for_ingest(claimed(jobs, Queue.INGEST))
    assert (target.document_id, target.name, target.password) == (document_id, "a.pdf", "secret")
    assert target.sha256 == hashlib.sha256(b"a.pdf").hexdigest()


def test_a_document_shows_how_far_its_reading_is(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = uploaded(documents)
    jobs.report(claimed(jobs, Queue.INGEST), JobProgress(stage="parse", pages_done=7), None)
    found = documents.get(TENANT, document_id)
    assert (found.status, found.progress.pages_done) == (DocumentStatus.RUNNING, 7)


def test_a_document_that_was_read_shows_what_is_in_it(
    jobs: JobStore, documents: DocumentStore
) -> None:
    found = documents.get(TENANT, read(documents, jobs))
    assert (found.status, found.media_type) == (DocumentStatus.READY, "application/pdf")
    assert (found.pages, found.tokens, found.passages) == (2, 30, 3)
    assert (found.progress.stage, found.progress.share) == ("done", 1.0)


def test_reading_ends_once(jobs: JobStore, documents: DocumentStore) -> None:
    uploaded(documents)
    claim = claimed(jobs, Queue.INGEST)
    assert documents.ingested(claim, media_type="t/p", summary=SUMMARY, parsed_key="k")
    assert not documents.ingested(claim, media_type="t/p", summary={}, parsed_key="other")
    assert not documents.ingest_failed(claim, DAMAGED)


def test_a_zombie_does_not_change_the_document(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = uploaded(documents)
    zombie = claimed(jobs, Queue.INGEST)
    jobs.release(zombie)
    assert documents.get(TENANT, document_id).status == DocumentStatus.QUEUED
    claimed(jobs, Queue.INGEST)
    assert not documents.ingest_failed(zombie, DAMAGED)
    assert documents.get(TENANT, document_id).status == DocumentStatus.RUNNING


@pytest.mark.parametrize("is_readable", [True, False])
def test_the_password_is_forgotten_when_the_reading_ends_for_good(
    jobs: JobStore, documents: DocumentStore, database: Database, is_readable: bool
) -> None:
    document_id = uploaded(documents, password="secret")
    claim = claimed(jobs, Queue.INGEST)
    before = password_of(database, document_id)
    if is_readable:
        documents.ingested(claim, media_type="t/p", summary=SUMMARY, parsed_key="k")
    else:
        documents.ingest_failed(claim, DAMAGED)
    assert (before, password_of(database, document_id)) == ("secret", None)


def test_what_cannot_be_read_takes_along_the_extractions_that_wait(
    jobs: JobStore, documents: DocumentStore
) -> None:
    document_id = uploaded(documents)
    other_id = uploaded(documents, "other.pdf")
    hit, missed = asked(jobs, document_id, other_id), asked(jobs, other_id)
    documents.ingest_failed(claimed(jobs, Queue.INGEST), DAMAGED)
    found = jobs.get_extraction(TENANT, hit.id)
    assert found.status == Status.FAILED
    assert found.failure == DAMAGED.model_copy(update={"param": document_id})
    assert jobs.get_extraction(TENANT, missed.id).status == Status.QUEUED


def test_a_failed_document_that_is_uploaded_again_is_read_again(
    jobs: JobStore, documents: DocumentStore
) -> None:
    document_id = uploaded(documents)
    documents.ingest_failed(claimed(jobs, Queue.INGEST), DAMAGED)
    assert uploaded(documents, password="secret") == document_id
    found = documents.get(TENANT, document_id)
    assert (found.status, found.failure) == (DocumentStatus.QUEUED, None)
    assert documents.for_ingest(claimed(jobs, Queue.INGEST)).password == "secret"


def test_a_document_is_read_again_when_asked(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = read(documents, jobs)
    job = asked(jobs, document_id)
    assert documents.reingest(TENANT, document_id, "p").status == DocumentStatus.QUEUED
    assert jobs.get_extraction(TENANT, job.id).progress.stage == "waiting_for_documents"
    claim = claimed(jobs, Queue.INGEST)
    documents.ingested(claim, media_type="t/p", summary=SUMMARY, parsed_key="new")
    assert claimed(jobs).job_id == job.id
    assert documents.documents_of(TENANT, [document_id])[0].parsed_key == "new"


def test_a_document_being_read_is_not_read_again(jobs: JobStore, documents: DocumentStore) -> None:
    document_id = uploaded(documents)
    with pytest.raises(Conflict, match="being read"):
        documents.reingest(TENANT, document_id, None)


def test_a_full_queue_takes_no_document(database: Database) -> None:
    documents = DocumentStore(database, JobSettings(max_queued=1))
    uploaded(documents, "one")
    with pytest.raises(Overloaded):
        uploaded(documents, "two")
    assert len(documents.list(TENANT)[0]) == 1


def test_documents_are_given_in_the_order_asked_for(
    jobs: JobStore, documents: DocumentStore
) -> None:
    ids = [read(documents, jobs, name) for name in ("a", "b", "c")]
    handles = documents.documents_of(TENANT, ids[::-1])
    assert [(handle.name, handle.tokens) for handle in handles] == [("c", 30), ("b", 30), ("a", 30)]


def test_a_document_that_is_not_read_has_no_handle(documents: DocumentStore) -> None:
    with pytest.raises(Conflict, match="not read yet"):
        documents.documents_of(TENANT, [uploaded(documents)])


def test_ready_documents_are_found_by_metadata(jobs: JobStore, documents: DocumentStore) -> None:
    read(documents, jobs, "plain")
    tagged = uploaded(documents, "tagged", metadata={"team": "a"})
    assert documents.ready_ids(TENANT, {"team": "a"}) == []
    documents.ingested(
        claimed(jobs, Queue.INGEST), media_type="t/p", summary=SUMMARY, parsed_key="k"
    )
    assert documents.ready_ids(TENANT, {"team": "a"}) == [tagged]
    assert len(documents.ready_ids(TENANT)) == 2


def test_a_list_is_cut_filtered_and_goes_on(jobs: JobStore, documents: DocumentStore) -> None:
    ids = [uploaded(documents, name) for name in ("a", "b", "c")]
    first, has_more = documents.list(TENANT, limit=2)
    rest, has_rest = documents.list(TENANT, limit=2, after=first[-1].id)
    assert [document.id for document in (*first, *rest)] == ids[::-1]
    assert (has_more, has_rest) == (True, False)
    assert [document.id for document in documents.list(TENANT, name="b")[0]] == [ids[1]]
    assert documents.list(TENANT, status=DocumentStatus.READY)[0] == []


def test_deleting_takes_the_extractions_that_read_it(
    jobs: JobStore, documents: DocumentStore, database: Database
) -> None:
    document_id, other_id = read(documents, jobs, "a"), read(documents, jobs, "b")
    gone, kept = asked(jobs, other_id, document_id), asked(jobs, other_id)
    claim = claimed(jobs)
    deleted = documents.delete(TENANT, document_id)
    assert (deleted.attachments, deleted.extractions) == ((), (gone.id,))
    assert jobs.renew(claim) is None
    assert [job.id for job in jobs.list_extractions(TENANT)[0]] == [kept.id]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobRecord)) == 2


def test_deleting_while_it_is_read_stops_the_reading(
    jobs: JobStore, documents: DocumentStore
) -> None:
    document_id = uploaded(documents)
    claim = claimed(jobs, Queue.INGEST)
    documents.delete(TENANT, document_id)
    assert not documents.ingested(claim, media_type="t/p", summary={}, parsed_key="k")
    with pytest.raises(NotFound):
        documents.for_ingest(claim)


@pytest.mark.parametrize(
    "act",
    [
        lambda documents, tenant, id_: documents.get(tenant, id_),
        lambda documents, tenant, id_: documents.delete(tenant, id_),
        lambda documents, tenant, id_: documents.reingest(tenant, id_, None),
        lambda documents, tenant, id_: documents.documents_of(tenant, [id_]),
        lambda documents, tenant, id_: documents.list(tenant, after=id_),
    ],
)
def test_the_document_of_another_tenant_is_not_there(
    jobs: JobStore,
    documents: DocumentStore,
    other_tenant: str,
    act: Callable[[DocumentStore, str, str], object],
) -> None:
    document_id = read(documents, jobs)
    with pytest.raises(NotFound):
        act(documents, other_tenant, document_id)
    with pytest.raises(NotFound):
        asked(jobs, document_id, tenant=other_tenant)
    assert documents.list(other_tenant) == ([], False)
    assert documents.ready_ids(other_tenant) == []
