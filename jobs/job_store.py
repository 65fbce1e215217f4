"""What jobs are there, and what do their callers do with them?

Whatever names a job of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobs.audit import note
from jobs.database import Database
from jobs.documents_of_job import add_with_documents, is_unread, link, readable_documents
from jobs.job_claims import Claim, JobClaims
from jobs.job_states import ask_to_stop, put_back, removal_of
from jobs.job_sweeps import JobSweeps, Swept
from jobs.job_twins import job_of_key, remember_key, request_hash, twin_in_flight, twin_just_ended
from jobs.job_views import LISTED, extraction_jobs, has_tags, listed_extractions
from jobs.list_cursor import place_of
from jobs.new_jobs import new_job
from jobs.queue_load import check_room
from jobs.quotas import Quotas, expiry_of
from jobs.response_store import StoredResponse, add_response
from jobs.tables import DocumentRecord, IdempotencyRecord, JobDocumentRecord, JobRecord
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import (
    ExtractionCreate,
    ExtractionJob,
    JobKind,
    ListedExtraction,
    Queue,
)

__all__ = ["Claim", "JobStore", "NewExtraction", "Swept"]

_RETRIED = (Status.FAILED, Status.CANCELLED, Status.INCOMPLETE)
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class NewExtraction:
    """`is_again`: the caller says that it asked for the same just before."""

    tenant: str
    key_id: str | None
    create: ExtractionCreate
    idempotency_key: str | None = None
    is_again: bool = False


class JobStore(JobClaims, JobSweeps):
    """The face of the API; the workers' is `JobClaims`, the sweeper's `JobSweeps`. Without
    `quotas` nobody is limited, and nothing is kept for a time of its tenant's."""

    def __init__(
        self, database: Database, settings: JobSettings, quotas: Quotas | None = None
    ) -> None:
        super().__init__(database, settings)
        self._quotas = quotas

    def create_extraction(self, new: NewExtraction) -> tuple[ExtractionJob, bool]:
        """The job, and whether it is new: not when the key was used with the same body before,
        nor when the same is asked by the same tenant and in flight, or asked again.

        Raises `NotFound` and `Conflict` for the documents, `Conflict` for a key that came with
        another body, `Overloaded`.
        """
        _check(new)
        return self._database.settle(lambda session: self._create(session, new))

    def create_response(
        self, new: NewExtraction, request: Mapping[str, Any]
    ) -> tuple[ExtractionJob, StoredResponse, bool]:
        """As `create_extraction`, with the response that it is: both are there, or neither."""

        def write(session: Session) -> tuple[ExtractionJob, StoredResponse, bool]:
            job, is_new = self._create(session, new, is_of_responses=True)
            record = session.get_one(JobRecord, job.id)
            response = add_response(session, record, request, self._database.now(session))
            return job, response, is_new

        _check(new)
        return self._database.settle(write)

    def get_extraction(self, tenant: str, job_id: str) -> ExtractionJob:
        with self._database.reading() as session:
            return self._view(session, _found(session, tenant, job_id))

    def versions(self, job_ids: Collection[str]) -> dict[str, int]:
        """Of whatever tenant; those that are gone are left out."""
        with self._database.reading() as session:
            rows = session.execute(
                select(JobRecord.id, JobRecord.version).where(JobRecord.id.in_(job_ids))
            )
            return {row.id: row.version for row in rows}

    def list_extractions(
        self,
        tenant: str,
        *,
        limit: int = 20,
        after: str | None = None,
        status: Status | None = None,
        document: str | None = None,
        metadata: Mapping[str, str] | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> tuple[list[ListedExtraction], bool]:
        """The newest first, and whether there are more. `after` is an id, which must be there, or
        a cursor (`list_cursor`), which goes on where it stood."""
        wanted = select(JobRecord).where(
            JobRecord.tenant_id == tenant, JobRecord.kind == JobKind.EXTRACTION
        )
        if status is not None:
            wanted = wanted.where(JobRecord.status == status)
        if document is not None:
            wanted = wanted.join(JobDocumentRecord, JobDocumentRecord.job_id == JobRecord.id)
            wanted = wanted.where(JobDocumentRecord.document_id == document)
        if metadata:
            is_sqlite = self._database.is_sqlite
            wanted = wanted.where(has_tags(JobRecord.tags, metadata, is_sqlite=is_sqlite))
        if created_after is not None:
            wanted = wanted.where(JobRecord.created_at > created_after)
        if created_before is not None:
            wanted = wanted.where(JobRecord.created_at < created_before)
        with self._database.reading() as session:
            if after is not None:
                place = place_of(after) or _place(_found(session, tenant, after, param="after"))
                wanted = wanted.where(tuple_(JobRecord.created_at, JobRecord.id) < place)
            wanted = wanted.order_by(JobRecord.created_at.desc(), JobRecord.id.desc())
            wanted = wanted.options(*LISTED).limit(limit + 1)
            records = session.scalars(wanted).all()
            now = self._database.now(session)
            return listed_extractions(session, records[:limit], now), len(records) > limit

    def cancel_extraction(self, tenant: str, job_id: str) -> ExtractionJob:
        """At once where it waits; where it runs, it is asked to stop. Twice is no error."""
        with self._database.transaction() as session:
            record = _found(session, tenant, job_id, is_locked=True)
            ask_to_stop(session, record, self._database.now(session))
            return self._view(session, record)

    def retry_extraction(self, tenant: str, job_id: str) -> ExtractionJob:
        """Once more from the start, with as many attempts and as much time as a new one."""

        def write(session: Session) -> ExtractionJob:
            record = _found(session, tenant, job_id, is_locked=True)
            if record.batch_id is not None:
                raise Conflict(f"it is an item of {record.batch_id}: items are retried there")
            if record.status not in _RETRIED:
                raise Conflict(f"it is {record.status}: nothing to try again")
            check_room(session, Queue(record.queue), self._settings)
            self._renew_record(session, record)
            record.is_of_responses = False
            session.flush()
            return self._view(session, record)

        try:
            return self._database.settle(write)
        except IntegrityError as error:
            raise Conflict("the same was asked again meanwhile, and is not done yet") from error

    def delete_extraction(self, tenant: str, job_id: str) -> None:
        """The record goes; a worker that runs it finds that out and stops. The ledger stays."""
        with self._database.transaction() as session:
            record = _found(session, tenant, job_id, is_locked=True)
            now = self._database.now(session)
            session.delete(record)
            session.add(removal_of(record, now))
            note(session, now, "extraction.delete", job_id, tenant=tenant)

    def result_key_of(self, tenant: str, job_id: str) -> str | None:
        """Where in the storage the result lies; None when there is none (yet)."""
        with self._database.reading() as session:
            return _found(session, tenant, job_id).result_key

    def request_of_key(self, tenant: str, idempotency_key: str) -> ExtractionCreate | None:
        """What was asked under the key; None for one that was not used."""
        with self._database.reading() as session:
            known = session.get(IdempotencyRecord, (tenant, idempotency_key))
            record = session.get(JobRecord, known.job_id) if known is not None else None
            return ExtractionCreate.model_validate(record.request) if record is not None else None

    def _create(
        self, session: Session, new: NewExtraction, *, is_of_responses: bool = False
    ) -> tuple[ExtractionJob, bool]:
        known = self._known(session, new)
        if known is not None:
            known.is_of_responses = known.is_of_responses and is_of_responses
            self._remember(session, new, known.id, self._database.now(session))
            return self._view(session, known), False
        now = self._database.now(session)
        documents = readable_documents(session, new.tenant, new.create.documents, now)
        check_room(session, Queue(new.create.priority), self._settings)
        record = _record_of(new, now, self._seconds(new.create))
        record.expires_at = expiry_of(now, new.create.expires_at, None)
        record.is_of_responses = is_of_responses
        self._admit(session, record, new.create, documents)
        add_with_documents(session, record, new.create.documents, documents)
        self._remember(session, new, record.id, now)
        note(session, now, "extraction.create", record.id, tenant=new.tenant)
        return self._view(session, record), True

    def _admit(
        self,
        session: Session,
        record: JobRecord,
        create: ExtractionCreate,
        documents: Sequence[DocumentRecord],
    ) -> None:
        """Raises `RateLimited` and `QuotaExceeded`."""
        if self._quotas is None:
            record.keep_seconds = create.expires_after_seconds
            return
        record.keep_seconds = self._quotas.keep_seconds_of(create, record.tenant_id)
        record.estimated_tokens = self._quotas.tokens_of(create, documents)
        self._quotas.check_extraction(session, record.tenant_id, record.estimated_tokens)

    def _known(self, session: Session, new: NewExtraction) -> JobRecord | None:
        if new.idempotency_key is not None:
            known = job_of_key(session, new.tenant, new.idempotency_key, new.create)
            if known is not None:
                return known
        twin = twin_in_flight(session, new.tenant, new.create)
        if twin is None and new.is_again:
            return twin_just_ended(session, new.tenant, new.create, self._database.now(session))
        return twin

    def _remember(self, session: Session, new: NewExtraction, job_id: str, now: datetime) -> None:
        if new.idempotency_key is not None:
            remember_key(session, new.tenant, new.idempotency_key, new.create, job_id, now)

    def _renew_record(self, session: Session, record: JobRecord) -> None:
        create = ExtractionCreate.model_validate(record.request)
        now = self._database.now(session)
        documents = readable_documents(session, record.tenant_id, create.documents, now)
        self._admit(session, record, create, documents)
        put_back(session, record)
        record.waits_for_documents = is_unread(documents)
        record.num_lost, record.cancel_requested = 0, False
        record.result_key = record.failure = record.usage = None
        record.started_at = record.finished_at = None
        record.expires_at = create.expires_at
        record.queued_at = now
        record.deadline_at = now + timedelta(seconds=self._seconds(create))
        record.request_hash = request_hash(create)
        link(session, record)

    def _seconds(self, create: ExtractionCreate) -> float:
        return create.deadline_seconds or self._settings.deadline_seconds

    def _view(self, session: Session, record: JobRecord) -> ExtractionJob:
        return extraction_jobs(session, [record], self._database.now(session))[0]


def _check(new: NewExtraction) -> None:
    if len(set(new.create.documents)) < len(new.create.documents):
        raise InvalidInput("a document is named twice", param="documents")
    if new.idempotency_key is not None and len(new.idempotency_key) > _LONGEST_KEY:
        raise InvalidInput(f"longer than {_LONGEST_KEY} characters", param="Idempotency-Key")


def _found(
    session: Session, tenant: str, job_id: str, *, is_locked: bool = False, param: str | None = None
) -> JobRecord:
    wanted = select(JobRecord).where(
        JobRecord.id == job_id,
        JobRecord.tenant_id == tenant,
        JobRecord.kind == JobKind.EXTRACTION,
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such extraction", param=param)
    return record


def _place(record: JobRecord) -> tuple[datetime, str]:
    return record.created_at, record.id


def _record_of(new: NewExtraction, now: datetime, seconds: float) -> JobRecord:
    return new_job(
        new.tenant,
        JobKind.EXTRACTION,
        Queue(new.create.priority),
        now=now,
        seconds=seconds,
        key_id=new.key_id,
        request=new.create.model_dump(mode="json"),
        request_hash=request_hash(new.create),
        tags=new.create.metadata,
    )
