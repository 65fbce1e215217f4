"""Which tables hold the batches?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)
_OPEN = text("status IN ('in_progress', 'cancelling')")


class BatchRecord(Table):
    """Many extractions, asked for at once. `version` grows with every change that a caller can
    see; `request` is what the items share, `num_tries` grows when items are retried."""

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_listed", "tenant_id", "created_at", "id"),
        Index("ix_batches_open", "status", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_batches_key", "tenant_id", "idempotency_key", unique=True),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    key_id: Mapped[str | None] = mapped_column(_Id)
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    body_hash: Mapped[str | None] = mapped_column(_Id)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    num_tries: Mapped[int] = mapped_column(Integer)
    num_items: Mapped[int] = mapped_column(Integer)
    request: Mapped[dict[str, Any]]
    tags: Mapped[dict[str, Any]]  # the caller's metadata
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime]


class BatchItemRecord(Table):
    """status: pending → admitted → completed | incomplete | failed | cancelled, and back to
    pending when it is retried. While it is admitted, its job says how it stands; how that ended is
    written here with the batch's next version, `ended_version`."""

    __tablename__ = "batch_items"
    __table_args__ = (
        Index("uq_batch_items_custom_id", "batch_id", "custom_id", unique=True),
        Index("ix_batch_items_status", "batch_id", "status", "position"),
        Index("ix_batch_items_ended", "batch_id", "ended_version"),
    )

    batch_id: Mapped[str] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    custom_id: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(16))
    request: Mapped[dict[str, Any]]
    num_tries: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[str | None] = mapped_column(_Id)
    failure: Mapped[dict[str, Any] | None]
    usage: Mapped[dict[str, Any] | None]
    ended_version: Mapped[int | None] = mapped_column(Integer)
    finished_at: Mapped[datetime | None]
