"""Who is told of a tenant's events?

Whatever names a webhook of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.outbox import delivery_of, write_event
from jobs.tables import TenantRecord
from jobs.webhook_addresses import Lookup, looked_up, permitted, receiver_of
from jobs.webhook_claims import hurry
from jobs.webhook_secrets import SecretBox, new_secret
from jobs.webhook_tables import WebhookDeliveryRecord, WebhookEndpointRecord
from schemas.errors import Conflict, NotFound
from schemas.settings import Settings
from schemas.webhook_events import EventType
from schemas.webhooks import (
    DeliveryStatus,
    Webhook,
    WebhookCreate,
    WebhookUpdate,
    WebhookWithSecret,
)

DISABLED_BY_CALLER = "its owner disabled it"


class WebhookStore:
    def __init__(self, database: Database, settings: Settings, lookup: Lookup = looked_up) -> None:
        self._database, self._settings, self._lookup = database, settings.webhooks, lookup
        self._box = SecretBox(settings)

    def create(self, tenant: str, create: WebhookCreate) -> WebhookWithSecret:
        """With its secret, which no other call shows. Raises `InvalidInput` for an address that
        is not sent to, `Conflict` for one too many."""
        self._check(create.url)
        secret = new_secret()
        sealed = self._box.sealed(secret)

        def write(session: Session) -> Webhook:
            now = self._database.now(session)
            if session.get(TenantRecord, tenant) is None:
                session.add(TenantRecord(id=tenant, created_at=now))
                session.flush()
            self._check_room(session, tenant)
            record = WebhookEndpointRecord(
                id=f"wh_{uuid.uuid4().hex}",
                tenant_id=tenant,
                url=create.url,
                description=create.description,
                event_types=list(create.event_types),
                secret=sealed,
                num_failed=0,
                created_at=now,
            )
            session.add(record)
            session.flush()
            return webhook_of(record, 0)

        made = self._database.settle(write)
        return WebhookWithSecret(**made.model_dump(), secret=secret)

    def list(self, tenant: str) -> list[Webhook]:
        """Newest first; there are no more than `webhooks.max_endpoints`."""
        with self._database.reading() as session:
            records = session.scalars(
                select(WebhookEndpointRecord)
                .where(WebhookEndpointRecord.tenant_id == tenant)
                .order_by(WebhookEndpointRecord.created_at.desc(), WebhookEndpointRecord.id.desc())
            ).all()
            pending = _num_pending(session, [record.id for record in records])
            return [webhook_of(record, pending.get(record.id, 0)) for record in records]

    def get(self, tenant: str, webhook_id: str) -> Webhook:
        with self._database.reading() as session:
            return _view(session, found_webhook(session, tenant, webhook_id))

    def update(self, tenant: str, webhook_id: str, update: WebhookUpdate) -> Webhook:
        """Another URL, and being enabled again, is a new beginning: what waits is sent at once."""
        if update.url is not None:
            self._check(update.url)
        with self._database.transaction() as session:
            record = found_webhook(session, tenant, webhook_id, is_locked=True)
            now = self._database.now(session)
            for name in update.model_fields_set & {"url", "event_types", "description"}:
                value = getattr(update, name)
                if value is not None or name == "description":
                    setattr(record, name, value)
            if update.is_enabled is False and record.disabled_at is None:
                record.disabled_at, record.disabled_reason = now, DISABLED_BY_CALLER
            elif update.is_enabled:
                record.disabled_at = record.disabled_reason = None
            if update.is_enabled or update.url is not None:
                record.failing_since = record.paused_until = None
                record.num_failed = 0
                hurry(session, record.id, now)
            session.flush()
            return _view(session, record)

    def rotate(self, tenant: str, webhook_id: str, overlap_seconds: float) -> WebhookWithSecret:
        """A new secret; the old one signs beside it for so long. Again within that time: the one
        before is forgotten."""
        secret = new_secret()
        sealed = self._box.sealed(secret)
        with self._database.transaction() as session:
            record = found_webhook(session, tenant, webhook_id, is_locked=True)
            record.old_secret = record.secret if overlap_seconds else None
            until = self._database.now(session) + timedelta(seconds=overlap_seconds)
            record.old_secret_until = until if overlap_seconds else None
            record.secret = sealed
            session.flush()
            view = _view(session, record)
        return WebhookWithSecret(**view.model_dump(), secret=secret)

    def delete(self, tenant: str, webhook_id: str) -> None:
        """With all that was sent to it, and was to be."""
        with self._database.transaction() as session:
            session.delete(found_webhook(session, tenant, webhook_id, is_locked=True))

    def test(self, tenant: str, webhook_id: str) -> str:
        """The delivery of an event to it alone, whatever it wants."""
        with self._database.transaction() as session:
            record = found_webhook(session, tenant, webhook_id, is_locked=True)
            if record.disabled_at is not None:
                raise Conflict("it is disabled: enable it first")
            now = self._database.now(session)
            data = {"id": record.id}
            event = write_event(session, tenant, EventType.WEBHOOK_TEST, data, now)
            delivery = delivery_of(event.id, record.id, now)
            session.add(delivery)
            return delivery.id

    def _check(self, url: str) -> None:
        receiver = receiver_of(url)
        permitted(
            receiver.host,
            receiver.port,
            allow_private=self._settings.allow_private,
            lookup=self._lookup,
        )

    def _check_room(self, session: Session, tenant: str) -> None:
        there = session.scalar(
            select(func.count()).where(WebhookEndpointRecord.tenant_id == tenant)
        )
        if there is not None and there >= self._settings.max_endpoints:
            raise Conflict(f"there are {there} webhooks already: delete one first")


def found_webhook(
    session: Session, tenant: str, webhook_id: str, *, is_locked: bool = False
) -> WebhookEndpointRecord:
    wanted = select(WebhookEndpointRecord).where(
        WebhookEndpointRecord.id == webhook_id, WebhookEndpointRecord.tenant_id == tenant
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such webhook")
    return record


def webhook_of(record: WebhookEndpointRecord, num_pending: int) -> Webhook:
    return Webhook(
        id=record.id,
        url=record.url,
        event_types=record.event_types,
        description=record.description,
        is_enabled=record.disabled_at is None,
        disabled_reason=record.disabled_reason,
        failing_since=record.failing_since,
        num_failed=record.num_failed,
        num_pending=num_pending,
        next_try_at=record.paused_until,
        old_secret_until=record.old_secret_until,
        created_at=record.created_at,
    )


def _view(session: Session, record: WebhookEndpointRecord) -> Webhook:
    return webhook_of(record, _num_pending(session, [record.id]).get(record.id, 0))


def _num_pending(session: Session, webhook_ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(WebhookDeliveryRecord.endpoint_id, func.count().label("number"))
        .where(
            WebhookDeliveryRecord.endpoint_id.in_(webhook_ids),
            WebhookDeliveryRecord.status == DeliveryStatus.PENDING,
        )
        .group_by(WebhookDeliveryRecord.endpoint_id)
    )
    return {row.endpoint_id: row.number for row in rows}
