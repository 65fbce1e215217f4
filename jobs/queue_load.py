"""How full is a queue, and when will there be room in it?"""

from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.job_states import is_due
from jobs.tables import JobRecord
from schemas.errors import Overloaded
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Queue

_LOOKED_BACK = 50  # jobs that the mean is taken over
_UNKNOWN_SECONDS = 10.0
_MOST_SECONDS = 120


def check_room(session: Session, queue: Queue, settings: JobSettings) -> None:
    """Raises `Overloaded` where as many wait as may; the number is not exact under a rush."""
    waiting = num_queued(session, queue)
    if waiting < settings.max_queued:
        return
    mean = mean_seconds(session, queue) or _UNKNOWN_SECONDS
    seconds = math.ceil(mean / max(slots_of(queue, settings), 1))
    raise Overloaded(
        f"{waiting} jobs wait in the queue {queue.value}, and no more are taken: try again later",
        retry_after_seconds=min(max(seconds, 1), _MOST_SECONDS),
    )


def num_queued(session: Session, queue: Queue) -> int:
    """Those that wait for their document among them."""
    return (
        session.scalar(
            select(func.count())
            .select_from(JobRecord)
            .where(JobRecord.queue == queue, JobRecord.status == Status.QUEUED)
        )
        or 0
    )


def num_due(session: Session, queue: Queue, now: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(JobRecord)
            .where(JobRecord.queue == queue, *is_due(now))
        )
        or 0
    )


def mean_seconds(session: Session, queue: Queue) -> float | None:
    """From begin to end, of the last jobs that came to a result; None: there were none."""
    last = session.execute(
        select(JobRecord.started_at, JobRecord.finished_at)
        .where(
            JobRecord.queue == queue,
            JobRecord.finished_at.is_not(None),
            JobRecord.status.in_((Status.COMPLETED, Status.INCOMPLETE)),
        )
        .order_by(JobRecord.finished_at.desc())
        .limit(_LOOKED_BACK)
    ).all()
    seconds = [(stop - start).total_seconds() for start, stop in last if start and stop]
    return sum(seconds) / len(seconds) if seconds else None


def slots_of(queue: Queue, settings: JobSettings) -> int:
    slots = {
        Queue.INTERACTIVE: settings.interactive_slots,
        Queue.STANDARD: settings.standard_slots,
        Queue.BATCH: settings.batch_slots,
        Queue.INGEST: settings.ingest_slots,
        Queue.PREPARE: settings.prepare_slots,
        Queue.TUNING: settings.tuning_slots,
    }
    return slots[queue]
