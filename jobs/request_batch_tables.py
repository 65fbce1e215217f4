"""Which tables hold the batches of the OpenAI routes?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)
_OPEN = text("status IN ('validating', 'in_progress', 'finalizing', 'cancelling')")


class RequestBatchRecord(Table):
    """A file of requests, to be answered within a day. `job_id` is the job that reads the file,
    or writes the answers, while there is one; `estimated_tokens` are of all its prompts, about."""

    __tablename__ = "request_batches"
    __table_args__ = (
        Index("ix_request_batches_listed", "tenant_id", "created_at", "id"),
        Index("ix_request_batches_open", "status", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    key_id: Mapped[str | None] = mapped_column(_Id)
    endpoint: Mapped[str] = mapped_column(_Id)
    model: Mapped[str | None] = mapped_column(Text)
    input_file_id: Mapped[str] = mapped_column(_Id)
    status: Mapped[str] = mapped_column(String(16))
    job_id: Mapped[str | None] = mapped_column(_Id)
    errors: Mapped[list[Any]]
    num_lines: Mapped[int] = mapped_column(Integer)
    num_completed: Mapped[int] = mapped_column(Integer)
    num_failed: Mapped[int] = mapped_column(Integer)
    estimated_tokens: Mapped[int] = mapped_column(BigInteger)
    tags: Mapped[dict[str, Any] | None]  # the caller's metadata
    output_seconds: Mapped[int | None] = mapped_column(Integer)
    output_file_id: Mapped[str | None] = mapped_column(_Id)
    error_file_id: Mapped[str | None] = mapped_column(_Id)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    in_progress_at: Mapped[datetime | None]
    finalizing_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    cancelling_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class RequestLineRecord(Table):
    """A request: where it stands in the batch's copy of the file, and what became of it. They go
    when the batch has ended: then the files say it.

    status: pending → admitted → completed | failed | expired | cancelled. While it is admitted,
    its job says how it stands: that of the line, or the extraction that this one asked for.
    """

    __tablename__ = "request_batch_lines"
    __table_args__ = (Index("ix_request_batch_lines_status", "batch_id", "status", "line"),)

    batch_id: Mapped[str] = mapped_column(
        ForeignKey("request_batches.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    custom_id: Mapped[str] = mapped_column(Text)
    start: Mapped[int] = mapped_column(BigInteger)
    num_bytes: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    job_id: Mapped[str | None] = mapped_column(_Id)
    response_id: Mapped[str | None] = mapped_column(_Id)
    result_key: Mapped[str | None] = mapped_column(String(512))
    failure: Mapped[dict[str, Any] | None]
