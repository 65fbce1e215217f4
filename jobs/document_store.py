"""What documents are there, and how does one come to be read?

Whatever names a document of another tenant raises `NotFound`, as if there were none. Reading a
document is a job; one write changes both. Locks are taken in one order: the ingest job, the
document, the extractions.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, tuple_
from sqlalchemy.orm import Session

from jobs.attachment_tree import link_attachments
from jobs.audit import note
from jobs.database import Database
from jobs.document_deletion import Deleted, delete_document
from jobs.document_views import stored_documents
from jobs.ingest_jobs import queue_ingest
from jobs.job_claims import Claim, held
from jobs.job_states import conclude, has_unread, ingested_document, waiting_for
from jobs.job_views import has_tags
from jobs.list_cursor import place_of
from jobs.preparations import queue_unasked
from jobs.queue_load import check_room
from jobs.quotas import Quotas, expiry_of
from jobs.tables import DocumentRecord, JobDocumentRecord, JobRecord, RemovalRecord
from schemas.errors import Conflict, NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import ExtractionCreate, Failure, JobKind, Queue
from schemas.stored_document import DocumentStatus, StoredDocument

UPLOADED = "none"


@dataclass(frozen=True, slots=True)
class DocumentHandle:
    """A document that was read, and where what was read of it lies in the storage."""

    id: str
    name: str
    sha256: str
    media_type: str
    parsed_key: str
    tokens: int


@dataclass(frozen=True, slots=True)
class IngestTarget:
    document_id: str
    name: str
    sha256: str
    password: str | None


def new_document_id() -> str:
    return f"doc_{uuid.uuid4().hex}"


class DocumentStore:
    """Without `quotas` nobody is limited, and nothing is kept for a time of its tenant's."""

    def __init__(
        self, database: Database, settings: JobSettings, quotas: Quotas | None = None
    ) -> None:
        self._database, self._settings, self._quotas = database, settings, quotas

    def add(
        self,
        tenant: str,
        *,
        sha256: str,
        name: str,
        num_bytes: int,
        media_type: str | None = None,
        password: str | None = None,
        metadata: Mapping[str, str] | None = None,
        document_id: str | None = None,
        expires_at: datetime | None = None,
        expires_after_seconds: int | None = None,
    ) -> tuple[StoredDocument, bool]:
        """The document, and whether it is new, under the id whose folder holds its bytes.

        The same bytes under the same name are the document that is there, as it is; one that
        could not be read is read again. Raises `Overloaded` and `QuotaExceeded`.
        """

        def write(session: Session) -> tuple[StoredDocument, bool]:
            wanted = _same(tenant, sha256, name).with_for_update()
            known = session.scalars(wanted).one_or_none()
            if known is not None:
                if known.status == DocumentStatus.FAILED:
                    self._read(session, known, password)
                return self._view(session, known), False
            now = self._database.now(session)
            if self._quotas is not None:
                self._quotas.check_upload(session, tenant, num_bytes)
            record = DocumentRecord(
                id=document_id or new_document_id(),
                tenant_id=tenant,
                sha256=sha256,
                name=name,
                num_bytes=num_bytes,
                media_type=media_type,
                tags=dict(metadata or {}),
                created_at=now,
                expires_at=self._expiry(tenant, now, expires_at, expires_after_seconds),
            )
            self._read(session, record, password)
            session.execute(delete(RemovalRecord).where(RemovalRecord.document_id == record.id))
            note(session, now, "document.upload", record.id, tenant=tenant)
            return self._view(session, record), True

        return self._database.settle(write)

    def check_room(self, tenant: str, sha256: str, name: str, num_bytes: int) -> None:
        """Before any byte is stored: what `add` would refuse. Raises `QuotaExceeded`."""
        if self._quotas is None:
            return
        with self._database.reading() as session:
            if session.scalars(_same(tenant, sha256, name)).one_or_none() is None:
                self._quotas.check_upload(session, tenant, num_bytes, is_locked=False)

    def get(self, tenant: str, document_id: str) -> StoredDocument:
        with self._database.reading() as session:
            return self._view(session, found_document(session, tenant, document_id))

    def list(
        self,
        tenant: str,
        *,
        limit: int = 20,
        after: str | None = None,
        status: DocumentStatus | None = None,
        name: str | None = None,
        sha256: str | None = None,
        parent: str | None = None,
    ) -> tuple[list[StoredDocument], bool]:
        """The newest first, and whether there are more. `after` is an id, which must be there, or
        a cursor (`list_cursor`), which goes on where it stood. `parent` is an id, or `UPLOADED`
        for those that came attached to none."""
        wanted = select(DocumentRecord).where(DocumentRecord.tenant_id == tenant)
        if status is not None:
            wanted = wanted.where(DocumentRecord.status == status)
        if name is not None:
            wanted = wanted.where(DocumentRecord.name == name)
        if sha256 is not None:
            wanted = wanted.where(DocumentRecord.sha256 == sha256)
        if parent is not None:
            known = None if parent == UPLOADED else parent
            wanted = wanted.where(DocumentRecord.parent_id == known)
        with self._database.reading() as session:
            if after is not None:
                place = place_of(after)
                if place is None:
                    place = _place(found_document(session, tenant, after, param="after"))
                wanted = wanted.where(tuple_(DocumentRecord.created_at, DocumentRecord.id) < place)
            wanted = wanted.order_by(DocumentRecord.created_at.desc(), DocumentRecord.id.desc())
            records = session.scalars(wanted.limit(limit + 1)).all()
            now = self._database.now(session)
            return stored_documents(session, records[:limit], now), len(records) > limit

    def documents_of(self, tenant: str, document_ids: Sequence[str]) -> Sequence[DocumentHandle]:
        """In the order asked for; one that is being read again is as it was. Raises `NotFound`,
        and `Conflict` for one that is not read."""
        with self._database.reading() as session:
            records = session.scalars(
                select(DocumentRecord).where(
                    DocumentRecord.id.in_(document_ids), DocumentRecord.tenant_id == tenant
                )
            )
            known = {record.id: record for record in records}
        return [_handle(known, document_id) for document_id in document_ids]

    def ready_ids(
        self, tenant: str, metadata: Mapping[str, str] | None = None, limit: int = 100
    ) -> Sequence[str]:
        """Of the documents that were read, the newest first."""
        wanted = select(DocumentRecord.id).where(
            DocumentRecord.tenant_id == tenant, DocumentRecord.status == DocumentStatus.READY
        )
        if metadata:
            is_sqlite = self._database.is_sqlite
            wanted = wanted.where(has_tags(DocumentRecord.tags, metadata, is_sqlite=is_sqlite))
        wanted = wanted.order_by(DocumentRecord.created_at.desc(), DocumentRecord.id.desc())
        with self._database.reading() as session:
            return session.scalars(wanted.limit(limit)).all()

    def for_ingest(self, claim: Claim) -> IngestTarget:
        """Raises `NotFound` when the document was deleted meanwhile."""
        with self._database.reading() as session:
            record = found_document(session, claim.tenant, claim.document_ids[0])
            return IngestTarget(record.id, record.name, record.sha256, record.password)

    def ingested(
        self,
        claim: Claim,
        *,
        media_type: str,
        summary: dict[str, Any],
        parsed_key: str,
        most_waiting_tokens: float = 0,
    ) -> bool:
        """The document is ready, its job done, its password forgotten, and whoever waited for it
        may begin. It is to be prepared where so many tokens may wait for that (`queue_unasked`).
        False changes nothing."""

        def write(session: Session) -> bool:
            job = held(session, claim)
            if job is None:
                return False
            now = self._database.now(session)
            conclude(session, job, Status.COMPLETED, now)
            record = ingested_document(session, job)
            record.media_type, record.summary = media_type, summary
            record.parsed_key, record.failure, record.password = parsed_key, None, None
            session.flush()
            for waiting in waiting_for(session, record.id):
                link_attachments(session, waiting)
                waiting.waits_for_documents = has_unread(session, waiting.id)
                waiting.version += 1
                self._estimate_anew(session, waiting)
            queue_unasked(session, record, self._settings, now, most_tokens=most_waiting_tokens)
            return True

        return self._database.settle(write)

    def ingest_failed(self, claim: Claim, failure: Failure) -> bool:
        """The document could not be read; the extractions that wait for it fail with it."""
        with self._database.transaction() as session:
            job = held(session, claim)
            if job is None:
                return False
            conclude(session, job, Status.FAILED, self._database.now(session), failure)
            return True

    def reingest(self, tenant: str, document_id: str, password: str | None) -> StoredDocument:
        """Read once more. Raises `Conflict` while it is being read, and `Overloaded`."""

        def write(session: Session) -> StoredDocument:
            record = found_document(session, tenant, document_id, is_locked=True)
            if record.status in (DocumentStatus.QUEUED, DocumentStatus.RUNNING):
                raise Conflict("it is being read: wait for the end of it")
            self._read(session, record, password)
            return self._view(session, record)

        return self._database.settle(write)

    def delete(self, tenant: str, document_id: str) -> Deleted:
        """The record goes, and with it what came attached to it and every extraction that reads
        any of these. What they leave is written down to be removed."""

        def write(session: Session) -> Deleted:
            found_document(session, tenant, document_id)
            now = self._database.now(session)
            note(session, now, "document.delete", document_id, tenant=tenant)
            return delete_document(session, tenant, document_id, now)

        return self._database.settle(write)

    def _expiry(
        self, tenant: str, now: datetime, at: datetime | None, seconds: int | None
    ) -> datetime | None:
        if self._quotas is None:
            return expiry_of(now, at, seconds)
        return self._quotas.expiry_of_document(tenant, now, at, seconds)

    def _estimate_anew(self, session: Session, job: JobRecord) -> None:
        """Of what waited for a document: now its tokens are known."""
        if self._quotas is None or job.kind != JobKind.EXTRACTION:
            return
        documents = session.scalars(
            select(DocumentRecord)
            .join(JobDocumentRecord, JobDocumentRecord.document_id == DocumentRecord.id)
            .where(JobDocumentRecord.job_id == job.id)
        ).all()
        create = ExtractionCreate.model_validate(job.request)
        job.estimated_tokens = self._quotas.tokens_of(create, documents)

    def _read(self, session: Session, record: DocumentRecord, password: str | None) -> None:
        check_room(session, Queue.INGEST, self._settings)
        queue_ingest(session, record, password, self._settings, self._database.now(session))

    def _view(self, session: Session, record: DocumentRecord) -> StoredDocument:
        return stored_documents(session, [record], self._database.now(session))[0]


def _same(tenant: str, sha256: str, name: str) -> Select[DocumentRecord]:
    return select(DocumentRecord).where(
        DocumentRecord.tenant_id == tenant,
        DocumentRecord.parent_id.is_(None),
        DocumentRecord.sha256 == sha256,
        DocumentRecord.name == name,
    )


def found_document(
    session: Session,
    tenant: str,
    document_id: str,
    *,
    is_locked: bool = False,
    param: str | None = None,
) -> DocumentRecord:
    wanted = select(DocumentRecord).where(
        DocumentRecord.id == document_id, DocumentRecord.tenant_id == tenant
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such document", param=param)
    return record


def _place(record: DocumentRecord) -> tuple[datetime, str]:
    return record.created_at, record.id


def _handle(known: Mapping[str, DocumentRecord], document_id: str) -> DocumentHandle:
    record = known.get(document_id)
    if record is None:
        raise NotFound(f"there is no document {document_id}", param="documents")
    if record.status == DocumentStatus.FAILED:
        raise Conflict(f"the document {document_id} could not be read", param="documents")
    if record.parsed_key is None:
        raise Conflict(f"the document {document_id} is not read yet", param="documents")
    return handle_of(record)


def handle_of(record: DocumentRecord) -> DocumentHandle:
    """Of one that was read."""
    assert record.parsed_key is not None
    assert record.media_type is not None
    assert record.summary is not None
    return DocumentHandle(
        id=record.id,
        name=record.name,
        sha256=record.sha256,
        media_type=record.media_type,
        parsed_key=record.parsed_key,
        tokens=int(record.summary.get("tokens", 0)),
    )
