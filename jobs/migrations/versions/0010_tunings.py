"""Trainings, and the models that came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "tunings",
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("model", sa.String(512), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("hyperparameters", _JSON, nullable=True),
        sa.Column("trained_tokens", sa.BigInteger(), nullable=True),
        sa.Column("state_key", sa.String(512), nullable=True),
        sa.Column("state_step", sa.Integer(), nullable=False),
        sa.Column("base_score", _JSON, nullable=True),
        sa.Column("tuned_score", _JSON, nullable=True),
        sa.Column("tuned_model", sa.String(512), nullable=True),
        sa.Column("result_file", sa.String(64), nullable=True),
        sa.Column("estimated_finish", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_tunings_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name="pk_tunings"),
    )
    op.create_table(
        "tuning_events",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("data", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_tuning_events_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_tuning_events"),
    )
    op.create_index("ix_tuning_events_job", "tuning_events", ["job_id", "number"])
    op.create_table(
        "tuning_checkpoints",
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("metrics", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name="fk_tuning_checkpoints_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "step", name="pk_tuning_checkpoints"),
    )
    op.create_table(
        "tuned_models",
        sa.Column("id", sa.String(512), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("base", sa.String(512), nullable=False),
        sa.Column("folder", sa.String(512), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name="fk_tuned_models_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tuned_models"),
    )
    op.create_index("ix_tuned_models_listed", "tuned_models", ["tenant_id", "created_at"])
