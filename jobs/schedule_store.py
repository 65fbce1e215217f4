"""What schedules are there, and what do their callers do with them?

Whatever names a schedule of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.fire_times import Timing, check_timing, fire_times, next_fires
from jobs.list_cursor import cursor_of, place_of
from jobs.schedule_places import check_places
from jobs.schedule_run_views import run_views
from jobs.schedule_tables import ScheduleRecord, ScheduleRunRecord
from schemas.errors import Conflict, InvalidInput, NotFound, TooLarge
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import (
    RunCounts,
    RunStatus,
    Schedule,
    ScheduleCreate,
    ScheduleRun,
    ScheduleRunList,
    ScheduleUpdate,
    Trigger,
)

_TIMING = ("cron", "every_seconds", "zone")
_MICROSECOND = timedelta(microseconds=1)


class ScheduleStore:
    def __init__(self, database: Database, settings: ScheduleSettings) -> None:
        self._database, self._settings = database, settings

    def create(self, tenant: str, key_id: str | None, create: ScheduleCreate) -> Schedule:
        """Its first time is after now. Raises `InvalidInput` for a timing or a place that can not
        be, `Conflict` for a name that is taken."""

        def write(session: Session) -> Schedule:
            now = self._database.now(session)
            self._check(create, now)
            self._check_new(session, tenant, create.name)
            record = ScheduleRecord(
                id=f"sch_{uuid.uuid4().hex}",
                tenant_id=tenant,
                key_id=key_id,
                name=create.name,
                request=create.model_dump(mode="json"),
                anchor=now,
                seen_until=now,
                is_paused=create.paused,
                created_at=now,
            )
            set_wake(record)
            session.add(record)
            session.flush()
            return view_of(record)

        return self._database.settle(write)

    def get(self, tenant: str, name: str) -> Schedule:
        """By id or by name; so do all others here."""
        with self._database.reading() as session:
            return view_of(found_schedule(session, tenant, name))

    def list(self, tenant: str) -> list[Schedule]:
        """The newest first; there are no more than `schedules.max_schedules`."""
        with self._database.reading() as session:
            records = session.scalars(
                select(ScheduleRecord)
                .where(ScheduleRecord.tenant_id == tenant)
                .order_by(ScheduleRecord.created_at.desc(), ScheduleRecord.id)
            )
            return [view_of(record) for record in records]

    def update(self, tenant: str, name: str, update: ScheduleUpdate) -> Schedule:
        """A change of timing counts from now: it makes nothing due that is past."""

        def write(session: Session) -> Schedule:
            record = found_schedule(session, tenant, name, is_locked=True)
            now = self._database.now(session)
            changes = update.model_dump(mode="json", exclude_unset=True)
            if changes.get("cron") is not None:
                changes.setdefault("every_seconds", None)
            if changes.get("every_seconds") is not None:
                changes.setdefault("cron", None)
            create = _created({**record.request, **changes})
            self._check(create, now)
            record.request = create.model_dump(mode="json")
            if any(field in changes for field in _TIMING):
                record.anchor = record.seen_until = now
            record.warmed_for = None
            set_wake(record)
            return view_of(record)

        return self._database.settle(write)

    def pause(self, tenant: str, name: str) -> Schedule:
        """Runs that are under way go on."""
        return self._set_paused(tenant, name, True)

    def resume(self, tenant: str, name: str) -> Schedule:
        """What was due meanwhile is not made up for."""
        return self._set_paused(tenant, name, False)

    def delete(self, tenant: str, name: str) -> str:
        """With its history and the memory of what it has done; batches and results stay."""

        def write(session: Session) -> str:
            record = found_schedule(session, tenant, name, is_locked=True)
            session.delete(record)
            return record.id

        return self._database.settle(write)

    def run_now(self, tenant: str, name: str) -> ScheduleRun:
        """One more run, also while it is paused; it overlaps as the others do."""

        def write(session: Session) -> ScheduleRun:
            record = found_schedule(session, tenant, name, is_locked=True)
            now = self._database.now(session)
            run = add_run(session, record, now, Trigger.MANUAL, now, start_at=now)
            while run is None:  # the same microsecond
                now += _MICROSECOND
                run = add_run(session, record, now, Trigger.MANUAL, now, start_at=now)
            return run_views(session, [run])[0]

        return self._database.settle(write)

    def next_runs(self, tenant: str, name: str, number: int) -> Sequence[datetime]:
        """From now on, as if it were not paused."""
        with self._database.reading() as session:
            record = found_schedule(session, tenant, name)
            after = max(record.seen_until, self._database.now(session))
            return next_fires(timing_of(record), after, number)

    def run(self, tenant: str, run_id: str) -> ScheduleRun:
        with self._database.reading() as session:
            record = session.get(ScheduleRunRecord, run_id)
            if record is None or record.tenant_id != tenant:
                raise NotFound("there is no such run")
            return run_views(session, [record])[0]

    def runs(
        self, tenant: str, name: str, *, limit: int = 20, after: str | None = None
    ) -> ScheduleRunList:
        with self._database.reading() as session:
            schedule = found_schedule(session, tenant, name)
            wanted = select(ScheduleRunRecord).where(ScheduleRunRecord.schedule_id == schedule.id)
            key = (ScheduleRunRecord.created_at, ScheduleRunRecord.id)
            if after is not None:
                place = place_of(after)
                if place is None:
                    raise InvalidInput("it is not the `next` of a page", param="after")
                wanted = wanted.where(tuple_(*key) < place)
            records = session.scalars(
                wanted.order_by(*(column.desc() for column in key)).limit(limit + 1)
            ).all()
            has_more = len(records) > limit
            views = run_views(session, records[:limit])
            last = views[-1] if has_more else None
            cursor = cursor_of(last.created_at, last.id) if last else None
            return ScheduleRunList(data=views, has_more=has_more, next=cursor)

    def _set_paused(self, tenant: str, name: str, is_paused: bool) -> Schedule:
        def write(session: Session) -> Schedule:
            record = found_schedule(session, tenant, name, is_locked=True)
            if record.is_paused and not is_paused:
                record.seen_until = self._database.now(session)
            record.is_paused = is_paused
            set_wake(record)
            return view_of(record)

        return self._database.settle(write)

    def _check(self, create: ScheduleCreate, now: datetime) -> None:
        timing = Timing(create.cron, create.every_seconds, create.zone, now)
        check_timing(timing)
        check_places(create.source, create.target, self._settings)

    def _check_new(self, session: Session, tenant: str, name: str) -> None:
        mine = ScheduleRecord.tenant_id == tenant
        names = session.scalars(select(ScheduleRecord.name).where(mine)).all()
        if name in names:
            raise Conflict(f"there is a schedule {name!r} already", param="name")
        if len(names) >= self._settings.max_schedules:
            raise TooLarge(f"there are {len(names)} schedules, as many as may be: delete some")


def found_schedule(
    session: Session, tenant: str, name: str, *, is_locked: bool = False
) -> ScheduleRecord:
    column = ScheduleRecord.id if name.startswith("sch_") else ScheduleRecord.name
    wanted = select(ScheduleRecord).where(column == name, ScheduleRecord.tenant_id == tenant)
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such schedule")
    return record


def timing_of(record: ScheduleRecord) -> Timing:
    request = record.request
    return Timing(request["cron"], request["every_seconds"], request["zone"], record.anchor)


def set_wake(record: ScheduleRecord) -> None:
    """After any change of the timing or of what is decided."""
    found = next(fire_times(timing_of(record), record.seen_until), None)
    record.next_at = None if record.is_paused else found
    before = timedelta(seconds=record.request["warm_before_seconds"])
    is_warmed = not before or record.warmed_for == record.next_at
    record.wake_at = record.next_at
    if record.next_at is not None and not is_warmed:
        record.wake_at = record.next_at - before


def add_run(
    session: Session,
    schedule: ScheduleRecord,
    fire_time: datetime,
    trigger: Trigger,
    now: datetime,
    *,
    start_at: datetime,
) -> ScheduleRunRecord | None:
    """None where that time has its run; the schedule is locked."""
    known = session.scalar(
        select(func.count())
        .select_from(ScheduleRunRecord)
        .where(
            ScheduleRunRecord.schedule_id == schedule.id,
            ScheduleRunRecord.fire_time == fire_time,
            ScheduleRunRecord.trigger == trigger,
        )
    )
    if known:
        return None
    record = ScheduleRunRecord(
        id=f"run_{uuid.uuid4().hex}",
        schedule_id=schedule.id,
        tenant_id=schedule.tenant_id,
        trigger=trigger,
        status=RunStatus.QUEUED,
        fire_time=fire_time,
        start_at=start_at,
        attempt=0,
        num_lost=0,
        counts=RunCounts().model_dump(),
        notes=[],
        created_at=now,
    )
    session.add(record)
    session.flush()
    return record


def view_of(record: ScheduleRecord) -> Schedule:
    request = {name: value for name, value in record.request.items() if name != "paused"}
    return Schedule(
        id=record.id,
        **request,
        paused=record.is_paused,
        next_run=record.next_at,
        created_at=record.created_at,
    )


def _created(request: dict[str, object]) -> ScheduleCreate:
    from pydantic import ValidationError

    try:
        return ScheduleCreate.model_validate(request)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(first["msg"], param=".".join(map(str, first["loc"]))) from error
