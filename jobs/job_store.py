"""What jobs are there, and what do their callers do with them?

Whatever names a job of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobs.attachment_tree import link_attachments, reads_attachments
from jobs.job_claims import Claim, JobClaims
from jobs.job_states import ask_to_stop, has_unread, put_back, removal_of
from jobs.job_sweeps import JobSweeps, Swept
from jobs.job_twins import job_of_key, remember_key, request_hash, twin_in_flight
from jobs.job_views import LISTED, extraction_jobs, has_tags, listed_extractions
from jobs.list_cursor import place_of
from jobs.new_jobs import new_job
from jobs.queue_load import check_room
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.extraction import Status
from schemas.jobs import (
    ExtractionCreate,
    ExtractionJob,
    JobKind,
    ListedExtraction,
    Queue,
)
from schemas.stored_document import DocumentStatus

__all__ = ["Claim", "JobStore", "NewExtraction", "Swept"]

_RETRIED = (Status.FAILED, Status.CANCELLED, Status.INCOMPLETE)
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class NewExtraction:
    tenant: str
    key_id: str | None
    create: ExtractionCreate
    idempotency_key: str | None = None


class JobStore(JobClaims, JobSweeps):
    """The face of the API; the workers' is `JobClaims`, the sweeper's `JobSweeps`."""

    def create_extraction(self, new: NewExtraction) -> tuple[ExtractionJob, bool]:
        """The job, and whether it is new: not when the key was used with the same body before,
        nor when the same is asked by the same tenant and in flight.

        Raises `NotFound` and `Conflict` for the documents, `Conflict` for a key that came with
        another body, `Overloaded`.
        """
        if len(set(new.create.documents)) < len(new.create.documents):
            raise InvalidInput("a document is named twice", param="documents")
        if new.idempotency_key is not None and len(new.idempotency_key) > _LONGEST_KEY:
            raise InvalidInput(f"longer than {_LONGEST_KEY} characters", param="Idempotency-Key")
        return self._database.settle(lambda session: self._create(session, new))

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
            if record.status not in _RETRIED:
                raise Conflict(f"it is {record.status}: nothing to try again")
            check_room(session, Queue(record.queue), self._settings)
            self._renew_record(session, record)
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
            session.delete(record)
            session.add(removal_of(record, self._database.now(session)))

    def result_key_of(self, tenant: str, job_id: str) -> str | None:
        """Where in the storage the result lies; None when there is none (yet)."""
        with self._database.reading() as session:
            return _found(session, tenant, job_id).result_key

    def _create(self, session: Session, new: NewExtraction) -> tuple[ExtractionJob, bool]:
        known = self._known(session, new)
        if known is not None:
            self._remember(session, new, known.id, self._database.now(session))
            return self._view(session, known), False
        documents = _readable_documents(session, new.tenant, new.create.documents)
        check_room(session, Queue(new.create.priority), self._settings)
        now = self._database.now(session)
        record = _record_of(new, now, self._seconds(new.create))
        record.waits_for_documents = _is_unread(documents)
        session.add(record)
        session.flush()
        for position, document_id in enumerate(new.create.documents):
            session.add(
                JobDocumentRecord(job_id=record.id, document_id=document_id, position=position)
            )
        _link(session, record)
        self._remember(session, new, record.id, now)
        return self._view(session, record), True

    def _known(self, session: Session, new: NewExtraction) -> JobRecord | None:
        if new.idempotency_key is not None:
            known = job_of_key(session, new.tenant, new.idempotency_key, new.create)
            if known is not None:
                return known
        return twin_in_flight(session, new.tenant, new.create)

    def _remember(self, session: Session, new: NewExtraction, job_id: str, now: datetime) -> None:
        if new.idempotency_key is not None:
            remember_key(session, new.tenant, new.idempotency_key, new.create, job_id, now)

    def _renew_record(self, session: Session, record: JobRecord) -> None:
        create = ExtractionCreate.model_validate(record.request)
        documents = _readable_documents(session, record.tenant_id, create.documents)
        now = self._database.now(session)
        put_back(session, record)
        record.waits_for_documents = _is_unread(documents)
        record.num_lost, record.cancel_requested = 0, False
        record.result_key = record.failure = record.usage = None
        record.started_at = record.finished_at = None
        record.queued_at = now
        record.deadline_at = now + timedelta(seconds=self._seconds(create))
        record.request_hash = request_hash(create)
        _link(session, record)

    def _seconds(self, create: ExtractionCreate) -> float:
        return create.deadline_seconds or self._settings.deadline_seconds

    def _view(self, session: Session, record: JobRecord) -> ExtractionJob:
        return extraction_jobs(session, [record], self._database.now(session))[0]


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


def _link(session: Session, record: JobRecord) -> None:
    """What is attached to its documents is read, too, where that is asked."""
    if reads_attachments(record):
        session.flush()
        link_attachments(session, record)
        record.waits_for_documents = has_unread(session, record.id)


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


def _readable_documents(
    session: Session, tenant: str, document_ids: Sequence[str]
) -> Sequence[DocumentRecord]:
    """Locked against an ingest that ends just now, so that nobody waits for it for ever."""
    documents = session.scalars(
        select(DocumentRecord)
        .where(DocumentRecord.id.in_(document_ids), DocumentRecord.tenant_id == tenant)
        .order_by(DocumentRecord.id)
        .with_for_update(read=True)
    ).all()
    for missing in set(document_ids) - {document.id for document in documents}:
        raise NotFound(f"there is no document {missing}", param="documents")
    for document in documents:
        if document.status == DocumentStatus.FAILED:
            raise Conflict(f"the document {document.id} could not be read", param="documents")
    return documents


def _is_unread(documents: Sequence[DocumentRecord]) -> bool:
    return any(document.status != DocumentStatus.READY for document in documents)
