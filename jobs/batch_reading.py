"""Which documents are read once more when items of a batch are retried?

Those that could not be read for a reason that passes: a worker that was killed, a deadline, a part
that did not answer. One that is damaged, locked or too large stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jobs.batch_admission import request_of
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.ingest_jobs import queue_ingest
from jobs.tables import DocumentRecord
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure
from schemas.stored_document import DocumentStatus

_AT_ONCE = 400


def read_again(
    session: Session,
    batch: BatchRecord,
    statuses: Sequence[Status],
    settings: JobSettings,
    now: datetime,
) -> int:
    """The documents of the batch's items in these states; how many. Called before the items are
    put back, which forgets their reasons."""
    named = sorted(set(_named(session, batch, statuses)))
    number = 0
    for start in range(0, len(named), _AT_ONCE):
        for record in _failed(session, batch.tenant_id, named[start : start + _AT_ONCE]):
            if record.failure is not None and Failure.model_validate(record.failure).retryable:
                queue_ingest(session, record, record.password, settings, now)
                number += 1
    return number


def _named(session: Session, batch: BatchRecord, statuses: Sequence[Status]) -> Iterator[str]:
    """As items call them that failed for a reason that passes."""
    items = session.scalars(
        select(BatchItemRecord).where(
            BatchItemRecord.batch_id == batch.id, BatchItemRecord.status.in_(statuses)
        )
    )
    for item in items:
        if item.failure is not None and Failure.model_validate(item.failure).retryable:
            yield from request_of(item).named


def _failed(session: Session, tenant: str, named: Sequence[str]) -> Sequence[DocumentRecord]:
    """By id, or by the name under which they were uploaded."""
    is_named = DocumentRecord.name.in_(named) & DocumentRecord.parent_id.is_(None)
    return session.scalars(
        select(DocumentRecord)
        .where(
            DocumentRecord.tenant_id == tenant,
            DocumentRecord.status == DocumentStatus.FAILED,
            or_(DocumentRecord.id.in_(named), is_named),
        )
        .order_by(DocumentRecord.id)
        .with_for_update()
    ).all()
