"""What batches are there, and what do their callers do with them?

Whatever names a batch of another tenant raises `NotFound`, as if there were none. Locks are taken
in one order: the batch, then its jobs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from jobs.batch_admission import shared_of
from jobs.batch_progress import advance, is_behind
from jobs.batch_reading import read_again
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.batch_views import batch_view, item_views, items_query
from jobs.database import Database
from jobs.job_states import ask_to_stop, removal_of
from jobs.list_cursor import place_of
from jobs.new_batches import PENDING, NewBatch, add_batch
from jobs.quotas import Quotas
from jobs.tables import JobRecord
from schemas.batches import OPEN, Batch, BatchItem, BatchStatus
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import FINAL

__all__ = ["BatchStore", "NewBatch", "add_batch"]

Order = Literal["position", "ended"]
_RETRIED = (Status.FAILED, Status.CANCELLED)
_MOST_ROUNDS = 10_000


class BatchStore:
    """Without `quotas` no tenant is limited."""

    def __init__(
        self, database: Database, settings: JobSettings, quotas: Quotas | None = None
    ) -> None:
        self._database, self._settings, self._quotas = database, settings, quotas

    def create(self, new: NewBatch) -> tuple[Batch, bool]:
        """The batch, and whether it is new; see `add_batch`. Its first items are in the queue,
        as many as there is room for."""

        def write(session: Session) -> tuple[Batch, bool]:
            now = self._database.now(session)
            if self._quotas is not None:  # before the records that refer to it
                self._quotas.hold(session, new.tenant)
            record, is_new = add_batch(session, new, self._settings, now)
            self._advance(session, record, now)
            return batch_view(session, record, now), is_new

        return self._database.settle(write)

    def get(self, tenant: str, batch_id: str) -> Batch:
        with self._database.reading() as session:
            record = found_batch(session, tenant, batch_id)
            return batch_view(session, record, self._database.now(session))

    def is_done(self, tenant: str, batch_id: str) -> bool:
        """Whether all of its items have ended."""
        with self._database.reading() as session:
            return found_batch(session, tenant, batch_id).status not in OPEN

    def versions(self, batch_ids: Collection[str]) -> dict[str, int]:
        """Of whatever tenant; those that are gone are left out."""
        with self._database.reading() as session:
            rows = session.execute(
                select(BatchRecord.id, BatchRecord.version).where(BatchRecord.id.in_(batch_ids))
            )
            return {row.id: row.version for row in rows}

    def list(
        self,
        tenant: str,
        *,
        limit: int = 20,
        after: str | None = None,
        status: BatchStatus | None = None,
    ) -> tuple[list[Batch], bool]:
        """The newest first, and whether there are more; `after` is a cursor (`list_cursor`)."""
        wanted = select(BatchRecord).where(BatchRecord.tenant_id == tenant)
        if status is not None:
            wanted = wanted.where(BatchRecord.status == status)
        if after is not None:
            place = place_of(after)
            if place is None:
                raise InvalidInput("it is not the `next` of a page", param="after")
            wanted = wanted.where(tuple_(BatchRecord.created_at, BatchRecord.id) < place)
        wanted = wanted.order_by(BatchRecord.created_at.desc(), BatchRecord.id.desc())
        with self._database.reading() as session:
            records = session.scalars(wanted.limit(limit + 1)).all()
            now = self._database.now(session)
            views = [batch_view(session, record, now) for record in records[:limit]]
            return views, len(records) > limit

    def items(
        self,
        tenant: str,
        batch_id: str,
        *,
        status: Status | None = None,
        order: Order = "position",
        after: int = 0,
        limit: int = 100,
    ) -> tuple[Sequence[BatchItem], bool]:
        """After that position, or, of those that ended, after that `ended`; and whether there are
        more."""
        place = BatchItemRecord.position if order == "position" else BatchItemRecord.ended_version
        wanted = items_query(batch_id, status).where(place > after).order_by(place)
        with self._database.reading() as session:
            found_batch(session, tenant, batch_id)
            rows = session.execute(wanted.limit(limit + 1)).all()
            return item_views(rows[:limit]), len(rows) > limit

    def cancel(self, tenant: str, batch_id: str) -> Batch:
        """What waits is cancelled now, what runs is asked to stop; what has ended stays."""

        def write(session: Session) -> Batch:
            record = found_batch(session, tenant, batch_id, is_locked=True)
            now = self._database.now(session)
            if record.status in OPEN:
                record.status = BatchStatus.CANCELLING
                record.version += 1
                for job in _live_jobs(session, record):
                    ask_to_stop(session, job, now)
                session.flush()
                self._advance_fully(session, record, now)
            elif record.status != BatchStatus.CANCELLED:
                raise Conflict(f"it is {record.status} already and cannot be cancelled")
            return batch_view(session, record, now)

        return self._database.settle(write)

    def retry(self, tenant: str, batch_id: str, *, with_incomplete: bool = False) -> Batch:
        """Items that failed or were cancelled are taken up once more, with as much time as a new
        batch, and documents of theirs that could not be read for a reason that passes are read
        again; what items left in the ledger stays. Raises `Conflict` where there are none."""

        def write(session: Session) -> Batch:
            record = found_batch(session, tenant, batch_id, is_locked=True)
            if record.status == BatchStatus.CANCELLING:
                raise Conflict("it is being cancelled: wait for the end of it")
            statuses = (*_RETRIED, Status.INCOMPLETE) if with_incomplete else _RETRIED
            now = self._database.now(session)
            read_again(session, record, statuses, self._settings, now)
            if not _put_back(session, record, statuses):
                raise Conflict("none of its items has failed or was cancelled")
            seconds = shared_of(record).deadline_seconds or self._settings.deadline_seconds
            record.status, record.finished_at = BatchStatus.IN_PROGRESS, None
            record.deadline_at = now + timedelta(seconds=seconds)
            record.num_tries += 1
            record.version += 1
            self._advance(session, record, now)
            return batch_view(session, record, now)

        return self._database.settle(write)

    def delete(self, tenant: str, batch_id: str) -> Sequence[str]:
        """The batch goes with its items, their extractions and results, whose ids these are; a
        worker that runs one finds that out and stops. The ledger stays."""

        def write(session: Session) -> Sequence[str]:
            record = found_batch(session, tenant, batch_id, is_locked=True)
            now = self._database.now(session)
            jobs = session.scalars(
                select(JobRecord).where(JobRecord.batch_id == batch_id).with_for_update()
            ).all()
            for job in jobs:
                session.add(removal_of(job, now))
                session.delete(job)
            session.delete(record)
            return [job.id for job in jobs]

        return self._database.settle(write)

    def advance(self, batch_id: str) -> int:
        """Does what is due, whoever has done it already; how many items became jobs."""

        def write(session: Session) -> int:
            record = session.get(BatchRecord, batch_id, with_for_update=True)
            if record is None:
                return 0
            return self._advance(session, record, self._database.now(session))

        return self._database.settle(write)

    def advance_all(self) -> int:
        """Every batch that is behind; how many items became jobs. It writes nothing where there
        is nothing to do."""
        with self._database.reading() as session:
            now = self._database.now(session)
            opened = session.scalars(select(BatchRecord).where(BatchRecord.status.in_(OPEN)))
            behind = [
                record.id for record in opened if is_behind(session, record, self._settings, now)
            ]
        return sum(self.advance(batch_id) for batch_id in behind)

    def _advance_fully(self, session: Session, record: BatchRecord, now: datetime) -> None:
        for _ in range(_MOST_ROUNDS):
            before = record.version
            self._advance(session, record, now)
            if record.version == before or record.status not in OPEN:
                return

    def _advance(self, session: Session, record: BatchRecord, now: datetime) -> int:
        return advance(session, record, self._settings, now, self._quotas)


def found_batch(
    session: Session, tenant: str, batch_id: str, *, is_locked: bool = False
) -> BatchRecord:
    wanted = select(BatchRecord).where(BatchRecord.id == batch_id, BatchRecord.tenant_id == tenant)
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such batch")
    return record


def _live_jobs(session: Session, record: BatchRecord) -> Sequence[JobRecord]:
    return session.scalars(
        select(JobRecord)
        .where(JobRecord.batch_id == record.id, JobRecord.status.not_in(FINAL))
        .order_by(JobRecord.id)
        .with_for_update()
    ).all()


def _put_back(session: Session, record: BatchRecord, statuses: Sequence[Status]) -> int:
    ids = session.scalars(
        update(BatchItemRecord)
        .where(BatchItemRecord.batch_id == record.id, BatchItemRecord.status.in_(statuses))
        .values(
            status=PENDING,
            job_id=None,
            failure=None,
            usage=None,
            ended_version=None,
            finished_at=None,
        )
        .returning(BatchItemRecord.position)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ids)
