"""What does the service say of the documents it keeps?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.attachment_tree import children_of
from jobs.job_views import failure_of_record, progress_of, queue_positions
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.extraction import Problem, Status
from schemas.inspection import InspectedOcr, InspectedSheet
from schemas.jobs import JobKind, JobProgress
from schemas.stored_document import DocumentIndex, DocumentStatus, IndexStatus, StoredDocument

_INDEX_STATUS = {
    Status.QUEUED: IndexStatus.QUEUED,
    Status.RUNNING: IndexStatus.RUNNING,
    Status.COMPLETED: IndexStatus.READY,
    Status.INCOMPLETE: IndexStatus.INCOMPLETE,
    Status.FAILED: IndexStatus.FAILED,
    Status.CANCELLED: IndexStatus.CANCELLED,
}


def stored_documents(
    session: Session, records: Sequence[DocumentRecord], now: datetime
) -> list[StoredDocument]:
    ids = [record.id for record in records]
    jobs = jobs_of(session, ids, JobKind.INGEST)
    preparations = jobs_of(session, ids, JobKind.PREPARE)
    positions = queue_positions(session, list(jobs.values()), now)
    attached = children_of(session, ids)
    documents = []
    for record in records:
        job = jobs.get(record.id)
        progress = progress_of(job, positions.get(job.id)) if job else JobProgress()
        index = _index_of(record, preparations.get(record.id))
        documents.append(_stored_document(record, progress, index, attached[record.id]))
    return documents


def jobs_of(session: Session, document_ids: Sequence[str], kind: JobKind) -> dict[str, JobRecord]:
    """The job, of a kind that a document has one of, that does or has done so for each."""
    rows = session.execute(
        select(JobDocumentRecord.document_id, JobRecord)
        .join(JobRecord, JobRecord.id == JobDocumentRecord.job_id)
        .where(JobDocumentRecord.document_id.in_(document_ids), JobRecord.kind == kind)
    )
    return {row.document_id: row.JobRecord for row in rows}


def _index_of(record: DocumentRecord, job: JobRecord | None) -> DocumentIndex:
    num_tokens = (record.summary or {}).get("tokens")
    if job is None:
        return DocumentIndex(status=IndexStatus.UNREAD, num_tokens=num_tokens, num_tokens_indexed=0)
    return DocumentIndex(
        status=_INDEX_STATUS[Status(job.status)],
        num_tokens=num_tokens,
        num_tokens_indexed=JobProgress.model_validate(job.progress).tokens_done,
        finished_at=job.finished_at,
    )


def _stored_document(
    record: DocumentRecord, progress: JobProgress, index: DocumentIndex, attached: list[str]
) -> StoredDocument:
    summary = record.summary or {}
    sheets = summary.get("sheets")
    return StoredDocument(
        id=record.id,
        name=record.name,
        parent=record.parent_id,
        attachments=attached,
        sha256=record.sha256,
        num_bytes=record.num_bytes,
        media_type=record.media_type,
        status=DocumentStatus(record.status),
        progress=progress,
        pages=summary.get("pages"),
        sheets=None if sheets is None else [InspectedSheet.model_validate(one) for one in sheets],
        tables=summary.get("tables"),
        characters=summary.get("characters"),
        tokens=summary.get("tokens"),
        passages=summary.get("passages"),
        partial=summary.get("partial", False),
        index=index,
        ocr=InspectedOcr.model_validate(ocr) if (ocr := summary.get("ocr")) else None,
        warnings=[Problem.model_validate(one) for one in summary.get("warnings", [])],
        failure=failure_of_record(record.failure),
        metadata=record.tags,
        created_at=record.created_at,
        expires_at=record.expires_at,
    )
