"""How does what happened come to be told? It is written down in the transaction in which it
happens, so that there is an event exactly if its cause was committed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.webhook_tables import WebhookDeliveryRecord, WebhookEndpointRecord, WebhookEventRecord
from schemas.webhook_events import EventType, is_wanted
from schemas.webhooks import DeliveryStatus

TRIED_FOR = timedelta(hours=72)
"""From the event, or from its replay; then a delivery is given up."""


def emit(
    session: Session,
    *,
    tenant_id: str,
    event_type: str,
    data: Mapping[str, Any],
    now: datetime,
) -> str:
    """The id of a new event, and a delivery to each endpoint of the tenant that wants it. `data`
    is small and names the thing by its `id`: receivers ask for the rest."""
    event = write_event(session, tenant_id, EventType(event_type), data, now)
    for endpoint in _endpoints(session, tenant_id):
        if any(is_wanted(event.type, wanted) for wanted in endpoint.event_types):
            session.add(delivery_of(event.id, endpoint.id, now))
    return event.id


def write_event(
    session: Session, tenant_id: str, event_type: EventType, data: Mapping[str, Any], now: datetime
) -> WebhookEventRecord:
    """Without a delivery."""
    event = WebhookEventRecord(
        id=f"evt_{uuid.uuid4().hex}",
        tenant_id=tenant_id,
        type=event_type.value,
        data=dict(data),
        created_at=now,
    )
    session.add(event)
    session.flush()
    return event


def delivery_of(event_id: str, endpoint_id: str, now: datetime) -> WebhookDeliveryRecord:
    """One that is due at once."""
    return WebhookDeliveryRecord(
        id=f"whd_{uuid.uuid4().hex}",
        event_id=event_id,
        endpoint_id=endpoint_id,
        status=DeliveryStatus.PENDING,
        num_claims=0,
        num_failed=0,
        due_at=now,
        give_up_at=now + TRIED_FOR,
        created_at=now,
    )


def _endpoints(session: Session, tenant_id: str) -> Sequence[WebhookEndpointRecord]:
    """Held against a deletion until the deliveries to them are committed. One that is disabled
    gets nothing new: its events are there to be replayed."""
    return session.scalars(
        select(WebhookEndpointRecord)
        .where(
            WebhookEndpointRecord.tenant_id == tenant_id,
            WebhookEndpointRecord.disabled_at.is_(None),
        )
        .order_by(WebhookEndpointRecord.id)
        .with_for_update(read=True, key_share=True)
    ).all()
