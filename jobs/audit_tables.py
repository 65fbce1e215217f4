"""What is written down of who did what?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table
from schemas.tenants import ActorKind

_Id = String(64)


class AuditRecord(Table):
    """Who did what, when and from where. Lines are added, and go when they are old; none is ever
    changed. Names and numbers alone: never contents, never a secret."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_listed", "tenant_id", "id"), Index("ix_audit_at", "at"))

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    tenant_id: Mapped[str] = mapped_column(_Id)
    key_id: Mapped[str | None] = mapped_column(_Id)
    actor: Mapped[ActorKind] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[str | None] = mapped_column(String(128))
    status: Mapped[int] = mapped_column(Integer)
    request_id: Mapped[str | None] = mapped_column(_Id)
