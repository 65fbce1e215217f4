"""Schedules, their runs, and what they have done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.String(64)
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON()


def upgrade() -> None:
    _create_schedules()
    _create_runs()
    _create_memory()


def _create_schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("key_id", _ID, nullable=True),
        sa.Column("name", _ID, nullable=False),
        sa.Column("request", _JSON, nullable=False),
        sa.Column("anchor", _TIME, nullable=False),
        sa.Column("seen_until", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=True),
        sa.Column("warmed_for", _TIME, nullable=True),
        sa.Column("wake_at", _TIME, nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_schedules_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("uq_schedules_name", "schedules", ["tenant_id", "name"], unique=True)
    op.create_index("ix_schedules_wake_at", "schedules", ["wake_at"])


def _create_runs() -> None:
    op.create_table(
        "schedule_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("schedule_id", _ID, nullable=False),
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("trigger", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("fire_time", _TIME, nullable=False),
        sa.Column("start_at", _TIME, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("num_lost", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("notes", _JSON, nullable=False),
        sa.Column("delivered_to", sa.String(2048), nullable=True),
        sa.Column("failure", _JSON, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        _of_schedule("schedule_runs"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_runs"),
    )
    op.create_index(
        "uq_schedule_runs_fire",
        "schedule_runs",
        ["schedule_id", "fire_time", "trigger"],
        unique=True,
    )
    op.create_index("ix_schedule_runs_open", "schedule_runs", ["status", "start_at"])
    op.create_index("ix_schedule_runs_listed", "schedule_runs", ["schedule_id", "created_at", "id"])


def _create_memory() -> None:
    op.create_table(
        "schedule_files",
        sa.Column("schedule_id", _ID, nullable=False),
        sa.Column("path", sa.String(1024), nullable=False),
        sa.Column("stamp", sa.String(256), nullable=False),
        sa.Column("sha256", _ID, nullable=False),
        _of_schedule("schedule_files"),
        sa.PrimaryKeyConstraint("schedule_id", "path", name="pk_schedule_files"),
    )
    op.create_table(
        "schedule_contents",
        sa.Column("schedule_id", _ID, nullable=False),
        sa.Column("sha256", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("path", sa.String(1024), nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        _of_schedule("schedule_contents"),
        sa.PrimaryKeyConstraint("schedule_id", "sha256", name="pk_schedule_contents"),
    )
    op.create_index("ix_schedule_contents_run_id", "schedule_contents", ["run_id"])


def _of_schedule(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["schedule_id"], ["schedules.id"], name=f"fk_{table}_schedule_id", ondelete="CASCADE"
    )
