"""What batches of requests are there, and what do their callers do with them?

Whatever names a batch of another tenant raises `NotFound`, as if there were none. Locks are taken
in one order: the batch, then its jobs. The workers' face is `RequestBatchClaims`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from jobs.file_store import found_file
from jobs.job_states import ask_to_stop
from jobs.queue_load import check_room
from jobs.request_batch_claims import RequestBatchClaims
from jobs.request_batch_progress import advance, file_job, is_behind
from jobs.request_batch_tables import RequestBatchRecord
from jobs.request_batch_views import batch_views
from jobs.tables import JobRecord
from schemas.errors import Conflict, InvalidInput, NotFound, QuotaUse, RateLimited
from schemas.jobs import FINAL, Queue
from schemas.openai_batches import (
    OPEN,
    WINDOW_SECONDS,
    RequestBatch,
    RequestBatchCreate,
    RequestBatchStatus,
)
from schemas.openai_files import FilePurpose

_CANCELLED = (RequestBatchStatus.VALIDATING, RequestBatchStatus.IN_PROGRESS)
_PREFIX = "batch_"
_OPEN_SECONDS = 60  # after which it may be worth to ask again


@dataclass(frozen=True, slots=True)
class NewRequestBatch:
    tenant: str
    key_id: str | None
    create: RequestBatchCreate


class RequestBatchStore(RequestBatchClaims):
    def create(self, new: NewRequestBatch) -> RequestBatch:
        """Its file is looked at later. Raises `NotFound` for a file that is not there,
        `InvalidInput` for one that is for something else, `Overloaded`, and `RateLimited` where
        as many of the tenant's are open as may be."""

        def write(session: Session) -> RequestBatch:
            now = self._database.now(session)
            _check_file(session, new.tenant, new.create.input_file_id, now)
            self._check_open(session, new.tenant)
            check_room(session, Queue.INGEST, self._settings)
            record = _record_of(new, now)
            session.add(record)
            session.add(file_job(record, now, WINDOW_SECONDS))
            return batch_views(session, [record])[0]

        return self._database.settle(write)

    def get(self, tenant: str, batch_id: str) -> RequestBatch:
        with self._database.reading() as session:
            return batch_views(session, [_found(session, tenant, batch_id)])[0]

    def list(
        self, tenant: str, *, limit: int, after: str | None = None
    ) -> tuple[list[RequestBatch], bool]:
        """The newest first, and whether there are more behind them."""
        place = tuple_(RequestBatchRecord.created_at, RequestBatchRecord.id)
        wanted = select(RequestBatchRecord).where(RequestBatchRecord.tenant_id == tenant)
        with self._database.reading() as session:
            if after is not None:
                last = _found(session, tenant, after, param="after")
                wanted = wanted.where(place < (last.created_at, last.id))
            order = (RequestBatchRecord.created_at.desc(), RequestBatchRecord.id.desc())
            records = session.scalars(wanted.order_by(*order).limit(limit + 1)).all()
            return batch_views(session, records[:limit]), len(records) > limit

    def cancel(self, tenant: str, batch_id: str) -> RequestBatch:
        """What waits ends now, what runs within a step; then what was answered is written down.
        Twice is no error; `Conflict` where it came to another end."""

        def write(session: Session) -> RequestBatch:
            record = _found(session, tenant, batch_id, is_locked=True)
            now = self._database.now(session)
            if record.status in _CANCELLED:
                record.status, record.cancelling_at = RequestBatchStatus.CANCELLING, now
                for job in _live_jobs(session, record):
                    ask_to_stop(session, job, now)
                session.flush()
                advance(session, record, self._settings, now)
            elif record.status not in (
                RequestBatchStatus.CANCELLING,
                RequestBatchStatus.CANCELLED,
            ):
                told = f"Cannot cancel a batch with status '{record.status}'."
                raise Conflict(told, param="batch_id")
            return batch_views(session, [record])[0]

        return self._database.settle(write)

    def advance(self, batch_id: str) -> Sequence[Queue]:
        """Does what is due, whoever has done it already; a queue for each job that was made."""

        def write(session: Session) -> Sequence[Queue]:
            record = session.get(RequestBatchRecord, batch_id, with_for_update=True)
            if record is None:
                return ()
            return advance(session, record, self._settings, self._database.now(session))

        return self._database.settle(write)

    def advance_all(self) -> Sequence[Queue]:
        """Every batch that is behind. It writes nothing where there is nothing to do."""
        with self._database.reading() as session:
            now = self._database.now(session)
            opened = session.scalars(
                select(RequestBatchRecord).where(RequestBatchRecord.status.in_(OPEN))
            )
            behind = [
                record.id for record in opened if is_behind(session, record, self._settings, now)
            ]
        return [queue for batch_id in behind for queue in self.advance(batch_id)]

    def _check_open(self, session: Session, tenant: str) -> None:
        """Of two at the same time one waits here."""
        self._quotas.tenants.limits_in(session, tenant, is_locked=True)
        opened = select(func.count()).where(
            RequestBatchRecord.tenant_id == tenant, RequestBatchRecord.status.in_(OPEN)
        )
        used, limit = session.scalar(opened) or 0, self._settings.max_open_batches
        if used >= limit:
            raise RateLimited(
                f"{used} batches are open, and there may be {limit}: again when one has ended",
                quota=QuotaUse("open_batches", limit, used, 1),
                retry_after_seconds=_OPEN_SECONDS,
            )


def is_of_requests(batch_id: str) -> bool:
    """Or of extractions."""
    return batch_id.startswith(_PREFIX)


def _record_of(new: NewRequestBatch, now: datetime) -> RequestBatchRecord:
    create = new.create
    lasts = create.output_expires_after
    return RequestBatchRecord(
        id=f"{_PREFIX}{uuid.uuid4().hex}",
        tenant_id=new.tenant,
        key_id=new.key_id,
        endpoint=create.endpoint,
        input_file_id=create.input_file_id,
        status=RequestBatchStatus.VALIDATING,
        errors=[],
        num_lines=0,
        num_completed=0,
        num_failed=0,
        estimated_tokens=0,
        tags=create.metadata,
        output_seconds=None if lasts is None else lasts.seconds,
        created_at=now,
        expires_at=now + timedelta(seconds=WINDOW_SECONDS),
    )


def _check_file(session: Session, tenant: str, file_id: str, now: datetime) -> None:
    file = found_file(session, tenant, file_id, now, param="input_file_id")
    if file.purpose != FilePurpose.BATCH:
        raise InvalidInput(
            f"Invalid 'input_file_id': {file_id} was uploaded for {file.purpose}, and a batch "
            "reads a file that was uploaded for batch",
            param="input_file_id",
        )


def _found(
    session: Session,
    tenant: str,
    batch_id: str,
    *,
    is_locked: bool = False,
    param: str = "batch_id",
) -> RequestBatchRecord:
    wanted = select(RequestBatchRecord).where(
        RequestBatchRecord.id == batch_id, RequestBatchRecord.tenant_id == tenant
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound(f"No batch found with id '{batch_id}'.", param=param)
    return record


def _live_jobs(session: Session, record: RequestBatchRecord) -> Sequence[JobRecord]:
    return session.scalars(
        select(JobRecord)
        .where(JobRecord.batch_id == record.id, JobRecord.status.not_in(FINAL))
        .order_by(JobRecord.id)
        .with_for_update()
    ).all()
