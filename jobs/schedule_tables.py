"""Which tables hold the schedules?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)


class ScheduleRecord(Table):
    """`request` is what was asked for. All times until `seen_until` are decided: they have their
    runs, or were missed. `wake_at` is when a ticker has to look; none: never."""

    __tablename__ = "schedules"
    __table_args__ = (
        Index("uq_schedules_name", "tenant_id", "name", unique=True),
        Index("ix_schedules_wake_at", "wake_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    key_id: Mapped[str | None] = mapped_column(_Id)
    name: Mapped[str] = mapped_column(_Id)
    request: Mapped[dict[str, Any]]
    anchor: Mapped[datetime]
    seen_until: Mapped[datetime]
    next_at: Mapped[datetime | None]
    warmed_for: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]


class ScheduleRunRecord(Table):
    """A time of a schedule has one run. Who works on it writes with the `attempt` it was claimed
    under."""

    __tablename__ = "schedule_runs"
    __table_args__ = (
        Index("uq_schedule_runs_fire", "schedule_id", "fire_time", "trigger", unique=True),
        Index("ix_schedule_runs_open", "status", "start_at"),
        Index("ix_schedule_runs_listed", "schedule_id", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    tenant_id: Mapped[str] = mapped_column(_Id)
    trigger: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    fire_time: Mapped[datetime]
    start_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(Integer)
    num_lost: Mapped[int] = mapped_column(Integer)  # attempts of this stage that came to nothing
    lease_until: Mapped[datetime | None]
    batch_id: Mapped[str | None] = mapped_column(_Id)
    counts: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    delivered_to: Mapped[str | None] = mapped_column(String(2048))
    failure: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ScheduleFileRecord(Table):
    """What a file of the source was when it was read last: as long as its stamp (size and time or
    ETag) is this one, it need not be read again."""

    __tablename__ = "schedule_files"

    schedule_id: Mapped[str] = mapped_column(
        ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(String(1024), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(256))
    sha256: Mapped[str] = mapped_column(String(64))


class ScheduleContentRecord(Table):
    """Content that a schedule has done, or is doing in that run."""

    __tablename__ = "schedule_contents"

    schedule_id: Mapped[str] = mapped_column(
        ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    run_id: Mapped[str] = mapped_column(_Id, index=True)
    path: Mapped[str] = mapped_column(String(1024))
    document_id: Mapped[str] = mapped_column(_Id)
