from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from jobs.batch_store import BatchStore, NewBatch
from jobs.batch_tables import BatchRecord
from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from jobs.prices import prices_of
from jobs.tables import JobRecord, LedgerRecord
from jobs.webhook_tables import WebhookEventRecord
from schemas.batches import Batch, BatchItemCreate, BatchShared, BatchStatus
from schemas.errors import Conflict, InvalidInput, NotFound, TooLarge
from schemas.extraction import Status, Usage
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, Queue
from schemas.settings import PriceSettings
from tests.jobs.asked import SCHEMA, TENANT, claimed, read, uploaded

USAGE = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=20)
UNREADABLE = Failure(code="unreadable_document", message="it is no PDF")


@pytest.fixture
def batches(database: Database) -> BatchStore:
    return BatchStore(database, JobSettings(batch_window=2))


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


def batch_of(
    batches: BatchStore, *documents: str, key: str | None = None, **options: object
) -> Batch:
    shared = BatchShared.model_validate({"response_schema": SCHEMA, **options})
    items = [BatchItemCreate(document=document) for document in documents]
    batch, _ = batches.create(NewBatch(TENANT, None, shared, items, key))
    return batch


def finish_next(batches: BatchStore, jobs: JobStore, status: Status = Status.COMPLETED) -> str:
    claim = claimed(jobs, Queue.BATCH)
    prices = prices_of(PriceSettings(), Queue.BATCH)
    assert jobs.finish(
        claim, status=status, result_key="r", usage=USAGE, seconds=1.0, model="m", prices=prices
    )
    assert claim.batch_id is not None
    batches.advance(claim.batch_id)
    return claim.job_id


def statuses(batches: BatchStore, batch: Batch) -> list[str]:
    items, _ = batches.items(TENANT, batch.id)
    return [item.status.value for item in items]


def events(database: Database, kind: str) -> list[str]:
    with database.reading() as session:
        records = session.scalars(
            select(WebhookEventRecord).where(WebhookEventRecord.type.startswith(kind))
        )
        return [record.type for record in records]


def test_items_become_jobs_of_the_batch_queue_a_few_at_a_time(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, *[document] * 5)
    assert (batch.counts.total, batch.counts.queued) == (5, 5)
    assert jobs.due(Queue.BATCH) == 2
    finish_next(batches, jobs)
    assert jobs.due(Queue.BATCH) == 2
    assert batches.get(TENANT, batch.id).counts.completed == 1


def test_a_batch_is_completed_with_its_last_item_and_tells_so_once(
    batches: BatchStore, jobs: JobStore, database: Database, document: str
) -> None:
    batch = batch_of(batches, *[document] * 3)
    for _ in range(3):
        assert not batches.is_done(TENANT, batch.id)
        finish_next(batches, jobs)
    batches.advance(batch.id)
    assert batches.advance_all() == 0
    found = batches.get(TENANT, batch.id)
    assert (found.status, found.counts.completed) == (BatchStatus.COMPLETED, 3)
    assert events(database, "batch") == ["batch.completed"]


def test_what_a_batch_cost_is_the_sum_of_its_items_at_half_the_price(
    batches: BatchStore, jobs: JobStore, database: Database, document: str
) -> None:
    batch = batch_of(batches, document, document)
    finish_next(batches, jobs)
    finish_next(batches, jobs)
    items, _ = batches.items(TENANT, batch.id)
    assert [item.usage and item.usage.cost_usd for item in items] == [0.000156, 0.000156]
    assert batches.get(TENANT, batch.id).usage.cost_usd == 0.000312
    with database.reading() as session:
        lines = session.scalars(select(LedgerRecord)).all()
    assert [line.batch_id for line in lines] == [batch.id, batch.id]
    assert lines[0].prompt_price == 200_000


def test_an_item_of_an_unknown_document_ends_alone_with_the_reason(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, "doc_" + "0" * 32, "nowhere.pdf", "report.pdf")
    items, _ = batches.items(TENANT, batch.id, status=Status.FAILED)
    assert [item.failure and item.failure.code for item in items] == ["not_found", "not_found"]
    finish_next(batches, jobs)
    found = batches.get(TENANT, batch.id)
    assert (found.status, found.counts.failed) == (BatchStatus.COMPLETED, 2)


def test_an_item_waits_for_its_document_and_ends_with_the_reason_it_could_not_be_read(
    batches: BatchStore, jobs: JobStore, documents: DocumentStore
) -> None:
    batch = batch_of(batches, uploaded(documents, "broken.pdf"))
    assert jobs.due(Queue.BATCH) == 0
    assert documents.ingest_failed(claimed(jobs, Queue.INGEST), UNREADABLE)
    batches.advance_all()
    items, _ = batches.items(TENANT, batch.id)
    assert items[0].failure is not None
    assert items[0].failure.message == "it is no PDF"
    assert batches.get(TENANT, batch.id).status == BatchStatus.FAILED


def test_an_item_of_a_document_that_failed_before_has_the_documents_reason(
    batches: BatchStore, jobs: JobStore, documents: DocumentStore
) -> None:
    broken = uploaded(documents, "broken.pdf")
    assert documents.ingest_failed(claimed(jobs, Queue.INGEST), UNREADABLE)
    batch = batch_of(batches, broken)
    items, _ = batches.items(TENANT, batch.id)
    assert items[0].failure is not None
    assert items[0].failure.code == "unreadable_document"


def test_items_are_told_in_the_order_in_which_they_ended(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, document, document, "nowhere.pdf")
    finish_next(batches, jobs)
    ended, has_more = batches.items(TENANT, batch.id, order="ended", limit=1)
    assert ([item.position for item in ended], has_more) == ([1], True)
    ended, _ = batches.items(TENANT, batch.id, order="ended")
    assert [item.position for item in ended] == [1, 3]
    place = ended[-1].ended
    assert place is not None
    finish_next(batches, jobs)
    later, has_more = batches.items(TENANT, batch.id, order="ended", after=place)
    assert ([item.position for item in later], has_more) == ([2], False)


def test_a_cancelled_batch_keeps_what_has_ended(
    batches: BatchStore, jobs: JobStore, database: Database, document: str
) -> None:
    batch = batch_of(batches, *[document] * 5)
    finish_next(batches, jobs)
    running = claimed(jobs, Queue.BATCH)
    assert batches.cancel(TENANT, batch.id).status == BatchStatus.CANCELLING
    assert jobs.renew(running) is True
    assert jobs.cancelled(running)
    batches.advance(batch.id)
    assert statuses(batches, batch) == ["completed", *["cancelled"] * 4]
    assert batches.cancel(TENANT, batch.id).status == BatchStatus.CANCELLED
    assert events(database, "batch") == ["batch.cancelled"]


def test_a_batch_that_waits_is_cancelled_at_once(batches: BatchStore, document: str) -> None:
    batch = batch_of(batches, *[document] * 450)
    cancelled = batches.cancel(TENANT, batch.id)
    assert (cancelled.status, cancelled.counts.cancelled) == (BatchStatus.CANCELLED, 450)


def test_a_batch_that_is_done_is_not_cancelled(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, document)
    finish_next(batches, jobs)
    with pytest.raises(Conflict, match="completed already"):
        batches.cancel(TENANT, batch.id)


def test_what_failed_is_retried_and_what_it_cost_stays_in_the_ledger(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, document, document)
    finish_next(batches, jobs, Status.INCOMPLETE)
    assert jobs.fail(claimed(jobs, Queue.BATCH), UNREADABLE)
    batches.advance(batch.id)
    assert statuses(batches, batch) == ["incomplete", "failed"]
    again = batches.retry(TENANT, batch.id, with_incomplete=True)
    assert (again.status, again.num_tries, again.counts.queued) == (BatchStatus.IN_PROGRESS, 2, 2)
    finish_next(batches, jobs)
    finish_next(batches, jobs)
    found = batches.get(TENANT, batch.id)
    assert (found.status, found.counts.completed) == (BatchStatus.COMPLETED, 2)
    assert found.usage.prompt_tokens == 3 * 1000
    with pytest.raises(Conflict, match="none of its items"):
        batches.retry(TENANT, batch.id)


def test_an_expired_batch_keeps_what_has_ended(
    batches: BatchStore, jobs: JobStore, database: Database, document: str
) -> None:
    batch = batch_of(batches, *[document] * 4)
    finish_next(batches, jobs)
    past = datetime.now(UTC) - timedelta(seconds=1)
    with database.transaction() as session:
        session.execute(update(BatchRecord).values(deadline_at=past))
        session.execute(update(JobRecord).values(deadline_at=past))
    jobs.sweep()
    batches.advance_all()
    assert statuses(batches, batch) == ["completed", *["failed"] * 3]
    assert batches.get(TENANT, batch.id).status == BatchStatus.EXPIRED
    assert events(database, "batch") == ["batch.expired"]


def test_an_item_whose_extraction_was_deleted_does_not_hold_up_the_batch(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, document)
    items, _ = batches.items(TENANT, batch.id)
    assert items[0].extraction is not None
    jobs.delete_extraction(TENANT, items[0].extraction)
    batches.advance_all()
    assert batches.get(TENANT, batch.id).status == BatchStatus.FAILED


def test_an_item_is_not_retried_behind_the_back_of_its_batch(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch_of(batches, document)
    job_id = finish_next(batches, jobs, Status.INCOMPLETE)
    with pytest.raises(Conflict, match="an item of bat_"):
        jobs.retry_extraction(TENANT, job_id)


def test_the_same_key_is_the_same_batch(batches: BatchStore, document: str) -> None:
    first = batch_of(batches, document, key="k")
    assert batch_of(batches, document, key="k").id == first.id
    with pytest.raises(Conflict, match="another body"):
        batch_of(batches, document, document, key="k")


def test_a_deleted_batch_takes_its_extractions_along(
    batches: BatchStore, jobs: JobStore, document: str
) -> None:
    batch = batch_of(batches, document)
    job_id = finish_next(batches, jobs)
    assert batches.delete(TENANT, batch.id) == [job_id]
    with pytest.raises(NotFound):
        jobs.get_extraction(TENANT, job_id)
    with pytest.raises(NotFound):
        batches.get(TENANT, batch.id)


def test_batches_of_others_are_not_there(batches: BatchStore, document: str) -> None:
    batch = batch_of(batches, document)
    for act in (batches.get, batches.cancel, batches.retry, batches.delete, batches.items):
        with pytest.raises(NotFound):
            act("other", batch.id)
    assert batches.list("other") == ([], False)


def test_an_item_needs_a_schema_of_its_own_or_the_batchs(batches: BatchStore) -> None:
    with pytest.raises(InvalidInput, match="item 1 has no response_schema"):
        batch_of(batches, "a.pdf", response_schema=None)


def test_what_does_not_fit_makes_no_batch(database: Database, document: str) -> None:
    small = BatchStore(database, JobSettings(max_batch_items=1))
    with pytest.raises(TooLarge, match="2 items, past the limit of 1"):
        batch_of(small, document, document)
    assert small.list(TENANT) == ([], False)


def test_several_documents_can_be_one_item(
    batches: BatchStore, jobs: JobStore, documents: DocumentStore
) -> None:
    both = [read(documents, jobs, "a.pdf"), read(documents, jobs, "b.pdf")]
    shared = BatchShared(response_schema=SCHEMA)
    item = BatchItemCreate(documents=["a.pdf", both[1]], custom_id="pair", mode="scan")
    batches.create(NewBatch(TENANT, None, shared, [item]))
    claim = claimed(jobs, Queue.BATCH)
    assert claim.document_ids == tuple(both)
    assert claim.request["mode"] == "scan"
