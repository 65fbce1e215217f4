"""Whose time is up?

A sweep deletes documents and extractions that were to be kept until now, as their owner would. A
document that a job waits for or reads is deleted after it; nobody can begin to read it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from jobs.attachment_tree import records_below
from jobs.audit import RETENTION, Actor, acting, forget_old, note
from jobs.document_deletion import delete_document
from jobs.job_states import removal_of
from jobs.request_batch_tables import RequestBatchRecord
from jobs.services import Services
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.extraction import Status
from schemas.jobs import FINAL, JobKind
from schemas.openai_batches import OPEN

_AT_ONCE = 100  # of each kind in a sweep
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class Expired:
    """The ids of what went."""

    documents: tuple[str, ...] = ()
    extractions: tuple[str, ...] = ()


def expire(services: Services) -> Expired:
    """What it leaves is removed by `removals.carry_out`. Any number of processes may do so."""
    with acting(Actor(RETENTION)):
        extractions = _expire_extractions(services)
        documents, read_by = _expire_documents(services)
    forget_old(services.database, services.settings.audit.keep_days)
    return Expired(documents, (*extractions, *read_by))


def _expire_extractions(services: Services) -> tuple[str, ...]:
    with services.database.reading() as session:
        now = services.database.now(session)
        due = session.scalars(_due_extractions(now).with_only_columns(JobRecord.id)).all()
    if not due:
        return ()

    def write(session: Session) -> tuple[str, ...]:
        now = services.database.now(session)
        locked = _due_extractions(now).with_for_update(skip_locked=True)
        records = session.scalars(locked).all()
        for record in records:
            session.add(removal_of(record, now))
            note(session, now, "extraction.expire", record.id, tenant=record.tenant_id)
            session.delete(record)
        return tuple(record.id for record in records)

    return services.database.settle(write)


def _due_extractions(now: datetime) -> Select[JobRecord]:
    return (
        select(JobRecord)
        .where(
            JobRecord.kind == JobKind.EXTRACTION,
            JobRecord.expires_at <= now,
            JobRecord.status.in_(FINAL),
            ~_is_to_be_written_down(),
        )
        .order_by(JobRecord.id)
        .limit(_AT_ONCE)
    )


def _is_to_be_written_down() -> ColumnElement[bool]:
    """A batch of requests has its answers until it has written its files."""
    return exists().where(
        RequestBatchRecord.id == JobRecord.batch_id, RequestBatchRecord.status.in_(OPEN)
    )


def _expire_documents(services: Services) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One a transaction: each may take many jobs along."""
    with services.database.reading() as session:
        now = services.database.now(session)
        due = session.scalars(
            select(DocumentRecord)
            .where(DocumentRecord.parent_id.is_(None), DocumentRecord.expires_at <= now)
            .order_by(DocumentRecord.expires_at)
            .limit(_MOST_LOOKED_AT)
        ).all()
        free = [one.id for one in due if not _is_in_use(session, one.id)][:_AT_ONCE]
    documents: list[str] = []
    extractions: list[str] = []
    for document_id in free:
        gone, jobs = _expire_document(services, document_id)
        documents += gone
        extractions += jobs
    return tuple(documents), tuple(extractions)


def _expire_document(services: Services, document_id: str) -> tuple[Sequence[str], Sequence[str]]:
    def write(session: Session) -> tuple[Sequence[str], Sequence[str]]:
        record = session.scalars(
            select(DocumentRecord).where(DocumentRecord.id == document_id)
        ).one_or_none()
        if record is None or _is_in_use(session, document_id):
            return (), ()
        now, tenant = services.database.now(session), record.tenant_id
        session.expunge(record)
        deleted = delete_document(session, tenant, document_id, now)
        note(session, now, "document.expire", document_id, tenant=tenant)
        return (document_id, *deleted.attachments), deleted.extractions

    return services.database.settle(write)


def _is_in_use(session: Session, document_id: str) -> bool:
    """Whether an extraction or the reading of it, or of what came with it, is not done."""
    ids = [document_id, *(one.id for one in records_below(session, document_id))]
    busy = (
        select(JobRecord.id)
        .join(JobDocumentRecord, JobDocumentRecord.job_id == JobRecord.id)
        .where(
            JobDocumentRecord.document_id.in_(ids),
            JobRecord.kind.in_((JobKind.EXTRACTION, JobKind.INGEST)),
            JobRecord.status.in_((Status.QUEUED, Status.RUNNING)),
        )
        .limit(1)
    )
    return session.scalar(busy) is not None
