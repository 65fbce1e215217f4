"""Which documents came attached to which?

A document that came attached to another names it as its parent; one that was uploaded has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.jobs import JobKind
from schemas.stored_document import DocumentStatus


def children_of(session: Session, document_ids: Collection[str]) -> dict[str, list[str]]:
    """The ids of what each carries, in its order."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(DocumentRecord.parent_id, DocumentRecord.id)
        .where(DocumentRecord.parent_id.in_(document_ids))
        .order_by(DocumentRecord.created_at, DocumentRecord.id)
    )
    for parent_id, child_id in rows:
        assert parent_id is not None
        found[parent_id].append(child_id)
    return found


def records_below(session: Session, document_id: str) -> list[DocumentRecord]:
    """All that came with a document, those within one another too: each after what carries it."""
    records = session.scalars(
        select(DocumentRecord)
        .where(DocumentRecord.parent_id == document_id)
        .order_by(DocumentRecord.created_at, DocumentRecord.id)
    ).all()
    return [one for record in records for one in (record, *records_below(session, record.id))]


def records_above(session: Session, record: DocumentRecord) -> list[DocumentRecord]:
    """The one that carries it, the one that carries that, up to the one that was uploaded."""
    above: list[DocumentRecord] = []
    while record.parent_id is not None:
        parent = session.get(DocumentRecord, record.parent_id)
        assert parent is not None, "a document goes with the one that carries it"
        above.append(parent)
        record = parent
    return above


def reads_attachments(job: JobRecord) -> bool:
    return job.kind == JobKind.EXTRACTION and bool(job.request.get("attachments"))


def is_only_attached(job: JobRecord, document_id: str) -> bool:
    """Whether the job reads the document because it came with one that was asked for."""
    return reads_attachments(job) and document_id not in job.request["documents"]


def link_attachments(session: Session, job: JobRecord) -> None:
    """The job reads what came with its documents, too, as far as that is known by now; what
    could not be read is left out."""
    if not reads_attachments(job):
        return
    linked = set(
        session.scalars(
            select(JobDocumentRecord.document_id).where(JobDocumentRecord.job_id == job.id)
        )
    )
    for document_id in job.request["documents"]:
        for record in records_below(session, document_id):
            if record.id not in linked and record.status != DocumentStatus.FAILED:
                link = JobDocumentRecord(job_id=job.id, document_id=record.id, position=len(linked))
                session.add(link)
                linked.add(record.id)
    session.flush()


def ids_of(records: Sequence[DocumentRecord]) -> list[str]:
    return [record.id for record in records]
