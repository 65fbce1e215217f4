"""How does a batch go on?

Its items become jobs a few at a time, so that a large one stands in nobody's way; what became of
their jobs is written down with the items; and with the last of these the batch ends. All of it is
one function that looks at the records and does what is due: doing it twice, or after a crash, is
the same as doing it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jobs.batch_admission import admit
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.new_batches import ADMITTED, PENDING
from jobs.outbox import emit
from jobs.quotas import Quotas
from jobs.tables import JobRecord
from schemas.batches import OPEN, BatchStatus
from schemas.errors import DeadlineExceeded, RateLimited
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import FINAL, Failure

_AT_ONCE = 200  # items a transaction


def advance(
    session: Session,
    batch: BatchRecord,
    settings: JobSettings,
    now: datetime,
    quotas: Quotas | None = None,
) -> int:
    """What is due for a batch, which is locked; how many items became jobs. There may be more
    to do: `is_behind` says so. Without `quotas` no tenant is limited."""
    if batch.status not in OPEN:
        return 0
    for item, job in _ended_jobs(session, batch):
        _take_end(batch, item, job, now)
    session.flush()
    if batch.status == BatchStatus.CANCELLING:
        _end_pending(session, batch, Status.CANCELLED, None, now)
    elif batch.deadline_at <= now:
        _end_pending(session, batch, Status.FAILED, _too_late(), now)
    num_admitted = _admit_some(session, batch, settings, now, quotas)
    session.flush()
    if not _count(session, batch, PENDING, ADMITTED):
        _conclude(session, batch, now)
    return num_admitted


def is_behind(session: Session, batch: BatchRecord, settings: JobSettings, now: datetime) -> bool:
    """Whether `advance` may change something; it locks nothing."""
    if batch.status not in OPEN:
        return False
    num_admitted = _count(session, batch, ADMITTED)
    has_pending = _count(session, batch, PENDING) > 0
    is_over = batch.status == BatchStatus.CANCELLING or batch.deadline_at <= now
    if not num_admitted or (has_pending and (is_over or num_admitted < settings.batch_window)):
        return True
    return bool(_ended_jobs(session, batch, limit=1))


def end_item(
    batch: BatchRecord,
    item: BatchItemRecord,
    status: Status,
    now: datetime,
    failure: Failure | None = None,
) -> None:
    batch.version += 1
    item.status, item.ended_version, item.finished_at = status, batch.version, now
    item.failure = failure.model_dump(mode="json") if failure else None


def _ended_jobs(
    session: Session, batch: BatchRecord, limit: int = _AT_ONCE
) -> Sequence[tuple[BatchItemRecord, JobRecord | None]]:
    """Admitted items whose job has ended, or was deleted; in the order in which they ended."""
    rows = session.execute(
        select(BatchItemRecord, JobRecord)
        .outerjoin(JobRecord, JobRecord.id == BatchItemRecord.job_id)
        .where(
            BatchItemRecord.batch_id == batch.id,
            BatchItemRecord.status == ADMITTED,
            or_(JobRecord.id.is_(None), JobRecord.status.in_(FINAL)),
        )
        .order_by(JobRecord.finished_at, BatchItemRecord.position)
        .limit(limit)
    )
    return [(item, job) for item, job in rows]


def _take_end(
    batch: BatchRecord, item: BatchItemRecord, job: JobRecord | None, now: datetime
) -> None:
    if job is None:
        gone = Failure(code="deleted", message="its extraction was deleted before it had ended")
        end_item(batch, item, Status.FAILED, now, gone)
        return
    failure = Failure.model_validate(job.failure) if job.failure else None
    end_item(batch, item, Status(job.status), job.finished_at or now, failure)
    item.usage = job.usage


def _end_pending(
    session: Session, batch: BatchRecord, status: Status, failure: Failure | None, now: datetime
) -> None:
    for item in _pending(session, batch, _AT_ONCE):
        end_item(batch, item, status, now, failure)


def _admit_some(
    session: Session,
    batch: BatchRecord,
    settings: JobSettings,
    now: datetime,
    quotas: Quotas | None,
) -> int:
    """As many as there is room for, in the window and in what the tenant may use; one that can
    not become a job ends here, alone. One that has to wait is passed by none."""
    if batch.status != BatchStatus.IN_PROGRESS or batch.deadline_at <= now:
        return 0
    room = settings.batch_window - _count(session, batch, ADMITTED)
    num_admitted = 0
    for item in _pending(session, batch, _AT_ONCE if room > 0 else 0):
        if num_admitted == room:
            break
        try:
            failure = admit(session, batch, item, now, quotas)
        except RateLimited:
            break
        if failure is None:
            num_admitted += 1
        else:
            end_item(batch, item, Status.FAILED, now, failure)
    batch.version += bool(num_admitted)
    return num_admitted


def _conclude(session: Session, batch: BatchRecord, now: datetime) -> None:
    status = _final_status(session, batch, now)
    batch.status, batch.finished_at = status, now
    batch.version += 1
    data = {"id": batch.id}
    emit(session, tenant_id=batch.tenant_id, event_type=f"batch.{status}", data=data, now=now)


def _final_status(session: Session, batch: BatchRecord, now: datetime) -> BatchStatus:
    if batch.status == BatchStatus.CANCELLING:
        return BatchStatus.CANCELLED
    num_failed = _count(session, batch, Status.FAILED)
    if batch.deadline_at <= now and _has_expired_items(session, batch):
        return BatchStatus.EXPIRED
    return BatchStatus.FAILED if num_failed == batch.num_items else BatchStatus.COMPLETED


def _has_expired_items(session: Session, batch: BatchRecord) -> bool:
    found = session.scalar(
        select(func.count())
        .select_from(BatchItemRecord)
        .where(
            BatchItemRecord.batch_id == batch.id,
            BatchItemRecord.failure["code"].as_string() == DeadlineExceeded.code,
        )
    )
    return bool(found)


def _pending(session: Session, batch: BatchRecord, limit: int) -> Sequence[BatchItemRecord]:
    return session.scalars(
        select(BatchItemRecord)
        .where(BatchItemRecord.batch_id == batch.id, BatchItemRecord.status == PENDING)
        .order_by(BatchItemRecord.position)
        .limit(limit)
    ).all()


def _count(session: Session, batch: BatchRecord, *statuses: str) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(BatchItemRecord)
            .where(BatchItemRecord.batch_id == batch.id, BatchItemRecord.status.in_(statuses))
        )
        or 0
    )


def _too_late() -> Failure:
    return Failure(
        code=DeadlineExceeded.code,
        message="the batch's deadline passed before it could be begun",
        retryable=True,
    )
