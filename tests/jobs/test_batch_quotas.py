"""Does a batch keep to what its tenant may use?"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobs.batch_store import BatchStore, NewBatch
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from jobs.quotas import Quotas
from jobs.tables import JobRecord
from jobs.tenant_store import queued_tokens_of
from schemas.batches import Batch, BatchItemCreate, BatchShared, BatchStatus
from schemas.errors import RateLimited
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from schemas.settings import Settings
from tests.jobs.asked import SCHEMA, TENANT, asked, claimed, read
from tests.jobs.test_batch_store import finish_next

ITEM_TOKENS = 30  # of the document


@pytest.fixture
def quotas(database: Database, settings: Settings) -> Quotas:
    return Quotas(database, settings)


@pytest.fixture
def batches(database: Database, quotas: Quotas) -> BatchStore:
    return BatchStore(database, JobSettings(batch_window=4), quotas)


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


def batch_of(batches: BatchStore, document: str, number: int) -> Batch:
    items = [BatchItemCreate(document=document)] * number
    batch, _ = batches.create(NewBatch(TENANT, None, BatchShared(response_schema=SCHEMA), items))
    return batch


def test_items_wait_for_room_among_the_queued_tokens(
    batches: BatchStore, jobs: JobStore, quotas: Quotas, document: str
) -> None:
    quotas.tenants.change(TENANT, {"queued_tokens": 4 * ITEM_TOKENS})
    batch = batch_of(batches, document, 5)
    assert jobs.due(Queue.BATCH) == 2  # half is left to others
    assert batches.advance_all() == 0
    finish_next(batches, jobs)
    assert jobs.due(Queue.BATCH) == 2
    for _ in range(4):
        finish_next(batches, jobs)
    found = batches.get(TENANT, batch.id)
    assert (found.status, found.counts.completed) == (BatchStatus.COMPLETED, 5)
    items, _ = batches.items(TENANT, batch.id)
    assert [item.num_tries for item in items] == [1] * 5


def test_what_is_asked_one_by_one_has_room_beside_a_batch(
    batches: BatchStore, database: Database, settings: Settings, quotas: Quotas, document: str
) -> None:
    limited = JobStore(database, settings.jobs, quotas)
    quotas.tenants.change(TENANT, {"queued_tokens": 4 * ITEM_TOKENS})
    batch_of(batches, document, 5)
    asked(limited, document)
    asked(limited, document, instructions="another")
    with pytest.raises(RateLimited, match="wait or run"):
        asked(limited, document, instructions="a third")
    with database.reading() as session:
        assert queued_tokens_of(session, TENANT) == 4 * ITEM_TOKENS


def test_an_item_larger_than_half_the_limit_goes_alone(
    batches: BatchStore, jobs: JobStore, quotas: Quotas, document: str
) -> None:
    quotas.tenants.change(TENANT, {"queued_tokens": ITEM_TOKENS})
    batch_of(batches, document, 2)
    assert jobs.due(Queue.BATCH) == 1
    finish_next(batches, jobs)
    assert jobs.due(Queue.BATCH) == 1


def test_an_item_that_never_fits_ends_alone_with_the_reason(
    batches: BatchStore, jobs: JobStore, quotas: Quotas, document: str
) -> None:
    quotas.tenants.change(TENANT, {"queued_tokens": ITEM_TOKENS - 1})
    batch = batch_of(batches, document, 2)
    items, _ = batches.items(TENANT, batch.id)
    assert [item.status for item in items] == [Status.FAILED, Status.FAILED]
    assert items[0].failure is not None
    assert items[0].failure.code == "quota_exceeded"
    assert "30 tokens are more than the tenant may have waiting, 29" in items[0].failure.message
    quotas.tenants.change(TENANT, {"queued_tokens": 2 * ITEM_TOKENS})
    assert batches.retry(TENANT, batch.id).counts.queued == 2


def test_items_wait_for_the_next_minute_of_tokens(
    batches: BatchStore,
    jobs: JobStore,
    quotas: Quotas,
    document: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = [120.0]
    monkeypatch.setattr("jobs.rate_limits._now", lambda: moment[0])
    quotas.tenants.change(TENANT, {"tokens_per_minute": 4 * ITEM_TOKENS})
    batch_of(batches, document, 5)
    assert jobs.due(Queue.BATCH) == 2
    assert batches.advance_all() == 0
    moment[0] = 180.0
    assert batches.advance_all() == 2


def test_results_of_a_batch_are_kept_as_long_as_the_tenant_says(
    batches: BatchStore, jobs: JobStore, quotas: Quotas, database: Database, document: str
) -> None:
    quotas.tenants.change(TENANT, {"result_seconds": 60})
    batch_of(batches, document, 1)
    job_id = claimed(jobs, Queue.BATCH).job_id
    with database.reading() as session:
        kept = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
    assert (kept.keep_seconds, kept.estimated_tokens) == (60, ITEM_TOKENS)
