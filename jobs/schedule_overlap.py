"""May a run begin while another one of its schedule is under way?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jobs.schedule_runs import end_run
from jobs.schedule_tables import ScheduleRecord, ScheduleRunRecord
from schemas.jobs import Failure
from schemas.schedules import ACTIVE_RUN, Overlap, RunStatus, Trigger

_FINAL = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.SKIPPED, RunStatus.CANCELLED)


def may_begin(
    session: Session,
    schedule: ScheduleRecord,
    run: ScheduleRunRecord,
    now: datetime,
    grace: timedelta,
) -> tuple[bool, tuple[str, str] | None]:
    """Whether it may; and the tenant and id of a batch that is to be cancelled for it. It may be
    at its end instead: skipped. One that is made up for waits for those before it, whatever
    overlaps do, and so does every run for one that only warms."""
    others = _others(session, run)
    active = [other for other in others if other.status in ACTIVE_RUN]
    if not active:
        first = min(others, key=_place_of, default=run)
        return _place_of(run) <= _place_of(first), None
    if run.trigger == Trigger.WARM:
        _skip(session, run, now)
    elif active[0].trigger != Trigger.WARM and run.created_at - run.fire_time <= grace:
        overlap = Overlap(schedule.request["overlap"])
        if overlap is Overlap.SKIP:
            _skip(session, run, now)
        elif overlap is Overlap.CANCEL:
            return False, _make_way(session, active[0], now)
    return False, None


def _skip(session: Session, run: ScheduleRunRecord, now: datetime) -> None:
    failure = Failure(code="overlap", message="the run before it was still under way")
    end_run(session, run, RunStatus.SKIPPED, now, failure)


def _others(session: Session, run: ScheduleRunRecord) -> Sequence[ScheduleRunRecord]:
    """Of the same schedule, not at their end, due."""
    return session.scalars(
        select(ScheduleRunRecord).where(
            ScheduleRunRecord.schedule_id == run.schedule_id,
            ScheduleRunRecord.id != run.id,
            ScheduleRunRecord.status.not_in(_FINAL),
            or_(
                ScheduleRunRecord.status != RunStatus.QUEUED,
                ScheduleRunRecord.start_at <= run.start_at,
            ),
        )
    ).all()


def _place_of(run: ScheduleRunRecord) -> tuple[datetime, str]:
    return run.start_at, run.id


def _make_way(session: Session, active: ScheduleRunRecord, now: datetime) -> tuple[str, str] | None:
    """Ends it at once where it only looks for documents; else its batch is to be cancelled."""
    if active.status == RunStatus.COLLECTING:
        failure = Failure(code="overlap", message="the run after it took its place")
        end_run(session, active, RunStatus.CANCELLED, now, failure)
        return None
    if active.status == RunStatus.RUNNING and active.batch_id is not None:
        return active.tenant_id, active.batch_id
    return None  # its results are being written
