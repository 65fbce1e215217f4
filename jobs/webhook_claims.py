"""Which event is sent next, and what follows from how that went?

A claim is a lease, as with jobs: who holds it writes with the number it was claimed under, and a
process that died leaves its event to the next. So an event is sent at least once, each time under
the same id.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from jobs.database import Database
from jobs.webhook_client import Answer
from jobs.webhook_retries import GONE, delay_after, is_of_the_receiver
from jobs.webhook_tables import (
    WebhookAttemptRecord,
    WebhookDeliveryRecord,
    WebhookEndpointRecord,
    WebhookEventRecord,
)
from schemas.webhook_settings import WebhookSettings
from schemas.webhooks import DeliveryStatus

_LEASE_SPARE_SECONDS = 30.0
_OUTAGE, _OUTAGE_FAILURES = timedelta(minutes=1), 3
_AT_ONCE = 500  # records a transaction
_MOST_REASON = 512


@dataclass(frozen=True, slots=True)
class SendClaim:
    """`secrets` are sealed; all of them sign."""

    delivery_id: str
    number: int
    endpoint_id: str
    event_id: str
    url: str
    body: bytes
    secrets: tuple[str, ...]
    began_at: datetime


class WebhookClaims:
    def __init__(self, database: Database, settings: WebhookSettings) -> None:
        self._database, self._settings = database, settings

    def claim(self) -> SendClaim | None:
        """The next that is due, or None; two callers never get the same one. Receivers take
        turns, and one that fails is tried with one event at a time."""
        with self._database.reading() as session:
            now = self._database.now(session)
            if session.scalar(select(_turns(now).limit(1).exists())) is not True:
                return None
        return self._database.settle(self._claim)

    def finish(self, claim: SendClaim, answer: Answer) -> bool:
        """Written down, with what follows for the receiver; False where the claim was lost."""
        return self._database.settle(lambda session: self._finish(session, claim, answer))

    def release(self, claim: SendClaim) -> None:
        """It was not sent after all."""
        with self._database.transaction() as session:
            session.execute(
                update(WebhookDeliveryRecord)
                .where(
                    WebhookDeliveryRecord.id == claim.delivery_id,
                    WebhookDeliveryRecord.num_claims == claim.number,
                )
                .values(lease_until=None)
            )

    def tidy(self) -> int:
        """What waited past its time is given up, and old events are forgotten; how many."""
        with self._database.transaction() as session:
            now = self._database.now(session)
            given_up = session.scalars(
                select(WebhookDeliveryRecord)
                .where(*_is_given_up(now))
                .limit(_AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            for delivery in given_up:
                delivery.status = DeliveryStatus.FAILED
            old = now - timedelta(days=self._settings.keep_days)
            forgotten = session.scalars(_old_events(old)).all()
            session.execute(delete(WebhookEventRecord).where(WebhookEventRecord.id.in_(forgotten)))
            return len(given_up) + len(forgotten)

    def _claim(self, session: Session) -> SendClaim | None:
        now = self._database.now(session)
        wanted = _turns(now).order_by(
            WebhookEndpointRecord.tried_at.asc().nulls_first(), WebhookEndpointRecord.id
        )
        endpoint = session.scalars(
            wanted.limit(1).with_for_update(skip_locked=True, key_share=True)
        ).one_or_none()
        return None if endpoint is None else self._claimed(session, endpoint, now)

    def _finish(self, session: Session, claim: SendClaim, answer: Answer) -> bool:
        endpoint = session.scalars(
            select(WebhookEndpointRecord)
            .where(WebhookEndpointRecord.id == claim.endpoint_id)
            .with_for_update(key_share=True)
        ).one_or_none()
        delivery = session.scalars(
            select(WebhookDeliveryRecord)
            .where(
                WebhookDeliveryRecord.id == claim.delivery_id,
                WebhookDeliveryRecord.num_claims == claim.number,
                WebhookDeliveryRecord.lease_until.is_not(None),
            )
            .with_for_update()
        ).one_or_none()
        if delivery is None or endpoint is None:
            return False
        now = self._database.now(session)
        session.add(_attempt_of(claim, answer))
        delivery.lease_until = None
        if answer.error is None:
            _succeed(session, endpoint, delivery, now)
        else:
            self._fail(endpoint, delivery, answer, now)
        return True

    def _claimed(
        self, session: Session, endpoint: WebhookEndpointRecord, now: datetime
    ) -> SendClaim | None:
        delivery = session.scalars(
            select(WebhookDeliveryRecord)
            .where(WebhookDeliveryRecord.endpoint_id == endpoint.id, *_is_due(now))
            .order_by(WebhookDeliveryRecord.due_at, WebhookDeliveryRecord.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if delivery is None:
            return None
        lease = self._settings.timeout_seconds + _LEASE_SPARE_SECONDS
        delivery.lease_until = now + timedelta(seconds=lease)
        delivery.num_claims += 1
        endpoint.tried_at = now
        event = session.get_one(WebhookEventRecord, delivery.event_id)
        return SendClaim(
            delivery_id=delivery.id,
            number=delivery.num_claims,
            endpoint_id=endpoint.id,
            event_id=event.id,
            url=endpoint.url,
            body=body_of(event),
            secrets=_secrets_of(endpoint, now),
            began_at=now,
        )

    def _fail(
        self,
        endpoint: WebhookEndpointRecord,
        delivery: WebhookDeliveryRecord,
        answer: Answer,
        now: datetime,
    ) -> None:
        delivery.num_failed += 1
        endpoint.num_failed += 1
        endpoint.failing_since = endpoint.failing_since or now
        delivery.due_at = now + delay_after(delivery.num_failed, answer)
        if is_of_the_receiver(answer):
            endpoint.paused_until = now + delay_after(endpoint.num_failed, answer)
        if answer.status_code == GONE or delivery.due_at > delivery.give_up_at:
            delivery.status = DeliveryStatus.FAILED
        if answer.status_code == GONE:
            _disable(endpoint, now, "it answered 410: it wants no more events")
        elif endpoint.failing_since <= now - timedelta(hours=self._settings.disable_after_hours):
            since = f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC"
            _disable(endpoint, now, f"nothing got through since {since}; at last {answer.error}")


def body_of(event: WebhookEventRecord) -> bytes:
    """The same bytes with every try."""
    content: dict[str, Any] = {
        "id": event.id,
        "object": "event",
        "type": event.type,
        "created_at": int(event.created_at.timestamp()),
        "data": event.data,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def hurry(session: Session, endpoint_id: str, now: datetime) -> None:
    """What waits for the receiver is due now."""
    session.execute(
        update(WebhookDeliveryRecord)
        .where(
            WebhookDeliveryRecord.endpoint_id == endpoint_id,
            WebhookDeliveryRecord.status == DeliveryStatus.PENDING,
            WebhookDeliveryRecord.due_at > now,
        )
        .values(due_at=now)
    )


def _turns(now: datetime) -> Select[WebhookEndpointRecord]:
    """The receivers whose turn it is."""
    sending = aliased(WebhookDeliveryRecord)
    is_busy = exists().where(
        sending.endpoint_id == WebhookEndpointRecord.id,
        sending.status == DeliveryStatus.PENDING,
        sending.lease_until >= now,
    )
    has_due = exists().where(
        WebhookDeliveryRecord.endpoint_id == WebhookEndpointRecord.id, *_is_due(now)
    )
    return select(WebhookEndpointRecord).where(
        WebhookEndpointRecord.disabled_at.is_(None),
        or_(
            WebhookEndpointRecord.paused_until.is_(None), WebhookEndpointRecord.paused_until <= now
        ),
        or_(WebhookEndpointRecord.num_failed == 0, ~is_busy),
        has_due,
    )


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        WebhookDeliveryRecord.status == DeliveryStatus.PENDING,
        WebhookDeliveryRecord.due_at <= now,
        or_(WebhookDeliveryRecord.lease_until.is_(None), WebhookDeliveryRecord.lease_until < now),
    )


def _is_given_up(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        WebhookDeliveryRecord.status == DeliveryStatus.PENDING,
        WebhookDeliveryRecord.give_up_at < now,
        or_(WebhookDeliveryRecord.lease_until.is_(None), WebhookDeliveryRecord.lease_until < now),
    )


def _old_events(before: datetime) -> Select[str]:
    """But what is still to be sent."""
    is_pending = exists().where(
        and_(
            WebhookDeliveryRecord.event_id == WebhookEventRecord.id,
            WebhookDeliveryRecord.status == DeliveryStatus.PENDING,
        )
    )
    return (
        select(WebhookEventRecord.id)
        .where(WebhookEventRecord.created_at < before, ~is_pending)
        .limit(_AT_ONCE)
    )


def _succeed(
    session: Session,
    endpoint: WebhookEndpointRecord,
    delivery: WebhookDeliveryRecord,
    now: datetime,
) -> None:
    """A receiver that is back gets at once what waits for it."""
    delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, now
    was_away = (
        endpoint.paused_until is not None
        and endpoint.failing_since is not None
        and endpoint.failing_since <= now - _OUTAGE
        and endpoint.num_failed >= _OUTAGE_FAILURES
    )
    endpoint.failing_since = endpoint.paused_until = None
    endpoint.num_failed = 0
    if was_away:
        hurry(session, endpoint.id, now)


def _disable(endpoint: WebhookEndpointRecord, now: datetime, reason: str) -> None:
    endpoint.disabled_at, endpoint.disabled_reason = now, reason[:_MOST_REASON]


def _attempt_of(claim: SendClaim, answer: Answer) -> WebhookAttemptRecord:
    return WebhookAttemptRecord(
        delivery_id=claim.delivery_id,
        number=claim.number,
        started_at=claim.began_at,
        seconds=answer.seconds,
        status_code=answer.status_code,
        error=answer.error and answer.error[:_MOST_REASON],
        response_excerpt=answer.excerpt,
    )


def _secrets_of(endpoint: WebhookEndpointRecord, now: datetime) -> tuple[str, ...]:
    secrets: Sequence[str | None] = (endpoint.secret, endpoint.old_secret)
    is_over = endpoint.old_secret_until is None or endpoint.old_secret_until <= now
    return tuple(secret for secret in secrets[: 1 if is_over else 2] if secret is not None)
