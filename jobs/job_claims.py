"""How does a worker take a job, keep it and give it back?

A claim is a lease: it must be renewed. Every write carries the attempt it was claimed under and
changes nothing when the job has gone on without this worker, which is what False says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.job_states import begin, conclude, expire, is_due, put_back, record_of_progress
from jobs.prices import Prices, job_usage, ledger_line
from jobs.tables import JobDocumentRecord, JobRecord
from schemas.extraction import FieldResult, Status, Usage
from schemas.job_settings import JobSettings
from schemas.jobs import MAX_PARTIAL_BYTES, Failure, JobKind, JobProgress, Queue


@dataclass(frozen=True, slots=True)
class Claim:
    """`num_lost` counts the attempts before this one that came to nothing."""

    job_id: str
    tenant: str
    kind: JobKind
    queue: Queue
    attempt: int
    request: Mapping[str, Any]
    document_ids: tuple[str, ...]
    deadline_at: datetime
    num_lost: int = 0
    batch_id: str | None = None


class JobClaims:
    def __init__(self, database: Database, settings: JobSettings) -> None:
        self._database, self._settings = database, settings

    def claim(self, queue: Queue, worker: str) -> Claim | None:
        """The next job that is due, or None. Two callers never get the same one."""
        with self._database.transaction() as session:
            while (record := self._next(session, queue)) is not None:
                now = self._database.now(session)
                if record.deadline_at <= now:
                    expire(session, record, now)
                    continue
                begin(session, record, worker=worker, lease_until=self._lease(now), now=now)
                return _claim_of(session, record)
            return None

    def renew(self, claim: Claim) -> bool | None:
        """Whether somebody asked for a stop; None when the job is no longer ours."""
        with self._database.transaction() as session:
            return session.scalar(
                update(JobRecord)
                .where(*_is_ours(claim))
                .values(lease_until=self._lease(self._database.now(session)))
                .returning(JobRecord.cancel_requested)
            )

    def look(self, claim: Claim) -> bool | None:
        """What `renew` would answer, without renewing: it waits for no writer."""
        with self._database.reading() as session:
            return session.scalar(select(JobRecord.cancel_requested).where(*_is_ours(claim)))

    def report(
        self, claim: Claim, progress: JobProgress, partial_fields: list[FieldResult] | None = None
    ) -> bool:
        """How far it is, and all fields read so far (None: as they were); of many, the latest are
        kept: whoever looks at the job or listens to it gets them each time."""
        values: dict[str, Any] = {
            "progress": record_of_progress(progress),
            "version": JobRecord.version + 1,
        }
        if partial_fields is not None:
            values["partial_fields"] = _latest(partial_fields)
        with self._database.transaction() as session:
            found = session.scalar(
                update(JobRecord).where(*_is_ours(claim)).values(**values).returning(JobRecord.id)
            )
            return found is not None

    def finish(
        self,
        claim: Claim,
        *,
        status: Status,
        result_key: str | None,
        usage: Usage,
        seconds: float,
        model: str | None = None,
        prices: Prices | None = None,
        also: Callable[[Session], None] | None = None,
    ) -> bool:
        """Completed or incomplete: the result's place and the ledger's line are written at once,
        with what it cost where there are prices, and with what `also` writes."""
        assert status in (Status.COMPLETED, Status.INCOMPLETE)
        with self._database.transaction() as session:
            record = held(session, claim)
            if record is None:
                return False
            now = self._database.now(session)
            conclude(session, record, status, now)
            record.result_key = result_key
            line = ledger_line(record, usage, prices, now, seconds=seconds, model=model)
            record.usage = job_usage(usage, line.cost_micro_usd).model_dump(mode="json")
            session.add(line)
            if also is not None:
                also(session)
            return True

    def fail(self, claim: Claim, failure: Failure) -> bool:
        return self._conclude(claim, Status.FAILED, failure)

    def cancelled(self, claim: Claim) -> bool:
        """It was stopped as somebody asked."""
        return self._conclude(claim, Status.CANCELLED)

    def release(self, claim: Claim, *, delay_seconds: float = 0.0, is_lost: bool = False) -> bool:
        """Back to its place in the queue, due again after the delay.

        `is_lost` counts the attempt as one that came to nothing. A job that is to be cancelled
        is.
        """
        with self._database.transaction() as session:
            record = held(session, claim)
            if record is None:
                return False
            now = self._database.now(session)
            record.num_lost += is_lost
            if record.cancel_requested:
                conclude(session, record, Status.CANCELLED, now)
            else:
                delay = timedelta(seconds=delay_seconds)
                put_back(session, record, now + delay if delay_seconds else None)
            return True

    def _next(self, session: Session, queue: Queue) -> JobRecord | None:
        """The first that is due, locked; what another worker is just taking is passed over."""
        return session.scalars(
            select(JobRecord)
            .where(JobRecord.queue == queue, *is_due(self._database.now(session)))
            .order_by(JobRecord.queued_at, JobRecord.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()

    def _conclude(self, claim: Claim, status: Status, failure: Failure | None = None) -> bool:
        with self._database.transaction() as session:
            record = held(session, claim)
            if record is None:
                return False
            conclude(session, record, status, self._database.now(session), failure)
            return True

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._settings.lease_seconds)


def held(session: Session, claim: Claim) -> JobRecord | None:
    """The claimed record, locked; None when the job has gone on without the claim."""
    return session.scalars(
        select(JobRecord).where(*_is_ours(claim)).with_for_update()
    ).one_or_none()


def _is_ours(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        JobRecord.id == claim.job_id,
        JobRecord.attempt == claim.attempt,
        JobRecord.status == Status.RUNNING,
    )


def _latest(fields: Sequence[FieldResult]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    free = MAX_PARTIAL_BYTES
    for field in reversed(fields):
        text = field.model_dump_json()
        free -= len(text.encode())
        if free < 0:
            break
        kept.append(json.loads(text))
    return kept[::-1]


def _claim_of(session: Session, record: JobRecord) -> Claim:
    documents = session.scalars(
        select(JobDocumentRecord.document_id)
        .where(JobDocumentRecord.job_id == record.id)
        .order_by(JobDocumentRecord.position)
    )
    return Claim(
        job_id=record.id,
        tenant=record.tenant_id,
        kind=JobKind(record.kind),
        queue=Queue(record.queue),
        attempt=record.attempt,
        request=record.request,
        document_ids=tuple(documents),
        deadline_at=record.deadline_at,
        num_lost=record.num_lost,
        batch_id=record.batch_id,
    )
