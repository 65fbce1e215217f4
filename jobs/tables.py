"""Which tables hold the truth?

Every record belongs to a tenant. Times are UTC. Foreign keys go with what they point at, except
the ledger's, which outlives the job, and a document's parent, which is deleted with it alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DEFAULT_TENANT = "default"
_ACTIVE = text("status IN ('queued', 'running')")
_UPLOADED = text("parent_id IS NULL")
_Json = JSON(none_as_null=True)  # not JSONB, which would put the names of a schema in its own order
_Tags = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_Id = String(64)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware on our side; SQLite, which knows no zones, keeps UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "a time without a zone"
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: _Json,
        list[Any]: _Json,
    }


class TenantRecord(Table):
    """Where a limit or a time is null, that of the settings holds; -1: none, whatever they say."""

    __tablename__ = "tenants"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    created_at: Mapped[datetime]
    requests_per_minute: Mapped[int | None] = mapped_column(BigInteger)
    tokens_per_minute: Mapped[int | None] = mapped_column(BigInteger)
    queued_tokens: Mapped[int | None] = mapped_column(BigInteger)
    storage_bytes: Mapped[int | None] = mapped_column(BigInteger)
    documents: Mapped[int | None] = mapped_column(BigInteger)
    document_seconds: Mapped[int | None] = mapped_column(BigInteger)
    result_seconds: Mapped[int | None] = mapped_column(BigInteger)


class KeyRecord(Table):
    """An API key: the hash of its secret, never the secret; after a rotation also that of the one
    before, as long as it is still valid."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(128))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    previous_until: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # to some minutes


class DocumentRecord(Table):
    """The same bytes under the same name are one document of a tenant.

    `summary` is what an `Inspection` counts, once it was read; `parsed_key` says where the parsed
    file lies in the storage. `password` is there until the document was read, then erased. One
    that came attached to another names that as its parent, and is one by the same rule of it.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index(
            "uq_documents_content",
            "tenant_id",
            "sha256",
            "name",
            unique=True,
            sqlite_where=_UPLOADED,
            postgresql_where=_UPLOADED,
        ),
        Index("uq_documents_attached", "parent_id", "sha256", "name", unique=True),
        Index("ix_documents_listed", "tenant_id", "created_at", "id"),
        Index("ix_documents_kept", "expires_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(512))
    num_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str | None] = mapped_column(String(128))
    status: Mapped[str] = mapped_column(String(16))
    summary: Mapped[dict[str, Any] | None]
    parsed_key: Mapped[str | None] = mapped_column(String(512))
    failure: Mapped[dict[str, Any] | None]
    tags: Mapped[dict[str, Any]] = mapped_column(_Tags)  # the caller's metadata
    password: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class JobRecord(Table):
    """A unit of work. Who holds it writes with the `attempt` it was claimed under.

    status: queued → running → completed | incomplete | failed | cancelled; and back to queued,
    when it is released, lost or retried. `attempt` grows with every claim, `version` with every
    change that a caller can see. `request_hash` makes identical requests in flight one job.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "uq_jobs_in_flight",
            "tenant_id",
            "request_hash",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(
            "ix_jobs_queued",
            "queue",
            "status",
            "waits_for_documents",
            "queued_at",
            "id",
            "not_before",
        ),
        Index("ix_jobs_leased", "status", "lease_until"),
        Index("ix_jobs_expiring", "status", "deadline_at"),
        Index("ix_jobs_finished", "queue", "finished_at"),
        Index("ix_jobs_listed", "tenant_id", "kind", "created_at", "id"),
        Index("ix_jobs_batch_id", "batch_id"),
        Index("ix_jobs_kept", "expires_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    key_id: Mapped[str | None] = mapped_column(_Id)
    batch_id: Mapped[str | None] = mapped_column(_Id)  # it is an item of
    kind: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    request: Mapped[dict[str, Any]]
    request_hash: Mapped[str | None] = mapped_column(String(64))
    tags: Mapped[dict[str, Any]] = mapped_column(_Tags)  # the caller's metadata
    attempt: Mapped[int] = mapped_column(Integer)
    num_lost: Mapped[int] = mapped_column(Integer)  # attempts that came to nothing
    waits_for_documents: Mapped[bool] = mapped_column(Boolean)
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(128))
    cancel_requested: Mapped[bool] = mapped_column(Boolean)
    progress: Mapped[dict[str, Any]]
    partial_fields: Mapped[list[Any]]
    result_key: Mapped[str | None] = mapped_column(String(512))
    failure: Mapped[dict[str, Any] | None]
    usage: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime]
    estimated_tokens: Mapped[int | None] = mapped_column(BigInteger)  # of its prompt
    keep_seconds: Mapped[int | None] = mapped_column(BigInteger)  # from its end
    expires_at: Mapped[datetime | None]
    is_of_responses: Mapped[bool] = mapped_column(Boolean, default=False)  # of nobody else


class JobDocumentRecord(Table):
    """Which documents a job reads, in the order of the request."""

    __tablename__ = "job_documents"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(Integer)


class IdempotencyRecord(Table):
    """Which job a caller's Idempotency-Key stands for, and the hash of the whole body it came
    with. It goes with the job."""

    __tablename__ = "idempotency_keys"

    tenant_id: Mapped[str] = mapped_column(
        ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class LedgerRecord(Table):
    """What a finished job took: one line, written with its result or not at all. A job that its
    caller has done again is another line, under another attempt. A chat has a line under its id.

    The prices are those of that moment, in millionths of a dollar per million tokens; the cost is
    in millionths of a dollar. Lines from before costs were kept have neither.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_listed", "tenant_id", "created_at"),
        Index("ix_ledger_batch_id", "batch_id"),
    )

    job_id: Mapped[str] = mapped_column(_Id, primary_key=True)
    attempt: Mapped[int] = mapped_column(Integer, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(_Id)
    key_id: Mapped[str | None] = mapped_column(_Id)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(Float)
    created_at: Mapped[datetime]
    model: Mapped[str | None] = mapped_column(String(512))
    batch_id: Mapped[str | None] = mapped_column(_Id)
    prompt_price: Mapped[int | None] = mapped_column(BigInteger)
    cached_price: Mapped[int | None] = mapped_column(BigInteger)
    completion_price: Mapped[int | None] = mapped_column(BigInteger)
    cost_micro_usd: Mapped[int | None] = mapped_column(BigInteger)


class PulseRecord(Table):
    """When a part of the service last showed that it works: a queue whose messages arrive."""

    __tablename__ = "pulses"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class RemovalRecord(Table):
    """What a deletion still has to remove: a folder of the storage, and then what the engine kept
    of a document. Gone when it is done."""

    __tablename__ = "removals"
    __table_args__ = (
        Index("ix_removals_document", "document_id"),
        Index("ix_removals_extraction", "extraction_id"),
        Index("ix_removals_folder", "folder"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    tenant_id: Mapped[str] = mapped_column(_Id)
    document_id: Mapped[str | None] = mapped_column(_Id)
    extraction_id: Mapped[str | None] = mapped_column(_Id)
    folder: Mapped[str | None] = mapped_column(String(512))  # of neither
    is_out_of_storage: Mapped[bool] = mapped_column(Boolean)
    not_before: Mapped[datetime | None]
    created_at: Mapped[datetime]
