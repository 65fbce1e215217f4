"""Which documents does a new extraction read, and does it wait for them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.attachment_tree import link_attachments, reads_attachments
from jobs.job_states import has_unread
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.errors import Conflict, NotFound
from schemas.stored_document import DocumentStatus


def readable_documents(
    session: Session, tenant: str, document_ids: Sequence[str], now: datetime
) -> Sequence[DocumentRecord]:
    """Locked against an ingest that ends just now, so that nobody waits for it for ever."""
    documents = session.scalars(
        select(DocumentRecord)
        .where(DocumentRecord.id.in_(document_ids), DocumentRecord.tenant_id == tenant)
        .order_by(DocumentRecord.id)
        .with_for_update(read=True)
    ).all()
    for missing in set(document_ids) - {document.id for document in documents}:
        raise NotFound(f"there is no document {missing}", param="documents")
    for document in documents:
        if document.expires_at is not None and document.expires_at <= now:
            raise NotFound(f"the document {document.id} has expired", param="documents")
        if document.status == DocumentStatus.FAILED:
            raise Conflict(f"the document {document.id} could not be read", param="documents")
    return documents


def add_with_documents(
    session: Session,
    record: JobRecord,
    document_ids: Sequence[str],
    documents: Sequence[DocumentRecord],
) -> None:
    """A new job with its documents, which are locked; it waits for those that are not read."""
    record.waits_for_documents = is_unread(documents)
    session.add(record)
    session.flush()
    for position, document_id in enumerate(document_ids):
        session.add(JobDocumentRecord(job_id=record.id, document_id=document_id, position=position))
    link(session, record)


def link(session: Session, record: JobRecord) -> None:
    """What is attached to its documents is read, too, where that is asked."""
    if reads_attachments(record):
        session.flush()
        link_attachments(session, record)
        record.waits_for_documents = has_unread(session, record.id)


def is_unread(documents: Sequence[DocumentRecord]) -> bool:
    return any(document.status != DocumentStatus.READY for document in documents)
