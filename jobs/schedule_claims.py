"""Which runs are due, who works on one, and how does it end?

Any number of processes may ask at the same time. Locks are taken in one order: the schedule, then
its runs.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from jobs.batch_store import BatchStore
from jobs.batch_tables import BatchRecord
from jobs.database import Database
from jobs.fire_times import due_fires, jitter_of
from jobs.schedule_overlap import may_begin
from jobs.schedule_runs import RunClaim, claim_of, end_run, held_run
from jobs.schedule_store import add_run, set_wake, timing_of
from jobs.schedule_tables import ScheduleRecord, ScheduleRunRecord
from schemas.batches import OPEN
from schemas.errors import AttemptsExhausted, Conflict, NotFound
from schemas.jobs import Failure
from schemas.schedules import CatchUp, RunStatus, Trigger
from schemas.settings import Settings

_WORKED_ON = (RunStatus.COLLECTING, RunStatus.DELIVERING)
_FINAL = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.SKIPPED, RunStatus.CANCELLED)


class ScheduleClaims:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._grace = timedelta(seconds=settings.schedules.grace_seconds)

    def tick(self, now: datetime | None = None) -> int:
        """Gives each time that has come its run; how many. `now` is the database's clock."""
        with self._database.reading() as session:
            moment = now or self._database.now(session)
            awake = session.scalars(
                select(ScheduleRecord.id).where(ScheduleRecord.wake_at <= moment)
            ).all()
        return sum(self._fire(schedule_id, now) for schedule_id in awake)

    def claim(self, now: datetime | None = None) -> RunClaim | None:
        """The next run that somebody has to do something for, with a lease on it."""
        with self._database.reading() as session:
            moment = now or self._database.now(session)
            ids = session.execute(_workable(moment)).all()
        for run_id, schedule_id in ids:
            claim, cancelled = self._database.settle(
                partial(self._claim, run_id=run_id, schedule_id=schedule_id, given=now)
            )
            if cancelled is not None:
                with suppress(Conflict, NotFound):
                    BatchStore(self._database, self._settings.jobs).cancel(*cancelled)
            if claim is not None:
                return claim
        return None

    def renew(self, claim: RunClaim) -> bool:
        """False: the run is not ours any more."""
        with self._database.transaction() as session:
            run = held_run(session, claim)
            if run is not None:
                run.lease_until = self._lease(self._database.now(session))
            return run is not None

    def release(self, claim: RunClaim, failure: Failure, delay_seconds: float) -> None:
        """It is tried again after a while; without any attempts left it fails."""

        def write(session: Session) -> None:
            run = held_run(session, claim)
            if run is None:
                return
            now = self._database.now(session)
            is_last = run.num_lost + 1 >= self._settings.jobs.max_attempts
            if is_last or not failure.retryable:
                end_run(session, run, RunStatus.FAILED, now, failure)
            else:
                run.lease_until = now + timedelta(seconds=delay_seconds)

        self._database.settle(write)

    def _fire(self, schedule_id: str, given: datetime | None) -> int:
        def write(session: Session) -> int:
            record = session.get(ScheduleRecord, schedule_id, with_for_update=True)
            if record is None or record.is_paused or record.wake_at is None:
                return 0
            now = given or self._database.now(session)
            if record.wake_at > now:
                return 0  # another ticker was here
            num_fired = self._fire_due(session, record, now)
            set_wake(record)
            if record.wake_at is not None and record.wake_at <= now < (record.next_at or now):
                record.warmed_for = record.next_at
                assert record.next_at is not None
                add_run(session, record, record.next_at, Trigger.WARM, now, start_at=now)
                set_wake(record)
            return num_fired

        return self._database.settle(write)

    def _fire_due(self, session: Session, record: ScheduleRecord, now: datetime) -> int:
        request = record.request
        due = due_fires(
            timing_of(record),
            record.seen_until,
            now,
            CatchUp(request["catch_up"]),
            grace=self._grace,
        )
        record.seen_until = due.seen_until
        num_fired = 0
        for fire_time in due.times:
            start_at = fire_time + jitter_of(record.id, fire_time, request["jitter_seconds"])
            run = add_run(session, record, fire_time, Trigger.TIME, now, start_at=start_at)
            num_fired += run is not None
        return num_fired

    def _claim(
        self, session: Session, run_id: str, schedule_id: str, given: datetime | None
    ) -> tuple[RunClaim | None, tuple[str, str] | None]:
        """The claim; or the tenant and id of a batch that makes way and is to be cancelled."""
        schedule = session.get(ScheduleRecord, schedule_id, with_for_update=True)
        run = session.get(ScheduleRunRecord, run_id, with_for_update=True)
        if schedule is None or run is None:
            return None, None
        now = given or self._database.now(session)
        if run.status == RunStatus.QUEUED:
            if run.start_at > now:
                return None, None
            is_free, cancelled = may_begin(session, schedule, run, now, self._grace)
            if not is_free:
                return None, cancelled
            run.status = RunStatus.COLLECTING
        elif run.status == RunStatus.RUNNING:
            if not _is_batch_over(session, run):
                return None, None
            run.status, run.num_lost = RunStatus.DELIVERING, 0
        elif not _is_lost(run, now) or self._is_exhausted(session, run, now):
            return None, None
        run.attempt += 1
        run.lease_until = self._lease(now)
        return claim_of(schedule, run), None

    def _is_exhausted(self, session: Session, run: ScheduleRunRecord, now: datetime) -> bool:
        """Nobody renewed its lease: its worker died, or gave it back."""
        run.num_lost += 1
        if run.num_lost < self._settings.jobs.max_attempts:
            return False
        failure = Failure(
            code=AttemptsExhausted.code,
            message=f"its worker ended without a word {run.num_lost} times",
            retryable=True,
        )
        end_run(session, run, RunStatus.FAILED, now, failure)
        return True

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._settings.jobs.lease_seconds)


def _workable(now: datetime) -> Select[str, str]:
    """Ids of runs that may be due; the claim looks again, under a lock."""
    return (
        select(ScheduleRunRecord.id, ScheduleRunRecord.schedule_id)
        .outerjoin(BatchRecord, BatchRecord.id == ScheduleRunRecord.batch_id)
        .where(
            or_(
                and_(
                    ScheduleRunRecord.status == RunStatus.QUEUED, ScheduleRunRecord.start_at <= now
                ),
                and_(
                    ScheduleRunRecord.status == RunStatus.RUNNING,
                    or_(BatchRecord.id.is_(None), BatchRecord.status.not_in(OPEN)),
                ),
                and_(
                    ScheduleRunRecord.status.in_(_WORKED_ON), ScheduleRunRecord.lease_until <= now
                ),
            )
        )
        .order_by(ScheduleRunRecord.start_at, ScheduleRunRecord.id)
        .limit(200)
    )


def _is_batch_over(session: Session, run: ScheduleRunRecord) -> bool:
    batch = session.get(BatchRecord, run.batch_id) if run.batch_id else None
    return batch is None or batch.status not in OPEN


def _is_lost(run: ScheduleRunRecord, now: datetime) -> bool:
    return run.status in _WORKED_ON and run.lease_until is not None and run.lease_until <= now
