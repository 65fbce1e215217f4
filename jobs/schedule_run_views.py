"""What does the service say of the runs of a schedule?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.batch_tables import BatchItemRecord
from jobs.schedule_tables import ScheduleRunRecord
from schemas.jobs import FINAL, Failure
from schemas.schedules import RunCounts, RunStatus, ScheduleRun, Trigger


def run_views(session: Session, records: Sequence[ScheduleRunRecord]) -> list[ScheduleRun]:
    """Those that are under way say how many of their documents have ended so far."""
    under_way = [
        record.batch_id
        for record in records
        if record.batch_id is not None and record.status == RunStatus.RUNNING
    ]
    ended = _ended(session, under_way) if under_way else {}
    return [_run_view(record, ended.get(record.batch_id or "", {})) for record in records]


def _run_view(record: ScheduleRunRecord, ended: dict[str, int]) -> ScheduleRun:
    return ScheduleRun(
        id=record.id,
        schedule=record.schedule_id,
        trigger=Trigger(record.trigger),
        status=RunStatus(record.status),
        fire_time=record.fire_time,
        start_at=record.start_at,
        batch=record.batch_id,
        counts=RunCounts.model_validate({**record.counts, **ended}),
        notes=record.notes,
        delivered_to=record.delivered_to,
        failure=Failure.model_validate(record.failure) if record.failure else None,
        created_at=record.created_at,
        finished_at=record.finished_at,
    )


def _ended(session: Session, batch_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Of items, by batch and final status."""
    rows = session.execute(
        select(BatchItemRecord.batch_id, BatchItemRecord.status, func.count())
        .where(BatchItemRecord.batch_id.in_(batch_ids), BatchItemRecord.status.in_(FINAL))
        .group_by(BatchItemRecord.batch_id, BatchItemRecord.status)
    )
    found: dict[str, dict[str, int]] = {}
    for batch_id, status, number in rows:
        found.setdefault(batch_id, {})[status] = number
    return found
