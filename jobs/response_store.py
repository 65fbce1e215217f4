"""Which responses were asked for on the OpenAI routes, and what stood before them?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.job_states import removal_of
from jobs.response_tables import ResponseRecord
from jobs.tables import JobRecord
from schemas.errors import NotFound

_KEPT_SECONDS = 30 * 86_400
_MOST_BEFORE = 200
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class StoredResponse:
    id: str
    extraction_id: str | None
    request: Mapping[str, Any]
    answer: Mapping[str, Any] | None
    created_at: datetime


def new_response_id() -> str:
    return f"resp_{uuid.uuid4().hex}"


class ResponseStore:
    """What names a response of another tenant raises `NotFound`, as if there were none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        tenant: str,
        *,
        request: Mapping[str, Any],
        extraction_id: str | None = None,
        answer: Mapping[str, Any] | None = None,
        response_id: str | None = None,
        created_at: datetime | None = None,
    ) -> StoredResponse:
        """Kept for 30 days."""
        with self._database.transaction() as session:
            now = self._database.now(session)
            record = response_record(
                tenant,
                now,
                request=request,
                extraction_id=extraction_id,
                answer=answer,
                response_id=response_id,
            )
            record.created_at = created_at or now
            session.add(record)
            return stored_response(record)

    def begun(self, tenant: str, request: Mapping[str, Any]) -> StoredResponse:
        """One that is kept when it has ended, if at all."""
        with self._database.reading() as session:
            now = self._database.now(session)
        return stored_response(response_record(tenant, now, request=request))

    def answered(self, tenant: str, response_id: str, answer: Mapping[str, Any]) -> None:
        """What a worker's chat came to; a second time it takes the place of the first. One that
        was deleted stays so."""
        with self._database.transaction() as session:
            session.execute(
                update(ResponseRecord)
                .where(ResponseRecord.id == response_id, ResponseRecord.tenant_id == tenant)
                .values(answer=dict(answer))
            )

    def get(self, tenant: str, response_id: str) -> StoredResponse:
        with self._database.reading() as session:
            return stored_response(_found(session, tenant, response_id))

    def before(self, tenant: str, response_id: str | None) -> Sequence[StoredResponse]:
        """It and those that it went on from, the oldest first. Raises `NotFound` where one of
        them is gone."""
        found: list[StoredResponse] = []
        with self._database.reading() as session:
            while response_id is not None and len(found) < _MOST_BEFORE:
                record = _found(session, tenant, response_id, param="previous_response_id")
                found.insert(0, stored_response(record))
                response_id = record.previous_id
        return found

    def delete(self, tenant: str, response_id: str) -> list[str]:
        """The id of the extraction that goes with it, if it was this response's alone."""
        return self._database.settle(
            lambda session: self._delete(session, _found(session, tenant, response_id))
        )

    def expire(self) -> int:
        """Those whose time is over go; how many there were."""
        return self._database.settle(self._expire)

    def _expire(self, session: Session) -> int:
        ended = session.scalars(
            select(ResponseRecord)
            .where(ResponseRecord.expires_at <= self._database.now(session))
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for record in ended:
            self._delete(session, record)
        return len(ended)

    def _delete(self, session: Session, record: ResponseRecord) -> list[str]:
        session.execute(delete(ResponseRecord).where(ResponseRecord.id == record.id))
        if record.extraction_id is None:
            session.execute(delete(JobRecord).where(JobRecord.id == chat_job_id(record.id)))
            return []
        if _is_asked_for(session, record.extraction_id):
            return []
        job = session.get(JobRecord, record.extraction_id, with_for_update=True)
        if job is None:
            return []
        session.add(removal_of(job, self._database.now(session)))
        session.execute(delete(JobRecord).where(JobRecord.id == job.id))
        return [job.id]


def response_record(
    tenant: str,
    now: datetime,
    *,
    request: Mapping[str, Any],
    extraction_id: str | None = None,
    answer: Mapping[str, Any] | None = None,
    response_id: str | None = None,
) -> ResponseRecord:
    return ResponseRecord(
        id=response_id or new_response_id(),
        tenant_id=tenant,
        extraction_id=extraction_id,
        previous_id=request.get("previous_response_id"),
        request=dict(request),
        answer=None if answer is None else dict(answer),
        created_at=now,
        expires_at=now + timedelta(seconds=_KEPT_SECONDS),
    )


def chat_job_id(response_id: str) -> str:
    """Of the job that sees a chat through, where one does."""
    return f"rsp_{response_id.removeprefix('resp_')}"


def _is_asked_for(session: Session, extraction_id: str) -> bool:
    others = select(ResponseRecord.id).where(ResponseRecord.extraction_id == extraction_id)
    return session.scalar(others.limit(1)) is not None


def _found(
    session: Session, tenant: str, response_id: str, param: str = "response_id"
) -> ResponseRecord:
    record = session.scalars(
        select(ResponseRecord).where(
            ResponseRecord.id == response_id, ResponseRecord.tenant_id == tenant
        )
    ).one_or_none()
    if record is None:
        raise NotFound(f"Response with id '{response_id}' not found.", param=param)
    return record


def stored_response(record: ResponseRecord) -> StoredResponse:
    return StoredResponse(
        record.id, record.extraction_id, record.request, record.answer, record.created_at
    )
