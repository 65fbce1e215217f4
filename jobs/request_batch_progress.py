"""How does a batch of requests go on?

A job reads its file; its lines become jobs a few at a time; what became of these is written down
with the lines; with the last of them a job writes the files of answers, and with these the batch
ends. All of it is one function that looks at the records and does what is due: doing it twice, or
after a crash, is the same as doing it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Row, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from jobs.file_store import folder_removal
from jobs.new_jobs import new_job
from jobs.outbox import emit
from jobs.request_batch_tables import RequestBatchRecord, RequestLineRecord
from jobs.storage import batch_folder
from jobs.tables import JobRecord
from schemas.errors import DeadlineExceeded
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import FINAL, Failure, JobKind, Queue
from schemas.openai_batches import OPEN, LineError, RequestBatchStatus

PENDING, ADMITTED, EXPIRED = "pending", "admitted", "expired"
_AT_ONCE = 200  # lines a transaction
_FILE_SECONDS = 7 * 86_400  # for the job that writes the answers
_AGAIN_SECONDS = 60.0
_DELETED = Failure(code="deleted", message="what it asked for was deleted before it had ended")


def advance(
    session: Session, batch: RequestBatchRecord, settings: JobSettings, now: datetime
) -> list[Queue]:
    """What is due for a batch, which is locked; a queue for each job that was put there. There
    may be more to do: `is_behind` says so."""
    if batch.status not in OPEN:
        return []
    if batch.job_id is None:
        return _go_on_with_lines(session, batch, settings, now)
    job = session.get(JobRecord, batch.job_id)
    if job is not None and job.status not in FINAL:
        return []
    failure = _failure_of(job)
    if batch.in_progress_at is None:
        _end_unread(session, batch, failure, now)
        return []
    if now > batch.expires_at + timedelta(seconds=_FILE_SECONDS):
        end(session, batch, RequestBatchStatus.FAILED, now, failure)
        return []
    return [_begin_writing(session, batch, now, _AGAIN_SECONDS)]


def is_behind(
    session: Session, batch: RequestBatchRecord, settings: JobSettings, now: datetime
) -> bool:
    """Whether `advance` would change anything; it locks nothing."""
    if batch.job_id is not None:
        job = session.get(JobRecord, batch.job_id)
        return job is None or job.status in FINAL
    num_admitted = _num_admitted(session, batch)
    has_pending = bool(_lines(session, batch, PENDING, 1))
    is_over = batch.status == RequestBatchStatus.CANCELLING or batch.expires_at <= now
    if not num_admitted or (has_pending and (is_over or num_admitted < settings.batch_window)):
        return True
    return bool(_ended_jobs(session, batch, limit=1))


def file_job(batch: RequestBatchRecord, now: datetime, seconds: float) -> JobRecord:
    """One that reads its file, or writes the answers."""
    job = new_job(
        batch.tenant_id,
        JobKind.BATCH_FILE,
        Queue.INGEST,
        now=now,
        seconds=seconds,
        key_id=batch.key_id,
        request={"batch": batch.id},
        batch_id=batch.id,
    )
    batch.job_id = job.id
    return job


def end(
    session: Session,
    batch: RequestBatchRecord,
    status: RequestBatchStatus,
    now: datetime,
    failure: Failure | None = None,
) -> None:
    """And what it kept goes."""
    batch.status, batch.job_id = status, None
    setattr(batch, f"{status}_at", now)
    if failure is not None:
        error = LineError(code=failure.code, message=failure.message, param=failure.param)
        batch.errors = [*batch.errors, error.model_dump(mode="json")]
    session.execute(delete(RequestLineRecord).where(RequestLineRecord.batch_id == batch.id))
    session.execute(
        delete(JobRecord).where(
            JobRecord.batch_id == batch.id, JobRecord.kind == JobKind.BATCH_FILE
        )
    )
    folder = batch_folder(batch.tenant_id, batch.id)
    session.add(folder_removal(batch.tenant_id, folder, now))
    data = {"id": batch.id}
    emit(session, tenant_id=batch.tenant_id, event_type=f"batch.{status}", data=data, now=now)


def end_line(
    batch: RequestBatchRecord, line: RequestLineRecord, status: str, failure: Failure | None = None
) -> None:
    line.status = status
    line.failure = failure.model_dump(mode="json") if failure else None
    if status == Status.COMPLETED:
        batch.num_completed += 1
    else:
        batch.num_failed += 1


def _go_on_with_lines(
    session: Session, batch: RequestBatchRecord, settings: JobSettings, now: datetime
) -> list[Queue]:
    for line, job in _ended_jobs(session, batch):
        _take_end(session, batch, line, job, now)
    session.flush()
    is_cancelling = batch.status == RequestBatchStatus.CANCELLING
    if is_cancelling or batch.expires_at <= now:
        _end_pending(session, batch, Status.CANCELLED if is_cancelling else EXPIRED)
        num_admitted = 0
    else:
        num_admitted = _admit_some(session, batch, settings, now)
    session.flush()
    if _lines(session, batch, PENDING, 1) or _lines(session, batch, ADMITTED, 1):
        return [Queue.BATCH] * num_admitted
    if not is_cancelling:
        batch.status, batch.finalizing_at = RequestBatchStatus.FINALIZING, now
    return [_begin_writing(session, batch, now)]


def _end_pending(session: Session, batch: RequestBatchRecord, status: str) -> None:
    """All at once: they may be fifty thousand."""
    pending = update(RequestLineRecord).where(
        RequestLineRecord.batch_id == batch.id, RequestLineRecord.status == PENDING
    )
    ended = session.execute(
        pending.values(status=status), execution_options={"synchronize_session": False}
    )
    assert isinstance(ended, CursorResult)
    batch.num_failed += ended.rowcount


def _begin_writing(
    session: Session, batch: RequestBatchRecord, now: datetime, delay_seconds: float = 0.0
) -> Queue:
    job = file_job(batch, now, _FILE_SECONDS)
    if delay_seconds:
        job.not_before = now + timedelta(seconds=delay_seconds)
    session.add(job)
    return Queue.INGEST


def _end_unread(
    session: Session, batch: RequestBatchRecord, failure: Failure, now: datetime
) -> None:
    """Its file was not read, and nothing of it was begun."""
    if batch.status == RequestBatchStatus.CANCELLING:
        end(session, batch, RequestBatchStatus.CANCELLED, now)
    elif _is_too_late(batch, failure, now):
        end(session, batch, RequestBatchStatus.EXPIRED, now)
    else:
        end(session, batch, RequestBatchStatus.FAILED, now, failure)


def _ended_jobs(
    session: Session, batch: RequestBatchRecord, limit: int = _AT_ONCE
) -> Sequence[Row[RequestLineRecord, JobRecord]]:
    """Admitted lines whose job has ended, or was deleted."""
    return session.execute(
        select(RequestLineRecord, JobRecord)
        .outerjoin(JobRecord, JobRecord.id == RequestLineRecord.job_id)
        .where(
            RequestLineRecord.batch_id == batch.id,
            RequestLineRecord.status == ADMITTED,
            or_(JobRecord.id.is_(None), JobRecord.status.in_(FINAL)),
        )
        .order_by(RequestLineRecord.line)
        .limit(limit)
    ).all()


def _take_end(
    session: Session,
    batch: RequestBatchRecord,
    line: RequestLineRecord,
    job: JobRecord | None,
    now: datetime,
) -> None:
    """The job of a line has nothing more to say, and goes; an extraction stays, as it may be
    asked for as a response."""
    failure = _failure_of(job)
    if job is None:
        end_line(batch, line, Status.FAILED, failure)
        return
    if job.status in (Status.COMPLETED, Status.INCOMPLETE):
        line.result_key = job.result_key
        end_line(batch, line, Status.COMPLETED)
    elif job.status == Status.CANCELLED:
        end_line(batch, line, Status.CANCELLED)
    elif _is_too_late(batch, failure, now):
        end_line(batch, line, EXPIRED)
    else:
        end_line(batch, line, Status.FAILED, failure)
    if job.kind == JobKind.LINE:
        session.delete(job)


def _is_too_late(batch: RequestBatchRecord, failure: Failure, now: datetime) -> bool:
    """Or what was too late is a document, which had a deadline of its own."""
    return failure.code == DeadlineExceeded.code and batch.expires_at <= now


def _failure_of(job: JobRecord | None) -> Failure:
    if job is None or job.failure is None:
        return _DELETED
    return Failure.model_validate(job.failure)


def _admit_some(
    session: Session, batch: RequestBatchRecord, settings: JobSettings, now: datetime
) -> int:
    room = max(0, settings.batch_window - _num_admitted(session, batch))
    lines = _lines(session, batch, PENDING, room)
    for line in lines:
        job = new_job(
            batch.tenant_id,
            JobKind.LINE,
            Queue.BATCH,
            now=now,
            seconds=(batch.expires_at - now).total_seconds(),
            key_id=batch.key_id,
            request={"batch": batch.id, "line": line.line},
            batch_id=batch.id,
        )
        job.queued_at = now + timedelta(microseconds=line.line)  # in the order of the file
        session.add(job)
        line.status, line.job_id = ADMITTED, job.id
    return len(lines)


def _lines(
    session: Session, batch: RequestBatchRecord, status: str, limit: int
) -> Sequence[RequestLineRecord]:
    if not limit:
        return []
    return session.scalars(
        select(RequestLineRecord)
        .where(RequestLineRecord.batch_id == batch.id, RequestLineRecord.status == status)
        .order_by(RequestLineRecord.line)
        .limit(limit)
    ).all()


def _num_admitted(session: Session, batch: RequestBatchRecord) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(RequestLineRecord)
            .where(RequestLineRecord.batch_id == batch.id, RequestLineRecord.status == ADMITTED)
        )
        or 0
    )


def has_expired_lines(session: Session, batch: RequestBatchRecord) -> bool:
    found = exists().where(
        RequestLineRecord.batch_id == batch.id, RequestLineRecord.status == EXPIRED
    )
    return bool(session.scalar(select(found)))
