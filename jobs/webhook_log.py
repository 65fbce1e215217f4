"""What was sent to a webhook, and what is sent once more?

Whatever names a webhook of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.list_cursor import place_of
from jobs.outbox import TRIED_FOR, delivery_of
from jobs.webhook_store import found_webhook
from jobs.webhook_tables import (
    WebhookAttemptRecord,
    WebhookDeliveryRecord,
    WebhookEndpointRecord,
    WebhookEventRecord,
)
from schemas.errors import Conflict, NotFound
from schemas.webhook_events import is_wanted
from schemas.webhooks import (
    DeliveryStatus,
    ListedWebhookDelivery,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
)

_AT_ONCE = 500  # records a transaction


class WebhookLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        tenant: str,
        webhook_id: str,
        *,
        limit: int = 20,
        after: str | None = None,
        status: DeliveryStatus | None = None,
    ) -> tuple[list[ListedWebhookDelivery], bool]:
        """The newest first, and whether there are more; `after` as with extractions."""
        wanted = select(WebhookDeliveryRecord).where(
            WebhookDeliveryRecord.endpoint_id == webhook_id
        )
        if status is not None:
            wanted = wanted.where(WebhookDeliveryRecord.status == status)
        order = (WebhookDeliveryRecord.created_at, WebhookDeliveryRecord.id)
        with self._database.reading() as session:
            found_webhook(session, tenant, webhook_id)
            if after is not None:
                place = place_of(after) or _place(_found(session, tenant, webhook_id, after))
                wanted = wanted.where(tuple_(*order) < place)
            wanted = wanted.order_by(*(column.desc() for column in order)).limit(limit + 1)
            records = session.scalars(wanted).all()
            listed = [_listed(session, record) for record in records[:limit]]
            return listed, len(records) > limit

    def get(self, tenant: str, webhook_id: str, delivery_id: str) -> WebhookDelivery:
        """With all its tries."""
        with self._database.reading() as session:
            record = _found(session, tenant, webhook_id, delivery_id)
            attempts = [_attempt(found) for found in _attempts(session, record)]
            listed = _listed(session, record)
            return WebhookDelivery(**dict(listed), attempts=attempts)

    def replay(self, tenant: str, webhook_id: str, delivery_id: str) -> WebhookDelivery:
        """Once more, whatever became of it, and with 72 hours of its own."""
        with self._database.transaction() as session:
            _enabled(session, tenant, webhook_id)
            record = _found(session, tenant, webhook_id, delivery_id, is_locked=True)
            _put_back(record, self._database.now(session))
        return self.get(tenant, webhook_id, delivery_id)

    def replay_since(self, tenant: str, webhook_id: str, since: datetime) -> int:
        """Every event from then on that it wants and did not get: given up, or of a time when it
        was disabled. How many; twice is as once, as long as they wait."""
        num_replayed = 0
        while True:
            some = self._database.settle(
                lambda session: self._replay_some(session, tenant, webhook_id, since)
            )
            num_replayed += some
            if not some:
                return num_replayed

    def _replay_some(self, session: Session, tenant: str, webhook_id: str, since: datetime) -> int:
        endpoint = _enabled(session, tenant, webhook_id)
        now = self._database.now(session)
        failed = session.scalars(
            select(WebhookDeliveryRecord)
            .join(WebhookEventRecord, WebhookEventRecord.id == WebhookDeliveryRecord.event_id)
            .where(
                WebhookDeliveryRecord.endpoint_id == webhook_id,
                WebhookDeliveryRecord.status == DeliveryStatus.FAILED,
                WebhookEventRecord.created_at >= since,
            )
            .limit(_AT_ONCE)
            .with_for_update(of=WebhookDeliveryRecord)
        ).all()
        for delivery in failed:
            _put_back(delivery, now)
        missed = _missed(session, endpoint, since)
        for event_id in missed:
            session.add(delivery_of(event_id, webhook_id, now))
        return len(failed) + len(missed)


def _missed(session: Session, endpoint: WebhookEndpointRecord, since: datetime) -> Sequence[str]:
    """Events since it is there that nobody ever meant to send to it, though it wants them."""
    was_meant = exists().where(
        WebhookDeliveryRecord.event_id == WebhookEventRecord.id,
        WebhookDeliveryRecord.endpoint_id == endpoint.id,
    )
    types = session.scalars(
        select(WebhookEventRecord.type)
        .where(WebhookEventRecord.tenant_id == endpoint.tenant_id)
        .distinct()
    )
    wanted = [
        found for found in types if any(is_wanted(found, asked) for asked in endpoint.event_types)
    ]
    return session.scalars(
        select(WebhookEventRecord.id)
        .where(
            WebhookEventRecord.tenant_id == endpoint.tenant_id,
            WebhookEventRecord.created_at >= max(since, endpoint.created_at),
            WebhookEventRecord.type.in_(wanted),
            ~was_meant,
        )
        .order_by(WebhookEventRecord.created_at, WebhookEventRecord.id)
        .limit(_AT_ONCE)
    ).all()


def _enabled(session: Session, tenant: str, webhook_id: str) -> WebhookEndpointRecord:
    record = found_webhook(session, tenant, webhook_id, is_locked=True)
    if record.disabled_at is not None:
        raise Conflict("it is disabled: enable it first")
    return record


def _put_back(record: WebhookDeliveryRecord, now: datetime) -> None:
    """One that is being sent just now keeps its lease."""
    record.status, record.delivered_at = DeliveryStatus.PENDING, None
    record.num_failed, record.due_at, record.give_up_at = 0, now, now + TRIED_FOR


def _found(
    session: Session, tenant: str, webhook_id: str, delivery_id: str, *, is_locked: bool = False
) -> WebhookDeliveryRecord:
    found_webhook(session, tenant, webhook_id)
    wanted = select(WebhookDeliveryRecord).where(
        WebhookDeliveryRecord.id == delivery_id, WebhookDeliveryRecord.endpoint_id == webhook_id
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound("there is no such delivery")
    return record


def _place(record: WebhookDeliveryRecord) -> tuple[datetime, str]:
    return record.created_at, record.id


def _listed(session: Session, record: WebhookDeliveryRecord) -> ListedWebhookDelivery:
    event = session.get_one(WebhookEventRecord, record.event_id)
    attempts = _attempts(session, record)
    is_pending = record.status == DeliveryStatus.PENDING
    return ListedWebhookDelivery(
        id=record.id,
        event=WebhookEvent(
            id=event.id,
            type=event.type,
            created_at=int(event.created_at.timestamp()),
            data=event.data,
        ),
        status=DeliveryStatus(record.status),
        num_attempts=len(attempts),
        last_attempt=_attempt(attempts[-1]) if attempts else None,
        next_try_at=record.due_at if is_pending else None,
        delivered_at=record.delivered_at,
        created_at=record.created_at,
    )


def _attempts(session: Session, record: WebhookDeliveryRecord) -> Sequence[WebhookAttemptRecord]:
    return session.scalars(
        select(WebhookAttemptRecord)
        .where(WebhookAttemptRecord.delivery_id == record.id)
        .order_by(WebhookAttemptRecord.number)
    ).all()


def _attempt(record: WebhookAttemptRecord) -> WebhookAttempt:
    return WebhookAttempt(
        number=record.number,
        started_at=record.started_at,
        seconds=record.seconds,
        status_code=record.status_code,
        error=record.error,
        response_excerpt=record.response_excerpt,
    )
