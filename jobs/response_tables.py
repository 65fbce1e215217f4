"""Which table holds the responses of the OpenAI routes?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)


class ResponseRecord(Table):
    """One that reads documents is an extraction, whose state is its state; `answer` is what a chat
    said. `request` is what was asked, as it came. One that was cancelled while others wait for the
    same extraction says so itself."""

    __tablename__ = "responses"
    __table_args__ = (Index("ix_responses_expiring", "expires_at"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    extraction_id: Mapped[str | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), index=True
    )
    previous_id: Mapped[str | None] = mapped_column(_Id)
    request: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any] | None]
    is_cancelled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
