"""Limits of tenants, times to keep things, the rotation of keys, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_LIMITS = (
    "requests_per_minute",
    "tokens_per_minute",
    "queued_tokens",
    "storage_bytes",
    "documents",
    "document_seconds",
    "result_seconds",
)


def upgrade() -> None:
    for name in _LIMITS:
        op.add_column("tenants", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("api_keys", sa.Column("previous_hash", _ID, nullable=True))
    for name in ("previous_until", "rotated_at", "last_used_at"):
        op.add_column("api_keys", sa.Column(name, _TIME, nullable=True))
    op.create_index("ix_api_keys_previous_hash", "api_keys", ["previous_hash"])
    op.add_column("documents", sa.Column("expires_at", _TIME, nullable=True))
    op.create_index("ix_documents_kept", "documents", ["expires_at"])
    op.add_column("jobs", sa.Column("estimated_tokens", sa.BigInteger(), nullable=True))
    op.add_column("jobs", sa.Column("keep_seconds", sa.BigInteger(), nullable=True))
    op.add_column("jobs", sa.Column("expires_at", _TIME, nullable=True))
    op.create_index("ix_jobs_kept", "jobs", ["expires_at"])
    _create_audit()


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("address", _ID, nullable=True),
        sa.Column("action", _ID, nullable=False),
        sa.Column("object_id", sa.String(length=128), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("request_id", _ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_listed", "audit", ["tenant_id", "id"])
