"""How does an uploaded file become a document, and how does a document go again?"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from jobs.removals import carry_out
from jobs.services import Services
from jobs.storage import document_folder, original_key
from schemas.errors import ServiceError
from schemas.jobs import Queue
from schemas.stored_document import DocumentStatus, StoredDocument

_LOCKS = tuple(threading.Lock() for _ in range(64))


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """`file` is a scratch file; taking it in may move it away."""

    file: Path
    sha256: str
    num_bytes: int
    name: str
    password: str | None
    metadata: dict[str, str]


def take_in(services: Services, tenant: str, uploaded: UploadedFile) -> tuple[StoredDocument, bool]:
    """The document, and whether it is new. Its bytes lie in the storage before its record says so.

    Bytes whose record is refused (`Overloaded`) go again, where no other document has them.
    """
    key = original_key(tenant, uploaded.sha256)
    with _held(tenant, uploaded.sha256):
        is_stored_by_us = not services.storage.exists(key)
        if is_stored_by_us:
            services.storage.put_file(key, uploaded.file)
        try:
            document, is_new = services.documents.add(
                tenant,
                sha256=uploaded.sha256,
                name=uploaded.name,
                num_bytes=uploaded.num_bytes,
                media_type=None,
                password=uploaded.password,
                metadata=uploaded.metadata,
            )
        except ServiceError:
            if is_stored_by_us:
                services.storage.delete_folder(document_folder(tenant, uploaded.sha256))
            raise
    if document.status is DocumentStatus.QUEUED:
        services.doorbell.ring(Queue.INGEST)
    return document, is_new


def take_away(services: Services, tenant: str, document_id: str) -> list[str]:
    """The document and everything made of it goes; the ids of the extractions that went too.

    What cannot be removed now, since the engine or the storage is away, a sweep removes.
    """
    sha256 = services.documents.get(tenant, document_id).sha256
    with _held(tenant, sha256):
        deleted = services.documents.delete(tenant, document_id)
        carry_out(services, tenant=tenant)
    return deleted.job_ids


def _held(tenant: str, sha256: str) -> threading.Lock:
    """Between the two looks of an upload at its bytes nobody of this process removes them."""
    return _LOCKS[hash((tenant, sha256)) % len(_LOCKS)]
