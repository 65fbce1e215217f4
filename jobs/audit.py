"""Who did what, when and from where?

What changes the database is written down in the same transaction; what only reads, and what was
refused, right after the answer. Never contents or secrets: ids alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobs.audit_tables import AuditRecord
from jobs.database import Database
from jobs.tables import DEFAULT_TENANT
from schemas.tenants import AuditEvent

_SUCCESS = 200
_LONGEST_ID, _LONGEST_ADDRESS = 128, 64
_AT_ONCE = 5_000  # old lines a transaction

KEY, ON_LOOPBACK, OPERATOR = "key", "loopback", "operator"
RETENTION = "retention"


@dataclass(slots=True)
class Actor:
    """Who acts in this context; of no kind as long as that is not known. `written` are the
    actions that a transaction wrote down."""

    kind: str = ""
    tenant: str = DEFAULT_TENANT
    key_id: str | None = None
    address: str | None = None
    request_id: str | None = None
    written: set[str] = field(default_factory=set)


_actor: ContextVar[Actor | None] = ContextVar("needlepoint_actor", default=None)


def current() -> Actor | None:
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Threads that this context's work is handed to see the same actor."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


def note(
    session: Session,
    now: datetime,
    action: str,
    object_id: str | None,
    *,
    tenant: str,
) -> None:
    """A line in the transaction of what is done; nothing where nobody acts, as in a worker."""
    actor = _actor.get()
    if actor is None or not actor.kind:
        return
    session.add(_record(actor, now, action, object_id, _SUCCESS, tenant))
    actor.written.add(action)


def write(
    database: Database, actor: Actor, action: str, object_id: str | None, status: int
) -> None:
    """A line of its own, unless a transaction wrote it."""
    if action in actor.written and status < 400:
        return
    with database.transaction() as session:
        now = database.now(session)
        session.add(_record(actor, now, action, object_id, status, actor.tenant))


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None: whatever it is. `action` ends with `*` where only its beginning is meant."""

    tenant: str | None = None
    key: str | None = None
    action: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(
    database: Database, wanted: AuditFilter, *, limit: int = 100, before: int | None = None
) -> tuple[list[AuditEvent], bool]:
    """The newest first, those with a lower id than `before`; and whether there are more."""
    query = select(AuditRecord)
    exact = (
        (AuditRecord.tenant_id, wanted.tenant),
        (AuditRecord.key_id, wanted.key),
        (AuditRecord.object_id, wanted.object_id),
    )
    for column, value in exact:
        if value is not None:
            query = query.where(column == value)
    if wanted.action is not None:
        start, star, _ = wanted.action.partition("*")
        is_action = AuditRecord.action.startswith(start, autoescape=True)
        query = query.where(is_action if star else AuditRecord.action == wanted.action)
    if wanted.since is not None:
        query = query.where(AuditRecord.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRecord.at < wanted.until)
    if before is not None:
        query = query.where(AuditRecord.id < before)
    with database.reading() as session:
        records = session.scalars(query.order_by(AuditRecord.id.desc()).limit(limit + 1)).all()
    return [_event_of(record) for record in records[:limit]], len(records) > limit


def forget_old(database: Database, keep_days: int | None) -> int:
    """How many lines went because they are older than that."""
    if keep_days is None:
        return 0
    with database.reading() as session:
        until = database.now(session) - timedelta(days=keep_days)
        old = select(AuditRecord.id).where(AuditRecord.at < until).limit(_AT_ONCE)
        ids = session.scalars(old).all()
    if ids:
        with database.transaction() as session:
            session.execute(delete(AuditRecord).where(AuditRecord.id.in_(ids)))
    return len(ids)


def _record(
    actor: Actor, now: datetime, action: str, object_id: str | None, status: int, tenant: str
) -> AuditRecord:
    return AuditRecord(
        at=now,
        tenant_id=tenant,
        key_id=actor.key_id,
        actor=actor.kind,
        address=actor.address and actor.address[:_LONGEST_ADDRESS],
        action=action,
        object_id=object_id and object_id[:_LONGEST_ID],
        status=status,
        request_id=actor.request_id,
    )


def _event_of(record: AuditRecord) -> AuditEvent:
    return AuditEvent(
        id=record.id,
        at=record.at,
        tenant=record.tenant_id,
        actor=record.actor,
        key=record.key_id,
        address=record.address,
        action=record.action,
        object=record.object_id,
        status=record.status,
        request_id=record.request_id,
    )
