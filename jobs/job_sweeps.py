"""Which jobs did their workers leave behind, and are the queues served?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from jobs import queue_load
from jobs.database import Database
from jobs.job_states import conclude, expire, put_back
from jobs.tables import JobRecord, PulseRecord
from schemas.errors import AttemptsExhausted
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, Queue

_WRITES = "writes"
_AT_ONCE = 200  # jobs a transaction, so that no sweep holds up the others


@dataclass(frozen=True, slots=True)
class Swept:
    """The ids of jobs: put back, given up after too many attempts, and past their deadline."""

    lost: tuple[str, ...] = ()
    exhausted: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()


class JobSweeps:
    """Any number of processes may sweep at the same time."""

    def __init__(self, database: Database, settings: JobSettings) -> None:
        self._database, self._settings = database, settings

    def sweep(self) -> Swept:
        """Leases that ran out and deadlines that passed; writes nothing where there are none."""
        with self._database.reading() as session:
            now = self._database.now(session)
            if session.scalar(select(JobRecord.id).where(_is_left(now)).limit(1)) is None:
                return Swept()
        return self._database.settle(
            lambda session: self._sweep(session, self._database.now(session))
        )

    def due(self, queue: Queue) -> int:
        """Jobs that a worker could begin now."""
        with self._database.reading() as session:
            return queue_load.num_due(session, queue, self._database.now(session))

    def mean_seconds(self, queue: Queue) -> float | None:
        with self._database.reading() as session:
            return queue_load.mean_seconds(session, queue)

    def queue_depths(self) -> dict[Queue, dict[Status, int]]:
        """Jobs that wait and that run; every queue is there."""
        depths = {queue: {Status.QUEUED: 0, Status.RUNNING: 0} for queue in Queue}
        with self._database.reading() as session:
            for queue, status, number in session.execute(
                select(JobRecord.queue, JobRecord.status, func.count())
                .where(JobRecord.status.in_((Status.QUEUED, Status.RUNNING)))
                .group_by(JobRecord.queue, JobRecord.status)
            ):
                depths[Queue(queue)][Status(status)] = number
        return depths

    def oldest_queued(self) -> dict[Queue, datetime]:
        """Since when the first of each queue waits; an empty queue is left out."""
        with self._database.reading() as session:
            rows = session.execute(
                select(JobRecord.queue, func.min(JobRecord.queued_at))
                .where(JobRecord.status == Status.QUEUED)
                .group_by(JobRecord.queue)
            )
            return {Queue(queue): since for queue, since in rows}

    def pulse(self, queue: Queue) -> None:
        """A message of this queue arrived."""
        self._database.settle(
            lambda session: session.merge(
                PulseRecord(name=queue.value, at=self._database.now(session))
            )
        )

    def check_writes(self) -> None:
        """Raises `Unavailable` where the database takes no writes."""
        self._database.settle(
            lambda session: session.merge(PulseRecord(name=_WRITES, at=self._database.now(session)))
        )

    def pulses(self) -> dict[str, datetime]:
        """When messages last arrived, by queue; one that never did is left out."""
        with self._database.reading() as session:
            records = session.scalars(select(PulseRecord).where(PulseRecord.name != _WRITES))
            return {record.name: record.at for record in records}

    def _sweep(self, session: Session, now: datetime) -> Swept:
        lost: list[str] = []
        exhausted: list[str] = []
        for record in _locked(session, _has_lost_lease(now)):
            if self._recover(session, record, now):
                lost.append(record.id)
            elif record.failure is not None:
                exhausted.append(record.id)
        expired = _locked(session, _is_expired(now))
        for record in expired:
            expire(session, record, now)
        return Swept(tuple(lost), tuple(exhausted), tuple(record.id for record in expired))

    def _recover(self, session: Session, record: JobRecord, now: datetime) -> bool:
        """Whether it was put back; else it came to an end."""
        record.num_lost += 1
        if record.cancel_requested:
            conclude(session, record, Status.CANCELLED, now)
        elif record.num_lost >= self._settings.max_attempts:
            conclude(session, record, Status.FAILED, now, _exhausted(record.num_lost))
        else:
            put_back(session, record)
            return True
        return False


def _has_lost_lease(now: datetime) -> ColumnElement[bool]:
    return and_(JobRecord.status == Status.RUNNING, JobRecord.lease_until < now)


def _is_expired(now: datetime) -> ColumnElement[bool]:
    return and_(JobRecord.status == Status.QUEUED, JobRecord.deadline_at <= now)


def _is_left(now: datetime) -> ColumnElement[bool]:
    return or_(_has_lost_lease(now), _is_expired(now))


def _locked(session: Session, condition: ColumnElement[bool]) -> Sequence[JobRecord]:
    """What another process is just changing is left to it."""
    return session.scalars(
        select(JobRecord)
        .where(condition)
        .order_by(JobRecord.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()


def _exhausted(num_lost: int) -> Failure:
    return Failure(
        code=AttemptsExhausted.code,
        message=f"its worker ended without a word {num_lost} times, so it is not begun again: "
        "the worker was killed, or it had no memory left",
        retryable=True,
    )
