from __future__ import annotations

import pytest

from jobs.batch_store import BatchStore
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, Queue
from tests.jobs.asked import TENANT, claimed, uploaded
from tests.jobs.test_batch_store import UNREADABLE, batch_of, finish_next, statuses


@pytest.fixture
def batches(database: Database) -> BatchStore:
    return BatchStore(database, JobSettings())


def test_a_document_that_was_not_read_for_a_passing_reason_is_read_again(
    batches: BatchStore, jobs: JobStore, documents: DocumentStore
) -> None:
    lost = uploaded(documents, "lost.pdf")
    killed = Failure(code="attempts_exhausted", message="its worker ended", retryable=True)
    assert documents.ingest_failed(claimed(jobs, Queue.INGEST), killed)
    uploaded(documents, "broken.pdf")
    assert documents.ingest_failed(claimed(jobs, Queue.INGEST), UNREADABLE)
    batch = batch_of(batches, "lost.pdf", "broken.pdf")
    assert statuses(batches, batch) == ["failed", "failed"]
    again = batches.retry(TENANT, batch.id)
    assert (again.counts.queued, again.counts.failed) == (1, 1)
    claim = claimed(jobs, Queue.INGEST)
    assert (claim.document_ids, jobs.due(Queue.INGEST)) == ((lost,), 0)
    assert documents.ingested(claim, media_type="text/plain", summary={}, parsed_key="p")
    finish_next(batches, jobs)
    assert statuses(batches, batch) == ["completed", "failed"]


def test_an_encrypted_document_is_read_again_with_its_password(
    batches: BatchStore, jobs: JobStore, documents: DocumentStore
) -> None:
    uploaded(documents, "locked.pdf", password="secret")
    killed = Failure(code="attempts_exhausted", message="its worker ended", retryable=True)
    assert documents.ingest_failed(claimed(jobs, Queue.INGEST), killed)
    batches.retry(TENANT, batch_of(batches, "locked.pdf").id)
    again = documents.for_ingest(claimed(jobs, Queue.INGEST))
    assert (again.name, again.password) == ("locked.pdf", "secret")
