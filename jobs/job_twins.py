"""Was the same asked before?

Two answers: the caller says so by an Idempotency-Key, for as long as the job is kept; or what is
asked is the very same as what is in flight.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.tables import IdempotencyRecord, JobRecord
from schemas.errors import Conflict
from schemas.extraction import Status
from schemas.jobs import ExtractionCreate


def job_of_key(
    session: Session, tenant: str, key: str, create: ExtractionCreate
) -> JobRecord | None:
    """Raises `Conflict` when the key came with another body."""
    known = session.get(IdempotencyRecord, (tenant, key))
    if known is None:
        return None
    if known.body_hash != _body_hash(create):
        raise Conflict("this key came with another body before", param="Idempotency-Key")
    return session.get(JobRecord, known.job_id)


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
    return session.scalars(
        select(JobRecord).where(
            JobRecord.tenant_id == tenant,
            JobRecord.request_hash == request_hash(create),
            JobRecord.status.in_((Status.QUEUED, Status.RUNNING)),
        )
    ).one_or_none()


def request_hash(create: ExtractionCreate) -> str:
    """Equal for what must come to the same end: all but the caller's notes on it."""
    return _hash(_body(create, "metadata"))


def _body_hash(create: ExtractionCreate) -> str:
    return _hash(_body(create))


def _body(create: ExtractionCreate, *left_out: str) -> dict[str, Any]:
    """A request that does not use what came later has the hash that it had before. A saved schema
    is the same as one sent along."""
    later = ("attachments", "expires_at", "expires_after_seconds")
    unused = ["response_schema_id", *(name for name in later if not getattr(create, name))]
    return create.model_dump(mode="json", exclude={*left_out, *unused})


def _hash(body: dict[str, Any]) -> str:
    """The order of names is part of it: it is the order of the questions and of the output."""
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()
