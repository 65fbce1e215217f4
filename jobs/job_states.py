"""How does a job go from one state to the next, and what goes with it?

The caller holds the record: locked in a transaction, and still in the state it was checked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, false, or_, select
from sqlalchemy.orm import Session

from jobs.attachment_tree import is_only_attached
from jobs.outbox import emit
from jobs.response_events import tell_of_chat, tell_of_responses
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord, RemovalRecord
from jobs.tuning_events import end_of_tuning, told_status
from schemas.errors import Conflict, DeadlineExceeded
from schemas.extraction import Status
from schemas.jobs import Failure, JobKind, JobProgress
from schemas.stored_document import DocumentStatus

_DOCUMENT_STATUS = {
    Status.QUEUED: DocumentStatus.QUEUED,
    Status.RUNNING: DocumentStatus.RUNNING,
    Status.COMPLETED: DocumentStatus.READY,
    Status.FAILED: DocumentStatus.FAILED,
}


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a job must be to be claimed: all of these. Whether its time is up is looked at then."""
    return (
        JobRecord.status == Status.QUEUED,
        JobRecord.waits_for_documents == false(),
        or_(JobRecord.not_before.is_(None), JobRecord.not_before <= now),
    )


def begin(
    session: Session, record: JobRecord, *, worker: str, lease_until: datetime, now: datetime
) -> None:
    _move(session, record, Status.RUNNING)
    record.attempt += 1
    record.worker, record.lease_until = worker, lease_until
    record.started_at = record.started_at or now


def put_back(session: Session, record: JobRecord, not_before: datetime | None = None) -> None:
    """To the place in its queue that it had."""
    _move(session, record, Status.QUEUED)
    record.not_before = not_before
    record.progress = record_of_progress(_kept(record))
    record.partial_fields = []


def conclude(
    session: Session,
    record: JobRecord,
    status: Status,
    now: datetime,
    failure: Failure | None = None,
) -> None:
    """The final state, and the event of it. A document that could not be read takes the jobs
    along that wait for it, but those that read it because it was attached to another."""
    _move(session, record, status)
    record.failure = failure.model_dump(mode="json") if failure else None
    record.finished_at, record.partial_fields = now, []
    if record.keep_seconds is not None:
        record.expires_at = now + timedelta(seconds=record.keep_seconds)
    progress = JobProgress.model_validate(record.progress)
    is_done = status in (Status.COMPLETED, Status.INCOMPLETE)
    ended = _done(progress) if is_done else progress
    record.progress = record_of_progress(ended.model_copy(update={"eta_seconds": None}))
    _tell(session, record, now)
    if record.kind == JobKind.TUNING:
        end_of_tuning(session, record, failure, now)
    if record.kind == JobKind.INGEST and failure is not None:
        _give_up_document(session, record, failure, now)


def expire(session: Session, record: JobRecord, now: datetime) -> None:
    """The end of a job whose time was up before it could be begun."""
    failure = Failure(
        code=DeadlineExceeded.code,
        message="its deadline passed before it could be begun",
        retryable=True,
    )
    conclude(session, record, Status.FAILED, now, failure)


def ask_to_stop(session: Session, record: JobRecord, now: datetime) -> None:
    """At once where it waits; where it runs, it is asked to. Twice is no error; `Conflict` where
    it came to another end."""
    if record.status == Status.QUEUED:
        conclude(session, record, Status.CANCELLED, now)
    elif record.status == Status.RUNNING:
        record.version += not record.cancel_requested
        record.cancel_requested = True
        record.request_hash = None  # who asks for the same again does not get this one
    elif record.status != Status.CANCELLED:
        raise Conflict(f"it is {record.status} already and cannot be cancelled")


def _tell(session: Session, record: JobRecord, now: datetime) -> None:
    """Extractions under their own names, and as the responses that they are; a chat as its
    response; a document is ready, or it failed."""
    if record.kind == JobKind.RESPONSE:
        tell_of_chat(session, record, now)
    if record.kind == JobKind.EXTRACTION:
        event_type, thing = f"extraction.{record.status}", record.id
    elif record.kind == JobKind.TUNING:
        event_type, thing = f"fine_tuning.job.{told_status(record)}", record.id
    elif record.kind == JobKind.INGEST:
        document = ingested_document(session, record)
        event_type, thing = f"document.{document.status}", document.id
    else:
        return
    emit(session, tenant_id=record.tenant_id, event_type=event_type, data={"id": thing}, now=now)
    if record.kind == JobKind.EXTRACTION:
        tell_of_responses(session, record, now)


def _kept(record: JobRecord) -> JobProgress:
    """What the next attempt does not do again: what was read into the index stays there."""
    if record.kind != JobKind.PREPARE:
        return JobProgress()
    progress = JobProgress.model_validate(record.progress)
    update = {"stage": "queued", "eta_seconds": None}
    return progress.model_copy(update=update)


def _done(progress: JobProgress) -> JobProgress:
    return progress.model_copy(
        update={
            "stage": "done",
            "share": 1.0,
            "pages_done": progress.pages_total,
            "tokens_done": progress.tokens_total,
            "fields_done": progress.fields_total,
        }
    )


def record_of_progress(progress: JobProgress) -> dict[str, object]:
    """As it is kept: a place in the queue is counted when somebody asks."""
    return progress.model_dump(mode="json", exclude={"queue_position"})


def ingested_document(session: Session, record: JobRecord) -> DocumentRecord:
    """The document that an ingest job reads."""
    found = session.scalars(
        select(DocumentRecord)
        .join(JobDocumentRecord, JobDocumentRecord.document_id == DocumentRecord.id)
        .where(JobDocumentRecord.job_id == record.id)
        .with_for_update(of=DocumentRecord)
    ).one_or_none()
    assert found is not None, "an ingest job goes with its document"
    return found


def removal_of(record: JobRecord, now: datetime) -> RemovalRecord:
    """What a deleted extraction leaves to be removed."""
    return RemovalRecord(
        tenant_id=record.tenant_id,
        extraction_id=record.id,
        is_out_of_storage=False,
        created_at=now,
    )


def waiting_for(session: Session, document_id: str) -> Sequence[JobRecord]:
    """The jobs, locked, that are not begun because this document is not read."""
    return session.scalars(
        select(JobRecord)
        .join(JobDocumentRecord, JobDocumentRecord.job_id == JobRecord.id)
        .where(
            JobDocumentRecord.document_id == document_id,
            JobRecord.kind.in_((JobKind.EXTRACTION, JobKind.PREPARE)),
            JobRecord.status == Status.QUEUED,
        )
        .order_by(JobRecord.id)
        .with_for_update(of=JobRecord)
    ).all()


def has_unread(session: Session, job_id: str) -> bool:
    """Whether a document of the job is not read, or is to be read anew."""
    unread = (
        exists()
        .where(JobDocumentRecord.job_id == job_id)
        .where(JobDocumentRecord.document_id == DocumentRecord.id)
        .where(DocumentRecord.status != DocumentStatus.READY)
    )
    return bool(session.scalar(select(unread)))


def _move(session: Session, record: JobRecord, status: Status) -> None:
    record.status = status
    record.version += 1
    record.worker = record.lease_until = record.not_before = None
    if record.kind == JobKind.INGEST:
        ingested_document(session, record).status = _DOCUMENT_STATUS[status]


def _give_up_document(session: Session, record: JobRecord, failure: Failure, now: datetime) -> None:
    """Its password goes, unless the reason passes: then it may be read once more with it."""
    document = ingested_document(session, record)
    document.failure = record.failure
    if not failure.retryable:
        document.password = None
    taken_along = failure.model_copy(update={"param": document.id})
    for waiting in waiting_for(session, document.id):
        if is_only_attached(waiting, document.id):
            _unlink(session, waiting, document.id)
        else:
            conclude(session, waiting, Status.FAILED, now, taken_along)


def _unlink(session: Session, job: JobRecord, document_id: str) -> None:
    """An attachment that could not be read is not waited for: the job says so in its result."""
    session.execute(
        delete(JobDocumentRecord).where(
            JobDocumentRecord.job_id == job.id, JobDocumentRecord.document_id == document_id
        )
    )
    job.waits_for_documents = has_unread(session, job.id)
    job.version += 1
