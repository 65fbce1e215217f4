"""What is written down of a training, with the change that it tells of?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from jobs.storage import tuning_folder
from jobs.tables import JobRecord, RemovalRecord
from jobs.tuning_tables import TuningEventRecord, TuningRecord
from schemas.extraction import Status
from schemas.jobs import Failure
from schemas.openai_tuning import FineTuningStatus

_STATUS = {
    Status.QUEUED: FineTuningStatus.QUEUED,
    Status.RUNNING: FineTuningStatus.RUNNING,
    Status.COMPLETED: FineTuningStatus.SUCCEEDED,
    Status.FAILED: FineTuningStatus.FAILED,
    Status.CANCELLED: FineTuningStatus.CANCELLED,
}


def told_status(record: JobRecord) -> FineTuningStatus:
    return _STATUS[Status(record.status)]


def add_event(
    session: Session,
    job_id: str,
    message: str,
    now: datetime,
    *,
    level: str = "info",
    data: Mapping[str, Any] | None = None,
) -> None:
    session.add(
        TuningEventRecord(
            job_id=job_id,
            created_at=now,
            level=level,
            type="metrics" if data else "message",
            message=message,
            data=dict(data or {}),
        )
    )


def end_of_tuning(
    session: Session, record: JobRecord, failure: Failure | None, now: datetime
) -> None:
    """What the training would have gone on from goes now."""
    tuning = session.get(TuningRecord, record.id)
    if tuning is not None:
        tuning.estimated_finish = tuning.state_key = None
    if failure is not None:
        add_event(session, record.id, failure.message, now, level="error")
    elif record.status == Status.CANCELLED:
        add_event(session, record.id, "The job was cancelled", now)
    else:
        add_event(session, record.id, "The job has successfully completed", now)
    session.add(
        RemovalRecord(
            tenant_id=record.tenant_id,
            folder=tuning_folder(record.tenant_id, record.id),
            is_out_of_storage=False,
            created_at=now,
        )
    )
