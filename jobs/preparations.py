"""Which job reads a document into the index, and when is there one?

A document has one at most: a new one takes the place of the last. Whoever changes it holds the
document's record, so that two do not make one at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.job_states import put_back, record_of_progress
from jobs.job_views import failure_of_record, progress_of, queue_positions
from jobs.new_jobs import new_job
from jobs.queue_load import num_queued
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import JobKind, JobProgress, Queue
from schemas.preparation import PreparationJob
from schemas.stored_document import DocumentStatus

_LIVE = (Status.QUEUED, Status.RUNNING)


def preparation_of(
    session: Session, document_id: str, *, is_locked: bool = False
) -> JobRecord | None:
    wanted = (
        select(JobRecord)
        .join(JobDocumentRecord, JobDocumentRecord.job_id == JobRecord.id)
        .where(JobDocumentRecord.document_id == document_id, JobRecord.kind == JobKind.PREPARE)
    )
    found = session.scalars(wanted.with_for_update(of=JobRecord) if is_locked else wanted)
    return found.one_or_none()


def is_live(job: JobRecord) -> bool:
    """Whether it comes to an end of its own."""
    return job.status in _LIVE and not job.cancel_requested


def queue_preparation(
    session: Session,
    document: DocumentRecord,
    settings: JobSettings,
    now: datetime,
    key_id: str | None = None,
) -> JobRecord:
    """A new job, in the place of the last one, which must not be live."""
    last = preparation_of(session, document.id, is_locked=True)
    if last is not None:
        session.delete(last)
        session.flush()
    version = 1 if last is None else last.version + 1  # for those who listen
    job = new_job(
        document.tenant_id,
        JobKind.PREPARE,
        Queue.PREPARE,
        now=now,
        seconds=settings.deadline_seconds,
        key_id=key_id,
        request_hash=f"{JobKind.PREPARE}:{document.id}",
    )
    job.waits_for_documents, job.version = document.status != DocumentStatus.READY, version
    session.add(job)
    session.flush()
    session.add(JobDocumentRecord(job_id=job.id, document_id=document.id, position=0))
    session.flush()
    return job


def queue_unasked(
    session: Session,
    document: DocumentRecord,
    settings: JobSettings,
    now: datetime,
    *,
    most_tokens: float,
) -> None:
    """A job for a document that was just read, where it has none and there is room for it:
    `most_tokens` may wait to be prepared, the document's among them."""
    size = _size(document)
    if not size or preparation_of(session, document.id) is not None:
        return
    if num_queued(session, Queue.PREPARE) >= settings.max_queued:
        return
    if _num_waiting_tokens(session) + size <= most_tokens:
        queue_preparation(session, document, settings, now)


def begin_anew(session: Session, document_id: str) -> None:
    """The document is read once more: what is under way waits for that, and what was done was
    done of another text."""
    job = preparation_of(session, document_id, is_locked=True)
    if job is not None and is_live(job):
        if job.status == Status.RUNNING:
            put_back(session, job)
        job.progress, job.waits_for_documents = record_of_progress(JobProgress()), True
    elif job is not None:
        session.delete(job)


def preparation_job(session: Session, record: JobRecord, now: datetime) -> PreparationJob:
    position = queue_positions(session, [record], now).get(record.id)
    documents: Sequence[str] = session.scalars(
        select(JobDocumentRecord.document_id).where(JobDocumentRecord.job_id == record.id)
    ).all()
    return PreparationJob(
        id=record.id,
        status=Status(record.status),
        version=record.version,
        document=documents[0],
        attempt=record.attempt,
        progress=progress_of(record, position),
        failure=failure_of_record(record.failure),
        cancel_requested=record.cancel_requested,
        created_at=record.created_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
        deadline_at=record.deadline_at,
    )


def _num_waiting_tokens(session: Session) -> int:
    """Of all documents, of all tenants, that are to be prepared."""
    return (
        session.scalar(
            select(func.sum(DocumentRecord.summary["tokens"].as_integer()))
            .join(JobDocumentRecord, JobDocumentRecord.document_id == DocumentRecord.id)
            .join(JobRecord, JobRecord.id == JobDocumentRecord.job_id)
            .where(JobRecord.queue == Queue.PREPARE, JobRecord.status.in_(_LIVE))
        )
        or 0
    )


def _size(document: DocumentRecord) -> int:
    return int((document.summary or {}).get("tokens", 0))
