"""The tables of the first service: documents, jobs, keys, the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON()
_TAGS = sa.JSON().with_variant(JSONB(), "postgresql")
_ACTIVE = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    _create_ledger()
    _create_pulses()
    _create_removals()
    _create_tenants()
    _create_api_keys()
    _create_documents()
    _create_jobs()
    _create_idempotency_keys()
    _create_job_documents()
    _add_default_tenant()


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "attempt", name="pk_ledger"),
    )
    op.create_index("ix_ledger_listed", "ledger", ["tenant_id", "created_at"])


def _create_pulses() -> None:
    op.create_table(
        "pulses",
        sa.Column("name", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pulses"),
    )


def _create_removals() -> None:
    op.create_table(
        "removals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("document_id", _ID, nullable=True),
        sa.Column("extraction_id", _ID, nullable=True),
        sa.Column("is_out_of_storage", sa.Boolean(), nullable=False),
        sa.Column("not_before", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removals"),
    )
    op.create_index("ix_removals_document", "removals", ["document_id"])
    op.create_index("ix_removals_extraction", "removals", ["extraction_id"])


def _create_tenants() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
    )


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", _ID, nullable=False),
        sa.Column("scopes", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_api_keys_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("secret_hash", name="uq_api_keys_secret_hash"),
    )
    op.create_index("ix_api_keys_tenant_id", "api_keys", ["tenant_id"])


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("sha256", _ID, nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("num_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("summary", _JSON, nullable=True),
        sa.Column("parsed_key", sa.String(length=512), nullable=True),
        sa.Column("failure", _JSON, nullable=True),
        sa.Column("tags", _TAGS, nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_documents_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_listed", "documents", ["tenant_id", "created_at", "id"])
    op.create_index(
        "uq_documents_content", "documents", ["tenant_id", "sha256", "name"], unique=True
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("queue", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request", _JSON, nullable=False),
        sa.Column("request_hash", _ID, nullable=True),
        sa.Column("tags", _TAGS, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("num_lost", sa.Integer(), nullable=False),
        sa.Column("waits_for_documents", sa.Boolean(), nullable=False),
        sa.Column("not_before", _TIME, nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("worker", sa.String(length=128), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("progress", _JSON, nullable=False),
        sa.Column("partial_fields", _JSON, nullable=False),
        sa.Column("result_key", sa.String(length=512), nullable=True),
        sa.Column("failure", _JSON, nullable=True),
        sa.Column("usage", _JSON, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("deadline_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_jobs_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_expiring", "jobs", ["status", "deadline_at"])
    op.create_index("ix_jobs_finished", "jobs", ["queue", "finished_at"])
    op.create_index("ix_jobs_leased", "jobs", ["status", "lease_until"])
    op.create_index("ix_jobs_listed", "jobs", ["tenant_id", "kind", "created_at", "id"])
    op.create_index(
        "ix_jobs_queued",
        "jobs",
        ["queue", "status", "waits_for_documents", "queued_at", "id", "not_before"],
    )
    op.create_index(
        "uq_jobs_in_flight",
        "jobs",
        ["tenant_id", "request_hash"],
        unique=True,
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("body_hash", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_idempotency_keys_job_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_idempotency_keys_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_job_id", "idempotency_keys", ["job_id"])


def _create_job_documents() -> None:
    op.create_table(
        "job_documents",
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_job_documents_document_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_job_documents_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "document_id", name="pk_job_documents"),
    )
    op.create_index("ix_job_documents_document_id", "job_documents", ["document_id"])


def _add_default_tenant() -> None:
    """Whom requests without a key belong to, as long as there is no key."""
    tenants = sa.table("tenants", sa.column("id", _ID), sa.column("created_at", _TIME))
    op.bulk_insert(tenants, [{"id": "default", "created_at": datetime.now(UTC)}])
