"""How does an uploaded file become a document, and how does a document go again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jobs.document_deletion import Deleted
from jobs.document_store import new_document_id
from jobs.removals import announce, carry_out, withdraw
from jobs.services import Services
from jobs.storage import original_key
from schemas.errors import InvalidInput, Overloaded
from schemas.jobs import Queue
from schemas.stored_document import DocumentStatus, StoredDocument


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """`file` is a scratch file; taking it in may move it away."""

    file: Path
    sha256: str
    num_bytes: int
    name: str
    password: str | None
    metadata: dict[str, str]
    expires_at: datetime | None = None
    expires_after_seconds: int | None = None


def take_in(services: Services, tenant: str, uploaded: UploadedFile) -> tuple[StoredDocument, bool]:
    """The document, and whether it is new. Its bytes lie in the storage before its record says so.

    Bytes whose record is not made, since it is there already or is refused, go again.
    """
    services.documents.check_room(tenant, uploaded.sha256, uploaded.name, uploaded.num_bytes)
    document_id = new_document_id()
    announce(services, tenant, document_id)
    services.storage.put_file(original_key(tenant, document_id), uploaded.file)
    try:
        document, is_new = services.documents.add(
            tenant,
            document_id=document_id,
            sha256=uploaded.sha256,
            name=uploaded.name,
            num_bytes=uploaded.num_bytes,
            password=uploaded.password,
            metadata=uploaded.metadata,
            expires_at=uploaded.expires_at,
            expires_after_seconds=uploaded.expires_after_seconds,
        )
    except (Overloaded, InvalidInput):
        withdraw(services, tenant, document_id)
        raise
    if not is_new:
        withdraw(services, tenant, document_id)
    if document.status is DocumentStatus.QUEUED:
        services.doorbell.ring(Queue.INGEST)
    return document, is_new


def take_away(services: Services, tenant: str, document_id: str) -> Deleted:
    """The document, what came attached to it and everything made of these goes.

    What cannot be removed now, since the engine or the storage is away, a sweep removes.
    """
    deleted = services.documents.delete(tenant, document_id)
    carry_out(services, [document_id, *deleted.attachments, *deleted.extractions])
    return deleted
