"""Which tables hold the files of the OpenAI routes?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)


class FileRecord(Table):
    """A file by its id; the same bytes may be several.

    One that is to be read is a document as well: its bytes lie with that, and it goes with it.
    `owns_document` tells that the document goes with the file, since it came as one.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_listed", "tenant_id", "created_at", "id"),
        Index("ix_files_expiring", "expires_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(512))
    num_bytes: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[str | None] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    owns_document: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class UploadRecord(Table):
    """A file that arrives in parts. status: pending → completed | cancelled; past `expires_at` a
    pending one is expired."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_expiring", "status", "expires_at"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(512))
    media_type: Mapped[str] = mapped_column(String(128))
    num_bytes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(16))
    file_seconds: Mapped[int | None] = mapped_column(Integer)
    file_id: Mapped[str | None] = mapped_column(_Id)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class UploadPartRecord(Table):
    __tablename__ = "upload_parts"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), index=True)
    num_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
