"""What was deleted, and is not yet removed everywhere?

A deletion writes down what it leaves behind, in its own transaction; whoever comes first removes
it, the caller's request or a sweep. So a deletion is whole also when the process that did it died,
or the engine was away.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from jobs.logs import logger
from jobs.services import Services
from jobs.storage import document_folder, extraction_folder
from jobs.tables import RemovalRecord
from schemas.engine_protocol import EngineForget
from schemas.errors import ServiceError

_AT_ONCE = 100

_log = logger(__name__)


def carry_out(services: Services, *, tenant: str | None = None) -> int:
    """How many came to their end; of one tenant, or of all. Twice does no harm.

    The storage first, then the engine, so that an engine that is away holds up nothing else. What
    fails is logged, and tried again by the next sweep.
    """
    for removal in _outstanding(services, tenant, is_out_of_storage=False):
        _remove_from_storage(services, removal)
    num_done = 0
    for removal in _outstanding(services, tenant, is_out_of_storage=True):
        try:
            _remove_from_engine(services, removal)
        except ServiceError as error:
            _log.warning("a removal waits for the engine", removal=removal.id, code=error.code)
            break
        num_done += 1
    return num_done


def _outstanding(
    services: Services, tenant: str | None, *, is_out_of_storage: bool
) -> Sequence[RemovalRecord]:
    wanted = select(RemovalRecord).where(RemovalRecord.is_out_of_storage == is_out_of_storage)
    if tenant is not None:
        wanted = wanted.where(RemovalRecord.tenant_id == tenant)
    with services.database.reading() as session:
        return session.scalars(wanted.order_by(RemovalRecord.id).limit(_AT_ONCE)).all()


def _remove_from_storage(services: Services, removal: RemovalRecord) -> None:
    try:
        services.storage.delete_folder(_folder_of(removal))
    except ServiceError as error:
        _log.warning("a removal waits for the storage", removal=removal.id, code=error.code)
        return
    with services.database.transaction() as session:
        session.execute(
            update(RemovalRecord)
            .where(RemovalRecord.id == removal.id)
            .values(is_out_of_storage=True)
        )


def _remove_from_engine(services: Services, removal: RemovalRecord) -> None:
    if removal.document_id is not None:
        services.engine.forget(
            EngineForget(
                tenant=removal.tenant_id,
                documents=[removal.document_id],
                folders=[_folder_of(removal)],
            )
        )
    with services.database.transaction() as session:
        session.execute(delete(RemovalRecord).where(RemovalRecord.id == removal.id))


def _folder_of(removal: RemovalRecord) -> str:
    if removal.document_id is not None:
        return document_folder(removal.tenant_id, removal.document_id)
    assert removal.extraction_id is not None, "a removal of nothing"
    return extraction_folder(removal.tenant_id, removal.extraction_id)
