"""Which chats does a worker see through, and how do they stand?

A response in the background that reads no document is a job of its own, which outlives whoever
asked, and the worker that began it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.job_states import ask_to_stop
from jobs.job_views import failure_of_record
from jobs.new_jobs import new_job
from jobs.queue_load import check_room
from jobs.response_store import StoredResponse, chat_job_id, response_record, stored_response
from jobs.tables import JobRecord
from schemas.errors import NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, JobKind, JobProgress, Queue


@dataclass(frozen=True, slots=True)
class ResponseJob:
    id: str
    status: Status
    version: int
    progress: JobProgress
    failure: Failure | None


class ResponseJobs:
    """What names one of another tenant raises `NotFound`, as if there were none."""

    def __init__(self, database: Database, settings: JobSettings) -> None:
        self._database, self._settings = database, settings

    def create(
        self, tenant: str, key_id: str | None, request: Mapping[str, Any]
    ) -> tuple[StoredResponse, ResponseJob]:
        """Raises `Overloaded`."""

        def write(session: Session) -> tuple[StoredResponse, ResponseJob]:
            check_room(session, Queue.STANDARD, self._settings)
            now = self._database.now(session)
            response = response_record(tenant, now, request=request)
            session.add(response)
            job = new_job(
                tenant,
                JobKind.RESPONSE,
                Queue.STANDARD,
                now=now,
                seconds=self._settings.deadline_seconds,
                key_id=key_id,
                request={"response": response.id},
            )
            job.id = chat_job_id(response.id)
            session.add(job)
            session.flush()
            return stored_response(response), _view(job)

        return self._database.settle(write)

    def get(self, tenant: str, response_id: str) -> ResponseJob | None:
        """None for a response that no worker saw through."""
        with self._database.reading() as session:
            record = self._found(session, tenant, response_id)
            return None if record is None else _view(record)

    def cancel(self, tenant: str, response_id: str) -> ResponseJob:
        """At once where it waits; where it runs, it is asked to stop. Twice is no error."""
        with self._database.transaction() as session:
            record = self._found(session, tenant, response_id, is_locked=True)
            if record is None:
                raise NotFound(f"Response with id '{response_id}' not found.", param="response_id")
            ask_to_stop(session, record, self._database.now(session))
            return _view(record)

    def _found(
        self, session: Session, tenant: str, response_id: str, *, is_locked: bool = False
    ) -> JobRecord | None:
        wanted = select(JobRecord).where(
            JobRecord.id == chat_job_id(response_id), JobRecord.tenant_id == tenant
        )
        return session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()


def _view(record: JobRecord) -> ResponseJob:
    return ResponseJob(
        record.id,
        Status(record.status),
        record.version,
        JobProgress.model_validate(record.progress),
        failure_of_record(record.failure),
    )
