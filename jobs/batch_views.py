"""What does the service say of the batches it keeps?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from jobs.batch_admission import request_of
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.job_views import failure_of_record
from jobs.new_batches import ADMITTED, PENDING
from jobs.prices import usd_of
from jobs.tables import JobRecord, LedgerRecord
from schemas.batches import OPEN, Batch, BatchCounts, BatchItem, BatchStatus
from schemas.extraction import Status
from schemas.jobs import JobUsage

_IS_BEGUN = and_(JobRecord.id.is_not(None), JobRecord.status != Status.QUEUED)
_ITEM_STATUS = case(
    (BatchItemRecord.status == PENDING, Status.QUEUED.value),
    (and_(BatchItemRecord.status == ADMITTED, _IS_BEGUN), Status.RUNNING.value),
    (BatchItemRecord.status == ADMITTED, Status.QUEUED.value),
    else_=BatchItemRecord.status,
)


def batch_view(session: Session, record: BatchRecord, now: datetime) -> Batch:
    counts = _counts(session, record)
    return Batch(
        id=record.id,
        status=BatchStatus(record.status),
        version=record.version,
        counts=counts,
        metadata=record.tags,
        usage=_usage(session, record.id),
        eta_seconds=_eta_seconds(session, record, counts, now),
        num_tries=record.num_tries,
        created_at=record.created_at,
        finished_at=record.finished_at,
        deadline_at=record.deadline_at,
    )


def items_query(batch_id: str, status: Status | None) -> Select[BatchItemRecord, str]:
    """Each item with the status that is shown of it."""
    wanted = (
        select(BatchItemRecord, _ITEM_STATUS)
        .outerjoin(JobRecord, JobRecord.id == BatchItemRecord.job_id)
        .where(BatchItemRecord.batch_id == batch_id)
    )
    return wanted if status is None else wanted.where(_ITEM_STATUS.in_((status.value,)))


def item_views(rows: Sequence[Row[BatchItemRecord, str]]) -> list[BatchItem]:
    return [_item_view(record, status) for record, status in rows]


def _item_view(record: BatchItemRecord, status: str) -> BatchItem:
    asked = request_of(record)
    return BatchItem(
        position=record.position,
        custom_id=record.custom_id,
        status=Status(status),
        documents=asked.named,
        extraction=record.job_id,
        metadata=asked.metadata,
        failure=failure_of_record(record.failure),
        usage=JobUsage.model_validate(record.usage) if record.usage else None,
        num_tries=record.num_tries,
        ended=record.ended_version,
        finished_at=record.finished_at,
    )


def _counts(session: Session, record: BatchRecord) -> BatchCounts:
    rows = session.execute(
        select(_ITEM_STATUS, func.count())
        .select_from(BatchItemRecord)
        .outerjoin(
            JobRecord,
            and_(JobRecord.id == BatchItemRecord.job_id, BatchItemRecord.status == ADMITTED),
        )
        .where(BatchItemRecord.batch_id == record.id)
        .group_by(_ITEM_STATUS)
    )
    return BatchCounts(total=record.num_items, **{str(status): number for status, number in rows})


def _usage(session: Session, batch_id: str) -> JobUsage:
    """The ledger's lines; also of items that were retried since, or deleted."""
    prompt, cached, completion, cost = session.execute(
        select(
            func.coalesce(func.sum(LedgerRecord.prompt_tokens), 0),
            func.coalesce(func.sum(LedgerRecord.cached_tokens), 0),
            func.coalesce(func.sum(LedgerRecord.completion_tokens), 0),
            func.coalesce(func.sum(LedgerRecord.cost_micro_usd), 0),
        ).where(LedgerRecord.batch_id == batch_id)
    ).one()
    return JobUsage(
        prompt_tokens=int(prompt),
        cached_tokens=int(cached),
        completion_tokens=int(completion),
        cost_usd=usd_of(int(cost or 0)),
    )


def _eta_seconds(
    session: Session, record: BatchRecord, counts: BatchCounts, now: datetime
) -> float | None:
    """At the pace since the first item was taken up; of this try."""
    left = counts.queued + counts.running
    ended = counts.total - left
    if record.status not in OPEN or not left or not ended:
        return None
    started = session.scalar(
        select(func.min(JobRecord.started_at)).where(JobRecord.batch_id == record.id)
    )
    if started is None:
        return None
    return round((now - started).total_seconds() * left / ended, 1)
