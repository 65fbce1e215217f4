"""What goes from the database with a document?

What came attached to it, the jobs of all these, and every extraction that reads one of them,
running or done. What they leave elsewhere is written down to be removed, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobs.attachment_tree import children_of
from jobs.job_states import removal_of
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord, RemovalRecord
from schemas.jobs import JobKind


@dataclass(frozen=True, slots=True)
class Deleted:
    """The ids of what went with a document."""

    attachments: tuple[str, ...]
    extractions: tuple[str, ...]


def delete_document(session: Session, tenant: str, document_id: str, now: datetime) -> Deleted:
    """Locks, level by level, ingest jobs and documents, and then the jobs that read them: who
    adds a document under one of these holds the ingest job of that."""
    level, ids, ingests = [document_id], list[str](), list[JobRecord]()
    while level:
        ingests += _lock_readers(session, level, JobKind.INGEST)
        ids += _locked_documents(session, level)
        level = [one for ids_below in children_of(session, level).values() for one in ids_below]
    readers = _lock_readers(session, ids, JobKind.EXTRACTION)
    preparations = _lock_readers(session, ids, JobKind.PREPARE)
    gone = [job.id for job in (*ingests, *readers, *preparations)]
    session.execute(delete(JobRecord).where(JobRecord.id.in_(gone)))
    session.execute(delete(DocumentRecord).where(DocumentRecord.id.in_(ids)))
    session.add_all(_removal_of_document(tenant, one, now) for one in ids)
    session.add_all(removal_of(job, now) for job in readers)
    return Deleted(tuple(ids[1:]), tuple(job.id for job in readers))


def _locked_documents(session: Session, document_ids: Collection[str]) -> list[str]:
    wanted = select(DocumentRecord.id).where(DocumentRecord.id.in_(document_ids))
    return list(session.scalars(wanted.order_by(DocumentRecord.id).with_for_update()))


def _lock_readers(
    session: Session, document_ids: Collection[str], kind: JobKind
) -> Sequence[JobRecord]:
    return session.scalars(
        select(JobRecord)
        .where(
            JobRecord.kind == kind,
            JobRecord.id.in_(
                select(JobDocumentRecord.job_id).where(
                    JobDocumentRecord.document_id.in_(document_ids)
                )
            ),
        )
        .order_by(JobRecord.id)
        .with_for_update()
    ).all()


def _removal_of_document(tenant: str, document_id: str, now: datetime) -> RemovalRecord:
    return RemovalRecord(
        tenant_id=tenant, document_id=document_id, is_out_of_storage=False, created_at=now
    )
