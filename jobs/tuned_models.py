"""Which tuned models does a tenant have?

What names a model of another tenant raises `UnknownModel`, as if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from jobs.audit import note
from jobs.database import Database
from jobs.file_store import folder_removal
from jobs.tuning_tables import TunedModelRecord
from schemas.engine_protocol import EngineAdapter
from schemas.errors import UnknownModel

if TYPE_CHECKING:
    from jobs.services import Services

TUNED = "ft:"
"""How the names of tuned models begin."""


@dataclass(frozen=True, slots=True)
class TunedModel:
    """`folder` of the storage holds its adapter, for the model `base`."""

    id: str
    base: str
    folder: str
    created_at: datetime


class TunedModels:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, tenant: str, name: str) -> TunedModel:
        with self._database.reading() as session:
            return _view(_found(session, tenant, name))

    def list(self, tenant: str) -> list[TunedModel]:
        """The newest first."""
        with self._database.reading() as session:
            records = session.scalars(
                select(TunedModelRecord)
                .where(TunedModelRecord.tenant_id == tenant)
                .order_by(TunedModelRecord.created_at.desc(), TunedModelRecord.id)
            )
            return [_view(record) for record in records]

    def delete(self, tenant: str, name: str) -> str:
        """Extractions that wait for it will fail. The folder that it leaves, which is written down
        to be removed."""
        with self._database.transaction() as session:
            record = _found(session, tenant, name)
            now = self._database.now(session)
            note(session, now, "model.delete", name, tenant=tenant)
            session.add(folder_removal(tenant, record.folder, now))
            session.execute(delete(TunedModelRecord).where(TunedModelRecord.id == record.id))
            return record.folder


def adapter_of(services: Services, tenant: str, model: str | None) -> EngineAdapter | None:
    """What the engine is to read with; none for the model as it is. Raises `UnknownModel`."""
    if model is None:
        return None
    found = services.tuned_models.get(tenant, model)
    return EngineAdapter(id=found.id, folder=found.folder)


def remove_models(session: Session, tenant: str, now: datetime) -> None:
    """All of a tenant that goes: what they leave is written down to be removed."""
    wanted = select(TunedModelRecord.folder).where(TunedModelRecord.tenant_id == tenant)
    for folder in session.scalars(wanted):
        session.add(folder_removal(tenant, folder, now))


def num_models(session: Session, tenant: str) -> int:
    wanted = select(func.count()).where(TunedModelRecord.tenant_id == tenant)
    return session.scalar(wanted) or 0


def _found(session: Session, tenant: str, name: str) -> TunedModelRecord:
    record = session.scalars(
        select(TunedModelRecord).where(
            TunedModelRecord.id == name, TunedModelRecord.tenant_id == tenant
        )
    ).one_or_none()
    if record is None:
        raise UnknownModel(f"the model {name!r} does not exist, or is not yours", param="model")
    return record


def _view(record: TunedModelRecord) -> TunedModel:
    return TunedModel(record.id, record.base, record.folder, record.created_at)
