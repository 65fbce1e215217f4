"""Which response schemas did a tenant save?

A version never changes and its number is never given again, so that `invoice@3` means one thing
for ever; `invoice` means the latest. A name of another tenant raises `NotFound`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.tables import TenantRecord
from jobs.webhook_tables import ResponseSchemaRecord
from schemas import response_schema
from schemas.errors import Conflict, InvalidSchema, NotFound
from schemas.jobs import MAX_SCHEMA_BYTES
from schemas.saved_schemas import ListedSavedSchema, SavedSchema, SavedSchemaCreate

_MOST_NAMES, _MOST_VERSIONS = 1_000, 1_000
_MARK = "@"


class SchemaStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, tenant: str, create: SavedSchemaCreate) -> tuple[SavedSchema, bool]:
        """A new version, and True; or the latest, where it is the same schema with the same
        description. Raises `InvalidSchema` for one that can not be filled."""
        check_schema(create.response_schema)

        def write(session: Session) -> tuple[SavedSchema, bool]:
            now = self._database.now(session)
            if session.get(TenantRecord, tenant) is None:
                session.add(TenantRecord(id=tenant, created_at=now))
                session.flush()
            latest = _latest(session, tenant, create.name)
            if latest is not None and _is_same(latest, create):
                return _saved(latest), False
            record = ResponseSchemaRecord(
                tenant_id=tenant,
                name=create.name,
                version=self._next_version(session, tenant, create.name),
                response_schema=create.response_schema,
                description=create.description,
                created_at=now,
            )
            session.add(record)
            session.flush()
            return _saved(record), True

        return self._database.settle(write)

    def get(self, tenant: str, reference: str) -> SavedSchema:
        """`name`, or `name@version`."""
        name, version = _parts(reference)
        with self._database.reading() as session:
            if version is None:
                record = _latest(session, tenant, name)
            else:
                record = session.get(ResponseSchemaRecord, (tenant, name, version))
            if record is None or record.response_schema is None:
                raise _unknown(reference)
            return _saved(record)

    def listed(
        self, tenant: str, *, limit: int = 20, after: str | None = None
    ) -> tuple[list[ListedSavedSchema], bool]:
        """The latest version of each, by name, and whether there are more."""
        newest = (
            select(ResponseSchemaRecord.name, func.max(ResponseSchemaRecord.version).label("last"))
            .where(
                ResponseSchemaRecord.tenant_id == tenant, ResponseSchemaRecord.deleted_at.is_(None)
            )
            .group_by(ResponseSchemaRecord.name)
            .subquery()
        )
        wanted = select(ResponseSchemaRecord).join(
            newest,
            and_(
                ResponseSchemaRecord.name == newest.c.name,
                ResponseSchemaRecord.version == newest.c.last,
            ),
        )
        wanted = wanted.where(ResponseSchemaRecord.tenant_id == tenant)
        if after is not None:
            wanted = wanted.where(ResponseSchemaRecord.name > _parts(after)[0])
        with self._database.reading() as session:
            wanted = wanted.order_by(ResponseSchemaRecord.name).limit(limit + 1)
            records = session.scalars(wanted).all()
            return [_listed(record) for record in records[:limit]], len(records) > limit

    def versions(
        self, tenant: str, name: str, *, limit: int = 20, after: str | None = None
    ) -> tuple[list[ListedSavedSchema], bool]:
        """The newest first, and whether there are more."""
        wanted = select(ResponseSchemaRecord).where(*_is_there(tenant, name))
        if after is not None:
            wanted = wanted.where(ResponseSchemaRecord.version < (_parts(after)[1] or 0))
        with self._database.reading() as session:
            if _latest(session, tenant, name) is None:
                raise _unknown(name)
            wanted = wanted.order_by(ResponseSchemaRecord.version.desc()).limit(limit + 1)
            records = session.scalars(wanted).all()
            return [_listed(record) for record in records[:limit]], len(records) > limit

    def delete(self, tenant: str, reference: str) -> int:
        """One version, or all of a name; how many. What was asked with them is as it was."""
        name, version = _parts(reference)
        with self._database.transaction() as session:
            wanted = select(ResponseSchemaRecord).where(*_is_there(tenant, name))
            if version is not None:
                wanted = wanted.where(ResponseSchemaRecord.version == version)
            records = session.scalars(wanted.with_for_update()).all()
            if not records:
                raise _unknown(reference)
            for record in records:
                record.response_schema = record.description = None
                record.deleted_at = self._database.now(session)
            return len(records)

    def _next_version(self, session: Session, tenant: str, name: str) -> int:
        last = session.scalar(
            select(func.max(ResponseSchemaRecord.version)).where(
                ResponseSchemaRecord.tenant_id == tenant, ResponseSchemaRecord.name == name
            )
        )
        if last is None:
            num_names = session.scalar(
                select(func.count(ResponseSchemaRecord.name.distinct())).where(
                    ResponseSchemaRecord.tenant_id == tenant
                )
            )
            if num_names is not None and num_names >= _MOST_NAMES:
                raise Conflict(f"there are {num_names:,} names already, which is the most")
            return 1
        if last >= _MOST_VERSIONS:
            raise Conflict(f"{name} has {last:,} versions, which is the most: take another name")
        return last + 1


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raises `InvalidSchema` for one that is too large or can not be filled."""
    compact = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    num_bytes = len(compact.encode())
    if num_bytes > MAX_SCHEMA_BYTES:
        raise InvalidSchema(
            f"the schema is {num_bytes:,} bytes of JSON, past the limit of {MAX_SCHEMA_BYTES:,}",
            param="response_schema",
        )
    response_schema.parse(schema)


def _is_there(tenant: str, name: str) -> tuple[Any, ...]:
    return (
        ResponseSchemaRecord.tenant_id == tenant,
        ResponseSchemaRecord.name == name,
        ResponseSchemaRecord.deleted_at.is_(None),
    )


def _latest(session: Session, tenant: str, name: str) -> ResponseSchemaRecord | None:
    return session.scalars(
        select(ResponseSchemaRecord)
        .where(*_is_there(tenant, name))
        .order_by(ResponseSchemaRecord.version.desc())
        .limit(1)
    ).one_or_none()


def _is_same(record: ResponseSchemaRecord, create: SavedSchemaCreate) -> bool:
    """The order of names counts: it is the order of the output."""
    is_same_schema = json.dumps(record.response_schema) == json.dumps(create.response_schema)
    return is_same_schema and record.description == create.description


def _parts(reference: str) -> tuple[str, int | None]:
    name, mark, version = reference.partition(_MARK)
    if mark and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise _unknown(reference)
    return name, int(version) if mark else None


def _listed(record: ResponseSchemaRecord) -> ListedSavedSchema:
    return ListedSavedSchema(
        id=f"{record.name}{_MARK}{record.version}",
        name=record.name,
        version=record.version,
        description=record.description,
        created_at=record.created_at,
    )


def _saved(record: ResponseSchemaRecord) -> SavedSchema:
    assert record.response_schema is not None, "a deleted schema"
    return SavedSchema(**dict(_listed(record)), response_schema=record.response_schema)


def _unknown(reference: str) -> NotFound:
    return NotFound(f"there is no response schema {reference[:80]!r}", param="response_schema_id")
