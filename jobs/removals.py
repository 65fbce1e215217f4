"""What was deleted, and is not yet removed everywhere?

A deletion writes down what it leaves behind, in its own transaction; the caller's request removes
it, or a sweep does. So a deletion is whole also when the process that did it died, or the engine
was away. An upload writes the same down before its bytes are stored, and takes it back with its
record: bytes that never got a record go too.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from jobs.logs import logger
from jobs.services import Services
from jobs.storage import document_folder, extraction_folder
from jobs.tables import RemovalRecord
from schemas.engine_protocol import EngineForget
from schemas.errors import ServiceError

_AGAIN_SECONDS = 60.0  # one that failed, or whose process died
_UPLOAD_SECONDS = 86_400.0  # from bytes to their record: far more than any upload takes

_log = logger(__name__)


def carry_out(
    services: Services, ids: Collection[str] | None = None, *, seconds: float = 10.0
) -> int:
    """How many came to their end; of these documents, extractions and folders, or of all that
    are due.

    Each is tried once, and none is begun when the seconds are over, so that neither a sweep nor a
    request hangs on a storage or an engine that is away. What failed is due again in a minute.
    """
    until = time.monotonic() + seconds
    num_done = last_id = 0
    while time.monotonic() < until:
        removal = _claimed(services, ids, last_id)
        if removal is None:
            break
        last_id = removal.id
        try:
            _remove(services, removal)
        except ServiceError as error:
            _log.warning("a removal has to wait", removal=removal.id, code=error.code)
        else:
            num_done += 1
    return num_done


def announce(services: Services, tenant: str, document_id: str) -> None:
    """Bytes are about to be stored. `DocumentStore.add` takes it back with the record."""
    _announce(services, RemovalRecord(tenant_id=tenant, document_id=document_id))


def announce_folder(services: Services, tenant: str, folder: str) -> None:
    """The same of a folder that is no document's; who makes its record takes it back."""
    _announce(services, RemovalRecord(tenant_id=tenant, folder=folder))


def withdraw(services: Services, tenant: str, document_id: str) -> None:
    """The bytes got no record: they go now, or, when that fails, in a day."""
    services.storage.delete_folder(document_folder(tenant, document_id))
    with services.database.transaction() as session:
        session.execute(delete(RemovalRecord).where(RemovalRecord.document_id == document_id))


def _announce(services: Services, removal: RemovalRecord) -> None:
    with services.database.transaction() as session:
        now = services.database.now(session)
        removal.is_out_of_storage, removal.created_at = False, now
        removal.not_before = now + timedelta(seconds=_UPLOAD_SECONDS)
        session.add(removal)


def _claimed(services: Services, ids: Collection[str] | None, last_id: int) -> RemovalRecord | None:
    """The next that is due; nobody else gets it for a minute."""
    with services.database.transaction() as session:
        now = services.database.now(session)
        wanted = select(RemovalRecord).where(
            RemovalRecord.id > last_id,
            or_(RemovalRecord.not_before.is_(None), RemovalRecord.not_before <= now),
        )
        if ids is not None:
            wanted = wanted.where(
                or_(
                    RemovalRecord.document_id.in_(ids),
                    RemovalRecord.extraction_id.in_(ids),
                    RemovalRecord.folder.in_(ids),
                )
            )
        found = session.scalars(
            wanted.order_by(RemovalRecord.id).limit(1).with_for_update(skip_locked=True)
        ).one_or_none()
        if found is not None:
            found.not_before = now + timedelta(seconds=_AGAIN_SECONDS)
        return found


def _remove(services: Services, removal: RemovalRecord) -> None:
    """The storage first, so that an engine that is away keeps no bytes alive."""
    folder, this = _folder_of(removal), RemovalRecord.id == removal.id
    if not removal.is_out_of_storage:
        services.storage.delete_folder(folder)
        with services.database.transaction() as session:
            session.execute(update(RemovalRecord).where(this).values(is_out_of_storage=True))
    if removal.document_id is not None:
        services.engine.forget(
            EngineForget(
                tenant=removal.tenant_id, documents=[removal.document_id], folders=[folder]
            )
        )
    with services.database.transaction() as session:
        session.execute(delete(RemovalRecord).where(this))


def _folder_of(removal: RemovalRecord) -> str:
    if removal.document_id is not None:
        return document_folder(removal.tenant_id, removal.document_id)
    if removal.folder is not None:
        return removal.folder
    assert removal.extraction_id is not None, "a removal of nothing"
    return extraction_folder(removal.tenant_id, removal.extraction_id)
