"""Which tables hold trainings and what came of them?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.tables import Table

_Id = String(64)
_Name = String(512)
_Number = BigInteger().with_variant(Integer, "sqlite")


class TuningRecord(Table):
    """What a job of the kind `tuning` has beside its state. `state_key` is what the next attempt
    goes on from, kept after `state_step` steps; the job's request is what was asked,
    `hyperparameters` what was chosen once the files were read."""

    __tablename__ = "tunings"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(_Name)
    seed: Mapped[int] = mapped_column(BigInteger)
    hyperparameters: Mapped[dict[str, Any] | None]
    trained_tokens: Mapped[int | None] = mapped_column(BigInteger)
    state_key: Mapped[str | None] = mapped_column(_Name)
    state_step: Mapped[int] = mapped_column(Integer)
    base_score: Mapped[dict[str, Any] | None]
    tuned_score: Mapped[dict[str, Any] | None]
    tuned_model: Mapped[str | None] = mapped_column(_Name)
    result_file: Mapped[str | None] = mapped_column(_Id)
    estimated_finish: Mapped[datetime | None]


class TuningEventRecord(Table):
    """In the order in which it was told."""

    __tablename__ = "tuning_events"
    __table_args__ = (Index("ix_tuning_events_job", "job_id", "number"),)

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    level: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]


class TuningCheckpointRecord(Table):
    """That a training was kept. Of what was kept, the last alone is there."""

    __tablename__ = "tuning_checkpoints"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(Integer, primary_key=True)
    metrics: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class TunedModelRecord(Table):
    """An adapter that is offered: its files lie in `folder` of the storage. `base` is the model
    that it was trained on."""

    __tablename__ = "tuned_models"
    __table_args__ = (Index("ix_tuned_models_listed", "tenant_id", "created_at"),)

    id: Mapped[str] = mapped_column(_Name, primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    job_id: Mapped[str] = mapped_column(_Id)
    base: Mapped[str] = mapped_column(_Name)
    folder: Mapped[str] = mapped_column(_Name)
    created_at: Mapped[datetime]
