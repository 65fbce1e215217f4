"""What does the service say of the documents it keeps?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.job_views import failure_of_record, progress_of, queue_positions
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.extraction import Problem
from schemas.inspection import InspectedOcr, InspectedSheet
from schemas.jobs import JobKind, JobProgress
from schemas.stored_document import DocumentStatus, StoredDocument


def stored_documents(
    session: Session, records: Sequence[DocumentRecord], now: datetime
) -> list[StoredDocument]:
    jobs = ingest_jobs(session, [record.id for record in records])
    positions = queue_positions(session, list(jobs.values()), now)
    documents = []
    for record in records:
        job = jobs.get(record.id)
        progress = progress_of(job, positions.get(job.id)) if job else JobProgress()
        documents.append(_stored_document(record, progress))
    return documents


def ingest_jobs(session: Session, document_ids: Sequence[str]) -> dict[str, JobRecord]:
    """The job that reads or has read each document."""
    rows = session.execute(
        select(JobDocumentRecord.document_id, JobRecord)
        .join(JobRecord, JobRecord.id == JobDocumentRecord.job_id)
        .where(JobDocumentRecord.document_id.in_(document_ids), JobRecord.kind == JobKind.INGEST)
    )
    return {row.document_id: row.JobRecord for row in rows}


def _stored_document(record: DocumentRecord, progress: JobProgress) -> StoredDocument:
    summary = record.summary or {}
    sheets = summary.get("sheets")
    return StoredDocument(
        id=record.id,
        name=record.name,
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
        ocr=InspectedOcr.model_validate(ocr) if (ocr := summary.get("ocr")) else None,
        warnings=[Problem.model_validate(one) for one in summary.get("warnings", [])],
        failure=failure_of_record(record.failure),
        metadata=record.tags,
        created_at=record.created_at,
    )
