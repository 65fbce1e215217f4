"""Batches of extractions, and what a finished job cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON()
_OPEN = sa.text("status IN ('in_progress', 'cancelling')")


def upgrade() -> None:
    _create_batches()
    _create_batch_items()
    op.add_column("jobs", sa.Column("batch_id", _ID, nullable=True))
    op.create_index("ix_jobs_batch_id", "jobs", ["batch_id"])
    _add_costs()


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("body_hash", _ID, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("num_tries", sa.Integer(), nullable=False),
        sa.Column("num_items", sa.Integer(), nullable=False),
        sa.Column("request", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("deadline_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_batches_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_listed", "batches", ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_batches_open", "batches", ["status"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("uq_batches_key", "batches", ["tenant_id", "idempotency_key"], unique=True)


def _create_batch_items() -> None:
    op.create_table(
        "batch_items",
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("custom_id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("request", _JSON, nullable=False),
        sa.Column("num_tries", sa.Integer(), nullable=False),
        sa.Column("job_id", _ID, nullable=True),
        sa.Column("failure", _JSON, nullable=True),
        sa.Column("usage", _JSON, nullable=True),
        sa.Column("ended_version", sa.Integer(), nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name="fk_batch_items_batch_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_batch_items"),
    )
    op.create_index(
        "uq_batch_items_custom_id", "batch_items", ["batch_id", "custom_id"], unique=True
    )
    op.create_index("ix_batch_items_status", "batch_items", ["batch_id", "status", "position"])
    op.create_index("ix_batch_items_ended", "batch_items", ["batch_id", "ended_version"])


def _add_costs() -> None:
    op.add_column("ledger", sa.Column("model", sa.String(length=512), nullable=True))
    op.add_column("ledger", sa.Column("batch_id", _ID, nullable=True))
    for name in ("prompt_price", "cached_price", "completion_price", "cost_micro_usd"):
        op.add_column("ledger", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index("ix_ledger_batch_id", "ledger", ["batch_id"])
