"""What does the service say of the jobs it keeps?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, exists, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, defer

from jobs.job_states import is_due
from jobs.tables import JobRecord
from schemas.extraction import FieldResult, Status
from schemas.jobs import (
    ExtractionCreate,
    ExtractionJob,
    Failure,
    JobProgress,
    JobUsage,
    ListedExtraction,
)

LISTED = (defer(JobRecord.request, raiseload=True), defer(JobRecord.partial_fields, raiseload=True))
"""For a query of `listed_extractions`: schemas and fields are large, and not loaded for a list."""

_asked = aliased(JobRecord)  # made once: it takes longer than the query


def extraction_jobs(
    session: Session, records: Sequence[JobRecord], now: datetime
) -> list[ExtractionJob]:
    positions = queue_positions(session, records, now)
    return [_extraction_job(record, positions.get(record.id)) for record in records]


def listed_extractions(
    session: Session, records: Sequence[JobRecord], now: datetime
) -> list[ListedExtraction]:
    positions = queue_positions(session, records, now)
    asked = {
        job_id: _Asked(documents, mode)
        for job_id, documents, mode in session.execute(
            select(JobRecord.id, JobRecord.request["documents"], JobRecord.request["mode"]).where(
                JobRecord.id.in_([record.id for record in records])
            )
        )
    }
    return [
        ListedExtraction.model_validate(_shared(record, asked[record.id], positions.get(record.id)))
        for record in records
    ]


def progress_of(record: JobRecord, position: int | None) -> JobProgress:
    progress = JobProgress.model_validate(record.progress)
    if record.status != Status.QUEUED:
        return progress
    stage = "waiting_for_documents" if record.waits_for_documents else "queued"
    return progress.model_copy(update={"stage": stage, "queue_position": position})


def failure_of_record(failure: Mapping[str, object] | None) -> Failure | None:
    return Failure.model_validate(failure) if failure else None


def queue_positions(
    session: Session, records: Sequence[JobRecord], now: datetime
) -> dict[str, int]:
    """Of those that are due: 1, and one more for each due job before it in its queue."""
    queued = [record.id for record in records if record.status == Status.QUEUED]
    if not queued:
        return {}
    before = (
        select(func.count())
        .select_from(JobRecord)
        .where(
            JobRecord.queue == _asked.queue,
            *is_due(now),
            tuple_(JobRecord.queued_at, JobRecord.id) <= tuple_(_asked.queued_at, _asked.id),
        )
        .scalar_subquery()
    )
    due = {record.id for record in records if _is_due(record, now)}
    rows = session.execute(select(_asked.id, before).where(_asked.id.in_(queued)))
    return {job_id: max(number, 1) for job_id, number in rows if job_id in due}


def has_tags(
    tags: InstrumentedAttribute[dict[str, object]], wanted: Mapping[str, str], *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Whether the caller's metadata has all of these."""
    if not is_sqlite:
        return cast(tags, JSONB).contains(dict(wanted))
    pairs = []
    for key, value in wanted.items():
        each = func.json_each(tags).table_valued("key", "value")
        found = select(literal(1)).select_from(each)
        pairs.append(exists(found.where(each.c.key == key, each.c.value == value)))
    return and_(*pairs)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is said of a request in a list."""

    documents: list[str]
    mode: str


def _extraction_job(record: JobRecord, position: int | None) -> ExtractionJob:
    asked = ExtractionCreate.model_validate(record.request)
    return ExtractionJob(
        **_shared(record, _Asked(asked.documents, asked.mode), position),
        response_schema=asked.response_schema,
        response_schema_id=asked.response_schema_id,
        instructions=asked.instructions,
        model=asked.model,
        attachments=asked.attachments,
        partial_fields=[FieldResult.model_validate(field) for field in record.partial_fields],
    )


def _shared(record: JobRecord, asked: _Asked, position: int | None) -> dict[str, Any]:
    """What a list and an extraction alone have in common."""
    return {
        "id": record.id,
        "status": Status(record.status),
        "version": record.version,
        "documents": asked.documents,
        "mode": asked.mode,
        "priority": record.queue,
        "metadata": record.tags,
        "attempt": record.attempt,
        "progress": progress_of(record, position),
        "failure": failure_of_record(record.failure),
        "cancel_requested": record.cancel_requested,
        "usage": JobUsage.model_validate(record.usage) if record.usage else None,
        "batch": record.batch_id,
        "created_at": record.created_at,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "deadline_at": record.deadline_at,
        "expires_at": record.expires_at,
    }


def _is_due(record: JobRecord, now: datetime) -> bool:
    return (
        record.status == Status.QUEUED
        and not record.waits_for_documents
        and (record.not_before is None or record.not_before <= now)
    )
