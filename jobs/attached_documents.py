"""How do the files that a document carries become documents of their own?

The ingest job of the one that carries them makes them, before it is done. Each waits to be read
on its own, so that what is wrong with one harms no other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ingest.attachments import NOT_READ
from jobs.attachment_tree import records_above, records_below
from jobs.document_store import IngestTarget, new_document_id
from jobs.ingest_jobs import queue_ingest
from jobs.job_claims import Claim, held
from jobs.removals import announce, withdraw
from jobs.services import Services
from jobs.storage import original_key
from jobs.tables import DocumentRecord, RemovalRecord
from jobs.unpacking import Room, Unpacked, Unread, unpack, unread_warnings
from schemas.errors import Cancelled, NotFound, QuotaExceeded
from schemas.ingest_settings import IngestSettings
from schemas.jobs import Queue
from schemas.stored_document import DocumentStatus


def attach(
    claim: Claim,
    target: IngestTarget,
    file: Path,
    services: Services,
    *,
    should_stop: Callable[[], bool],
) -> list[dict[str, Any]]:
    """Makes documents of what the file carries; the warnings about what of it is not read. Twice
    is as once. It raises `Cancelled` when it should stop or the claim is no longer ours."""
    limits = services.settings.ingest
    with services.database.reading() as session:
        room = _room(session, target.document_id, limits)
    with tempfile.TemporaryDirectory(prefix="unpack-", dir=services.storage.scratch) as folder:
        found, unread = unpack(
            file,
            Path(folder),
            room,
            name=target.name,
            password=target.password,
            limits=limits,
            should_stop=should_stop,
        )
        for one in found:
            if should_stop():
                raise Cancelled(f"{target.name}: the work on it was stopped")
            unread += _Attaching(claim, target, services).attach(one)
    if found:
        services.doorbell.ring(Queue.INGEST, len(found))
    return [problem.model_dump(mode="json") for problem in unread_warnings(unread, target.name)]


def told_anew(summary: dict[str, Any], warnings: list[dict[str, Any]]) -> dict[str, Any]:
    """The summary, with these warnings about attachments in the place of the parser's, which
    takes none of them out."""
    others = [problem for problem in summary["warnings"] if problem["code"] != NOT_READ]
    return {**summary, "warnings": [*others, *warnings]}


@dataclass(frozen=True, slots=True)
class _Attaching:
    claim: Claim
    parent: IngestTarget
    services: Services

    def attach(self, file: Unpacked) -> list[Unread]:
        """Why it is no document, where it is none. Its bytes lie in the storage before its record
        says so; those that get no record go again."""
        services, tenant = self.services, self.claim.tenant
        with services.database.reading() as session:
            if self._known(session, file) is not None:
                return self._settled(file, "")
        document_id = new_document_id()
        announce(services, tenant, document_id)
        services.storage.put_file(original_key(tenant, document_id), file.file)
        try:
            unread = self._settled(file, document_id)
        except (Cancelled, NotFound):
            withdraw(services, tenant, document_id)
            raise
        if unread:
            withdraw(services, tenant, document_id)
        return unread

    def _settled(self, file: Unpacked, document_id: str) -> list[Unread]:
        settle = self.services.database.settle
        return settle(lambda session: self._write(session, file, document_id))

    def _write(self, session: Session, file: Unpacked, document_id: str) -> list[Unread]:
        if held(session, self.claim) is None:
            raise Cancelled("the job is no longer ours")
        now, settings = self.services.database.now(session), self.services.settings
        known = self._known(session, file)
        if known is not None:
            if known.status == DocumentStatus.FAILED:
                queue_ingest(session, known, None, settings.jobs, now)
            return []
        parent = session.get(DocumentRecord, self.parent.document_id)
        if parent is None:
            raise NotFound("there is no such document")
        if why := _refusal(session, parent, file, settings.ingest):
            return [Unread(file.name, why)]
        try:
            self.services.quotas.check_upload(session, parent.tenant_id, file.num_bytes)
        except QuotaExceeded as error:
            return [Unread(file.name, f"is past the tenant's limit on {error.quota.name}")]
        record = DocumentRecord(
            id=document_id,
            tenant_id=parent.tenant_id,
            parent_id=parent.id,
            sha256=file.sha256,
            name=file.name,
            num_bytes=file.num_bytes,
            tags=parent.tags,
            created_at=now,
        )
        queue_ingest(session, record, None, settings.jobs, now)
        session.execute(delete(RemovalRecord).where(RemovalRecord.document_id == document_id))
        return []

    def _known(self, session: Session, file: Unpacked) -> DocumentRecord | None:
        return session.scalars(
            select(DocumentRecord).where(
                DocumentRecord.parent_id == self.parent.document_id,
                DocumentRecord.sha256 == file.sha256,
                DocumentRecord.name == file.name,
            )
        ).one_or_none()


def _room(session: Session, document_id: str, limits: IngestSettings) -> Room:
    """For what the document may still bring, with what it brought before."""
    record = session.get(DocumentRecord, document_id)
    if record is None:
        raise NotFound("there is no such document")
    above = records_above(session, record)
    others = _others(session, record)
    return Room(
        max(0, limits.max_attachments - len(others)),
        max(0, limits.max_attachment_bytes - sum(one.num_bytes for one in others)),
        max(0, limits.max_attachment_depth - len(above)),
        tuple(one.sha256 for one in (record, *above)),
    )


def _others(session: Session, record: DocumentRecord) -> list[DocumentRecord]:
    """What came with the same upload, but not with this document."""
    above = records_above(session, record)
    root = above[-1] if above else record
    return [one for one in records_below(session, root.id) if one.parent_id != record.id]


def _refusal(
    session: Session, parent: DocumentRecord, file: Unpacked, limits: IngestSettings
) -> str:
    """What was attached elsewhere meanwhile takes room, too: the upload's record is locked, so
    that two do not take the same."""
    above = records_above(session, parent)
    root = above[-1] if above else parent
    session.execute(select(DocumentRecord.id).where(DocumentRecord.id == root.id).with_for_update())
    taken = records_below(session, root.id)
    if len(taken) >= limits.max_attachments:
        return "is one more than NEEDLEPOINT_INGEST__MAX_ATTACHMENTS"
    if sum(one.num_bytes for one in taken) + file.num_bytes > limits.max_attachment_bytes:
        return "is larger than NEEDLEPOINT_INGEST__MAX_ATTACHMENT_BYTES allows"
    return ""
