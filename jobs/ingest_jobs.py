"""How does a document come to wait to be read?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from jobs.document_views import jobs_of
from jobs.job_states import waiting_for
from jobs.new_jobs import new_job
from jobs.preparations import begin_anew
from jobs.tables import DocumentRecord, JobDocumentRecord
from schemas.job_settings import JobSettings
from schemas.jobs import JobKind, Queue
from schemas.stored_document import DocumentStatus


def queue_ingest(
    session: Session,
    record: DocumentRecord,
    password: str | None,
    settings: JobSettings,
    now: datetime,
) -> None:
    """A new ingest job in the place of the last one; extractions in the queue wait for it."""
    for job in jobs_of(session, [record.id], JobKind.INGEST).values():
        session.delete(job)
    record.status, record.failure, record.password = DocumentStatus.QUEUED, None, password
    session.add(record)
    begin_anew(session, record.id)
    for waiting in waiting_for(session, record.id):
        waiting.waits_for_documents = True
        waiting.version += 1
    seconds = settings.deadline_seconds
    job = new_job(record.tenant_id, JobKind.INGEST, Queue.INGEST, now=now, seconds=seconds)
    session.add(job)
    session.flush()
    session.add(JobDocumentRecord(job_id=job.id, document_id=record.id, position=0))
    session.flush()
