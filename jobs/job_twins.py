"""Was the same asked before?

Three answers: the caller says so by an Idempotency-Key, for as long as the job is kept; what is
asked is the very same as what is in flight; or the caller tries again, and what it asked for came
to its end meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.tables import IdempotencyRecord, JobRecord
from schemas.errors import Conflict
from schemas.extraction import Status
from schemas.jobs import ExtractionCreate, Queue

_BETWEEN_TRIES = timedelta(seconds=60)


def job_of_key(
    session: Session, tenant: str, key: str, create: ExtractionCreate
) -> JobRecord | None:
    """Locked. Raises `Conflict` when the key came with another body."""
    known = session.get(IdempotencyRecord, (tenant, key))
    if known is None:
        return None
    if known.body_hash != _body_hash(create):
        raise Conflict("this key came with another body before", param="Idempotency-Key")
    return session.get(JobRecord, known.job_id, with_for_update=True)


def remember_key(
    session: Session, tenant: str, key: str, create: ExtractionCreate, job_id: str, now: datetime
) -> None:
    if session.get(IdempotencyRecord, (tenant, key)) is None:
        session.add(
            IdempotencyRecord(
                tenant_id=tenant,
                key=key,
                job_id=job_id,
                body_hash=_body_hash(create),
                created_at=now,
            )
        )
        session.flush()


def twin_in_flight(session: Session, tenant: str, create: ExtractionCreate) -> JobRecord | None:
    """Locked, so that it does not end before what joins it is there."""
    return session.scalars(
        select(JobRecord)
        .where(
            JobRecord.tenant_id == tenant,
            JobRecord.request_hash == request_hash(create),
            JobRecord.status.in_((Status.QUEUED, Status.RUNNING)),
        )
        .with_for_update()
    ).one_or_none()


def twin_just_ended(
    session: Session, tenant: str, create: ExtractionCreate, now: datetime
) -> JobRecord | None:
    """One with a result; locked."""
    return session.scalars(
        select(JobRecord)
        .where(
            JobRecord.queue == Queue(create.priority),
            JobRecord.finished_at >= now - _BETWEEN_TRIES,
            JobRecord.tenant_id == tenant,
            JobRecord.request_hash == request_hash(create),
            JobRecord.status.in_((Status.COMPLETED, Status.INCOMPLETE)),
        )
        .order_by(JobRecord.finished_at.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def request_hash(create: ExtractionCreate) -> str:
    """Equal for what must come to the same end: all but the caller's notes on it."""
    return _hash(_body(create, "metadata"))


def _body_hash(create: ExtractionCreate) -> str:
    return _hash(_body(create))


def _body(create: ExtractionCreate, *left_out: str) -> dict[str, Any]:
    """A request that does not use what came later has the hash that it had before. A saved schema
    is the same as one sent along."""
    later = ("attachments", "expires_at", "expires_after_seconds", "model")
    unused = ["response_schema_id", *(name for name in later if not getattr(create, name))]
    return create.model_dump(mode="json", exclude={*left_out, *unused})


def _hash(body: dict[str, Any]) -> str:
    """The order of names is part of it: it is the order of the questions and of the output."""
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()
