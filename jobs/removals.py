"""What was deleted, and is not yet removed everywhere?

A deletion writes down what it leaves behind, in its own transaction; whoever comes first removes
it, the caller's request or a sweep. So a deletion is whole also when the process that did it died,
or the engine was away.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from jobs.logs import logger
from jobs.services import Services
from jobs.storage import document_folder, extraction_folder
from jobs.tables import DocumentRecord, RemovalRecord
from schemas.engine_protocol import EngineForget
from schemas.errors import ServiceError

_AT_ONCE = 100

_log = logger(__name__)


def carry_out(services: Services, *, tenant: str | None = None) -> int:
    """How many were carried out, oldest first; of one tenant, or of all. Twice does no harm.

    It stops at the first that fails, which is logged and tried again by the next sweep.
    """
    with services.database.reading() as session:
        outstanding = _outstanding(session, tenant)
    for num_done, removal in enumerate(outstanding):
        try:
            _remove(services, removal)
        except ServiceError as error:
            _log.warning("a removal has to wait", removal=removal.id, code=error.code)
            return num_done
        with services.database.transaction() as session:
            session.execute(delete(RemovalRecord).where(RemovalRecord.id == removal.id))
    return len(outstanding)


def _outstanding(session: Session, tenant: str | None) -> Sequence[RemovalRecord]:
    wanted = select(RemovalRecord).order_by(RemovalRecord.id).limit(_AT_ONCE)
    if tenant is not None:
        wanted = wanted.where(RemovalRecord.tenant_id == tenant)
    return session.scalars(wanted).all()


def _remove(services: Services, removal: RemovalRecord) -> None:
    tenant, storage = removal.tenant_id, services.storage
    if removal.extraction_id is not None:
        storage.delete_folder(extraction_folder(tenant, removal.extraction_id))
    folders = []
    if removal.sha256 is not None and not _is_kept(services, tenant, removal.sha256):
        folders.append(document_folder(tenant, removal.sha256))
        storage.delete_folder(folders[0])
    if removal.document_id is not None:
        services.engine.forget(
            EngineForget(tenant=tenant, documents=[removal.document_id], folders=folders)
        )


def _is_kept(services: Services, tenant: str, sha256: str) -> bool:
    """Whether a document of the tenant has these contents, under whatever name."""
    with services.database.reading() as session:
        kept = exists().where(DocumentRecord.tenant_id == tenant, DocumentRecord.sha256 == sha256)
        return bool(session.scalar(select(kept)))
