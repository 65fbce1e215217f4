"""Which tenants are there, and what may each use?"""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from jobs.audit import note
from jobs.database import Database
from jobs.file_store import remove_files
from jobs.key_store import CACHE_SECONDS, check_tenant
from jobs.request_batch_tables import RequestBatchRecord
from jobs.tables import DocumentRecord, JobRecord, KeyRecord, TenantRecord
from jobs.tuned_models import remove_models
from jobs.upload_store import remove_uploads
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.extraction import Status
from schemas.jobs import JobKind
from schemas.openai_batches import OPEN
from schemas.tenant_settings import TenantSettings
from schemas.tenants import TenantInfo, TenantLimits, TenantUse

LIMITS = tuple(TenantLimits.model_fields)
NO_LIMIT = -1
_TIMES = ("document_seconds", "result_seconds")
_MOST = (1 << 62) - 1
_MOST_CACHED = 10_000
_STILL_HAS = "documents or extractions: delete these first"


class TenantStore:
    """What was found of a tenant's limits is believed for `CACHE_SECONDS`, in each process."""

    def __init__(self, database: Database, defaults: TenantSettings) -> None:
        self._database, self._defaults = database, defaults
        self._believed: dict[str, tuple[TenantLimits, float]] = {}

    def limits_of(self, tenant: str) -> TenantLimits:
        known = self.known_limits(tenant)
        if known is not None:
            return known
        with self._database.reading() as session:
            limits = self.limits_in(session, tenant)
        if len(self._believed) >= _MOST_CACHED:
            self._believed.clear()
        self._believed[tenant] = (limits, time.monotonic() + CACHE_SECONDS)
        return limits

    def known_limits(self, tenant: str) -> TenantLimits | None:
        """What `limits_of` answers without a query just now."""
        limits, until = self._believed.get(tenant, (None, 0.0))
        return limits if time.monotonic() < until else None

    def limits_in(self, session: Session, tenant: str, *, is_locked: bool = False) -> TenantLimits:
        """As they are; locked, so that two do not take the same room."""
        wanted = select(TenantRecord).where(TenantRecord.id == tenant)
        record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
        return self._limits(record)

    def create(self, tenant: str, limits: Mapping[str, int | None] | None = None) -> TenantInfo:
        check_tenant(tenant)

        def write(session: Session) -> TenantInfo:
            now = self._database.now(session)
            if session.get(TenantRecord, tenant) is not None:
                raise Conflict(f"the tenant {tenant} is there already", param="tenant")
            record = TenantRecord(id=tenant, created_at=now)
            _apply(record, limits or {})
            session.add(record)
            note(session, now, "tenant.create", tenant, tenant=tenant)
            return self._info(record)

        return self._database.settle(write)

    def change(self, tenant: str, limits: Mapping[str, int | None]) -> TenantInfo:
        """None takes the settings' again, `NO_LIMIT` is none. Seen within `CACHE_SECONDS`."""
        with self._database.transaction() as session:
            record = _found(session, tenant)
            _apply(record, limits)
            note(session, self._database.now(session), "tenant.limits", tenant, tenant=tenant)
            info = self._info(record)
        self._believed.pop(tenant, None)
        return info

    def get(self, tenant: str) -> tuple[TenantInfo, TenantUse]:
        with self._database.reading() as session:
            record = _found(session, tenant)
            return self._info(record), self._use(session, tenant)

    def list(self) -> list[TenantInfo]:
        with self._database.reading() as session:
            return [
                self._info(record)
                for record in session.scalars(select(TenantRecord).order_by(TenantRecord.id))
            ]

    def delete(self, tenant: str) -> None:
        """Its keys and files go with it, and its trainings that have ended with what came of them.
        Raises `Conflict` where it still has documents, jobs or batches that have not ended."""
        with self._database.transaction() as session:
            record = _found(session, tenant, is_locked=True)
            documents = select(DocumentRecord.id).where(DocumentRecord.tenant_id == tenant)
            for wanted, said in (
                (_open_batches_of(tenant), "batches that have not ended: cancel these first"),
                (documents, _STILL_HAS),
                (_jobs_of(tenant), _STILL_HAS),
            ):
                if session.scalar(wanted.limit(1)):
                    raise Conflict(f"the tenant {tenant} still has {said}", param="tenant")
            now = self._database.now(session)
            note(session, now, "tenant.delete", tenant, tenant=tenant)
            remove_models(session, tenant, now)
            remove_files(session, tenant, now)
            remove_uploads(session, tenant, now)
            session.delete(record)
        self._believed.pop(tenant, None)

    def _limits(self, record: TenantRecord | None) -> TenantLimits:
        found: dict[str, int | None] = {}
        for name in LIMITS:
            own = None if record is None else getattr(record, name)
            default = getattr(self._defaults, name)
            found[name] = default if own is None else None if own == NO_LIMIT else own
        return TenantLimits(**found)

    def _info(self, record: TenantRecord) -> TenantInfo:
        own = [name for name in LIMITS if getattr(record, name) is not None]
        return TenantInfo(
            id=record.id, created_at=record.created_at, limits=self._limits(record), own=own
        )

    def _use(self, session: Session, tenant: str) -> TenantUse:
        now = self._database.now(session)
        documents, num_bytes = stored_of(session, tenant)
        extractions = session.scalar(
            select(func.count()).where(
                JobRecord.tenant_id == tenant, JobRecord.kind == JobKind.EXTRACTION
            )
        )
        keys = session.scalar(
            select(func.count()).where(
                KeyRecord.tenant_id == tenant,
                KeyRecord.revoked_at.is_(None),
                or_(KeyRecord.expires_at.is_(None), KeyRecord.expires_at > now),
            )
        )
        return TenantUse(
            documents=documents,
            storage_bytes=num_bytes,
            queued_tokens=queued_tokens_of(session, tenant),
            extractions=extractions or 0,
            keys=keys or 0,
        )


def _jobs_of(tenant: str) -> Select[str]:
    """But trainings that have ended: nobody can delete these."""
    is_ended = and_(
        JobRecord.kind == JobKind.TUNING,
        JobRecord.status.not_in((Status.QUEUED, Status.RUNNING)),
    )
    return select(JobRecord.id).where(JobRecord.tenant_id == tenant, not_(is_ended))


def _open_batches_of(tenant: str) -> Select[str]:
    """Of requests: a worker would still write for them."""
    return select(RequestBatchRecord.id).where(
        RequestBatchRecord.tenant_id == tenant, RequestBatchRecord.status.in_(OPEN)
    )


def stored_of(session: Session, tenant: str) -> tuple[int, int]:
    """How many documents, and their bytes as they were uploaded."""
    number, num_bytes = session.execute(
        select(func.count(), func.coalesce(func.sum(DocumentRecord.num_bytes), 0)).where(
            DocumentRecord.tenant_id == tenant
        )
    ).one()
    return int(number), int(num_bytes)


def queued_tokens_of(session: Session, tenant: str) -> int:
    found = session.scalar(
        select(func.coalesce(func.sum(JobRecord.estimated_tokens), 0)).where(
            JobRecord.tenant_id == tenant,
            JobRecord.kind == JobKind.EXTRACTION,
            JobRecord.status.in_((Status.QUEUED, Status.RUNNING)),
        )
    )
    return int(found or 0)


def _apply(record: TenantRecord, limits: Mapping[str, int | None]) -> None:
    for name, value in limits.items():
        if name not in LIMITS:
            raise InvalidInput(f"no limit {name!r}: {', '.join(LIMITS)}", param=name)
        least = 1 if name in _TIMES else 0
        if value is not None and value != NO_LIMIT and not least <= value <= _MOST:
            raise InvalidInput(f"{name} is a whole number from {least}", param=name)
        setattr(record, name, value)


def _found(session: Session, tenant: str, *, is_locked: bool = False) -> TenantRecord:
    wanted = select(TenantRecord).where(TenantRecord.id == tenant)
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound(f"there is no tenant {tenant}", param="tenant")
    return record
