"""Which tables hold who is told of what, and the schemas that callers saved?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_PENDING = text("status = 'pending'")
_Id = String(64)


class WebhookEndpointRecord(Table):
    """Where a tenant's events are sent. Its secrets are sealed (`jobs.webhook_secrets`).

    `old_secret` signs, too, until `old_secret_until`. `failing_since` is the first failure after
    the last success, `num_failed` how many there were: nothing is sent to it until `paused_until`,
    and then one at a time. `disabled_at` stops everything until the caller enables it again.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("ix_webhook_endpoints_listed", "tenant_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(String(512))
    event_types: Mapped[list[Any]]
    secret: Mapped[str] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    num_failed: Mapped[int] = mapped_column(Integer, default=0)
    paused_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(String(512))
    created_at: Mapped[datetime]


class WebhookEventRecord(Table):
    """What happened, written in the transaction in which it did."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("ix_webhook_events_listed", "tenant_id", "created_at", "id"),
        Index("ix_webhook_events_kept", "created_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class WebhookDeliveryRecord(Table):
    """An event on its way to one endpoint.

    status: pending → delivered | failed, and back to pending when it is replayed. It is claimed
    like a job: `num_claims` is what a write is fenced by, and one whose lease ran out is due again.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("uq_webhook_deliveries_event", "event_id", "endpoint_id", unique=True),
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "due_at",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_webhook_deliveries_listed", "endpoint_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("webhook_events.id", ondelete="CASCADE"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(16))
    num_claims: Mapped[int] = mapped_column(Integer)
    num_failed: Mapped[int] = mapped_column(Integer)  # since it was made or replayed
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    give_up_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookAttemptRecord(Table):
    """One try: what the receiver answered, or why none was reached."""

    __tablename__ = "webhook_attempts"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    started_at: Mapped[datetime]
    seconds: Mapped[float] = mapped_column(Float)
    status_code: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(512))
    response_excerpt: Mapped[str | None] = mapped_column(Text)


class ResponseSchemaRecord(Table):
    """A version of a named schema, which never changes. A deleted one leaves its number behind,
    so that the number never means another schema."""

    __tablename__ = "response_schemas"

    tenant_id: Mapped[str] = mapped_column(
        ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(_Id, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    response_schema: Mapped[dict[str, Any] | None]
    description: Mapped[str | None] = mapped_column(String(512))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
