"""Batches of the OpenAI routes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)
_OPEN = sa.text("status IN ('validating', 'in_progress', 'finalizing', 'cancelling')")
_TIMES = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")


def upgrade() -> None:
    op.create_table(
        "request_batches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("endpoint", _ID, nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("input_file_id", _ID, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("job_id", _ID, nullable=True),
        sa.Column("errors", _JSON, nullable=False),
        sa.Column("num_lines", sa.Integer(), nullable=False),
        sa.Column("num_completed", sa.Integer(), nullable=False),
        sa.Column("num_failed", sa.Integer(), nullable=False),
        sa.Column("estimated_tokens", sa.BigInteger(), nullable=False),
        sa.Column("tags", _JSON, nullable=True),
        sa.Column("output_seconds", sa.Integer(), nullable=True),
        sa.Column("output_file_id", _ID, nullable=True),
        sa.Column("error_file_id", _ID, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        *(sa.Column(f"{name}_at", _TIME, nullable=True) for name in _TIMES),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_request_batches_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request_batches"),
    )
    op.create_index(
        "ix_request_batches_listed", "request_batches", ["tenant_id", "created_at", "id"]
    )
    op.create_index(
        "ix_request_batches_open",
        "request_batches",
        ["status"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    _create_lines()


def _create_lines() -> None:
    op.create_table(
        "request_batch_lines",
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("custom_id", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("num_bytes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("job_id", _ID, nullable=True),
        sa.Column("response_id", _ID, nullable=True),
        sa.Column("result_key", sa.String(512), nullable=True),
        sa.Column("failure", _JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["request_batches.id"],
            name="fk_request_batch_lines_batch_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "line", name="pk_request_batch_lines"),
    )
    op.create_index(
        "ix_request_batch_lines_status", "request_batch_lines", ["batch_id", "status", "line"]
    )
