"""Which responses were asked for on the OpenAI routes, and what stood before them?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.job_states import ask_to_stop, removal_of
from jobs.response_events import tell_of_response
from jobs.response_tables import ResponseRecord
from jobs.tables import JobRecord
from schemas.errors import NotFound
from schemas.extraction import Status
from schemas.jobs import FINAL

_KEPT_SECONDS = 30 * 86_400
_MOST_BEFORE = 200
_AT_ONCE = 100
_OPEN = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    id: str
    extraction_id: str | None
    request: Mapping[str, Any]
    answer: Mapping[str, Any] | None
    created_at: datetime
    is_cancelled: bool = False


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
        answer: Mapping[str, Any] | None = None,
        response_id: str | None = None,
        created_at: datetime | None = None,
    ) -> StoredResponse:
        """One that reads no document. Kept for 30 days."""
        with self._database.transaction() as session:
            now = self._database.now(session)
            record = response_record(
                tenant, now, request=request, answer=answer, response_id=response_id
            )
            record.created_at = created_at or now
            session.add(record)
            return stored_response(record)

    def begun(self, tenant: str, request: Mapping[str, Any]) -> StoredResponse:
        """One that is kept when it has ended, if at all."""
        with self._database.reading() as session:
            now = self._database.now(session)
        return stored_response(response_record(tenant, now, request=request))

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

    def cancel(self, tenant: str, response_id: str) -> StoredResponse:
        """One that reads documents. The extraction stops with the last who waits for it; where
        others do, only this response has ended. Twice is no error; `Conflict` where it came to
        another end."""
        return self._database.settle(lambda session: self._cancel(session, tenant, response_id))

    def delete(self, tenant: str, response_id: str) -> list[str]:
        """The id of the extraction that goes with it, if it was made for this response and is
        nobody else's."""
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
        """Whoever writes both has the job first."""
        job_id = record.extraction_id or chat_job_id(record.id)
        job = session.get(JobRecord, job_id, with_for_update=True)
        session.execute(delete(ResponseRecord).where(ResponseRecord.id == record.id))
        if job is None:
            return []
        now = self._database.now(session)
        if record.extraction_id is not None:
            if not job.is_of_responses or _are_there(session, job, is_waiting=True):
                return []
            if _are_there(session, job, is_waiting=False):
                _stop(session, job, now)
                return []
            session.add(removal_of(job, now))
        session.execute(delete(JobRecord).where(JobRecord.id == job.id))
        return [] if record.extraction_id is None else [job.id]

    def _cancel(self, session: Session, tenant: str, response_id: str) -> StoredResponse:
        extraction_id = _found(session, tenant, response_id).extraction_id
        assert extraction_id is not None, "a chat is cancelled by its job"
        job = session.get(JobRecord, extraction_id, with_for_update=True)
        session.expire_all()  # what was read before the lock may have changed
        record = _found(session, tenant, response_id)
        assert job is not None, "a response goes with its extraction"
        if record.is_cancelled:
            return stored_response(record)
        now = self._database.now(session)
        if _is_alone(session, job, record) or job.status not in _OPEN:
            ask_to_stop(session, job, now)
        else:
            record.is_cancelled = True
            tell_of_response(session, record, Status.CANCELLED, now)
        return stored_response(record)


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
        is_cancelled=False,
        created_at=now,
        expires_at=now + timedelta(seconds=_KEPT_SECONDS),
    )


def add_response(
    session: Session, job: JobRecord, request: Mapping[str, Any], now: datetime
) -> StoredResponse:
    """One that is this extraction, which is new, or locked; where that has ended, it is told of at
    once."""
    record = response_record(job.tenant_id, now, request=request, extraction_id=job.id)
    session.add(record)
    session.flush()
    if job.status in FINAL:
        tell_of_response(session, record, Status(job.status), now)
    return stored_response(record)


def write_answer(
    session: Session, tenant: str, response_id: str, answer: Mapping[str, Any]
) -> None:
    """What a worker's chat came to. A response that was deleted stays so."""
    session.execute(
        update(ResponseRecord)
        .where(ResponseRecord.id == response_id, ResponseRecord.tenant_id == tenant)
        .values(answer=dict(answer))
    )


def chat_job_id(response_id: str) -> str:
    """Of the job that sees a chat through, where one does."""
    return f"rsp_{response_id.removeprefix('resp_')}"


def _are_there(session: Session, job: JobRecord, *, is_waiting: bool) -> bool:
    """Whether responses are this extraction, waiting for it or cancelled."""
    return session.scalar(_responses_of(job, is_waiting).limit(1)) is not None


def _is_alone(session: Session, job: JobRecord, record: ResponseRecord) -> bool:
    """Whether nobody else waits for what this response waits for."""
    others = _responses_of(job, True).where(ResponseRecord.id != record.id)
    return job.is_of_responses and session.scalar(others.limit(1)) is None


def _responses_of(job: JobRecord, is_waiting: bool) -> Select[str]:
    return select(ResponseRecord.id).where(
        ResponseRecord.extraction_id == job.id, ResponseRecord.is_cancelled == (not is_waiting)
    )


def _stop(session: Session, job: JobRecord, now: datetime) -> None:
    if job.status in _OPEN:
        ask_to_stop(session, job, now)


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
        record.id,
        record.extraction_id,
        record.request,
        record.answer,
        record.created_at,
        record.is_cancelled,
    )
