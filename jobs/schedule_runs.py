"""What is a claim on a run, and how does a run come to its end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.outbox import emit
from jobs.schedule_tables import ScheduleRecord, ScheduleRunRecord
from schemas.jobs import Failure
from schemas.schedules import RunStatus, ScheduleCreate, Trigger


@dataclass(frozen=True, slots=True)
class RunClaim:
    run_id: str
    attempt: int
    stage: RunStatus
    tenant: str
    key_id: str | None
    schedule_id: str
    name: str
    schedule_created_at: datetime
    fire_time: datetime
    trigger: Trigger
    batch_id: str | None
    asked: ScheduleCreate
    num_lost: int


def claim_of(schedule: ScheduleRecord, run: ScheduleRunRecord) -> RunClaim:
    return RunClaim(
        run_id=run.id,
        attempt=run.attempt,
        stage=RunStatus(run.status),
        tenant=schedule.tenant_id,
        key_id=schedule.key_id,
        schedule_id=schedule.id,
        name=schedule.name,
        schedule_created_at=schedule.created_at,
        fire_time=run.fire_time,
        trigger=Trigger(run.trigger),
        batch_id=run.batch_id,
        asked=ScheduleCreate.model_validate(schedule.request),
        num_lost=run.num_lost,
    )


def held_run(session: Session, claim: RunClaim) -> ScheduleRunRecord | None:
    """The run, locked, if it is still this claim's."""
    return session.scalars(
        select(ScheduleRunRecord)
        .where(
            ScheduleRunRecord.id == claim.run_id,
            ScheduleRunRecord.attempt == claim.attempt,
            ScheduleRunRecord.status == claim.stage,
        )
        .with_for_update()
    ).one_or_none()


def end_run(
    session: Session,
    run: ScheduleRunRecord,
    status: RunStatus,
    now: datetime,
    failure: Failure | None = None,
) -> None:
    """Its final state, and the event that tells of it."""
    run.status, run.finished_at, run.lease_until = status, now, None
    run.failure = failure.model_dump(mode="json") if failure else None
    if run.trigger == Trigger.WARM or status not in (RunStatus.COMPLETED, RunStatus.FAILED):
        return
    emit(
        session,
        tenant_id=run.tenant_id,
        event_type=f"schedule.run.{status}",
        data={
            "id": run.id,
            "schedule": run.schedule_id,
            "batch": run.batch_id,
            "counts": run.counts,
            "delivered_to": run.delivered_to,
        },
        now=now,
    )
