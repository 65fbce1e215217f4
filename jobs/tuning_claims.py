"""What does a worker learn of a training that it claimed, and what does it write down?

Every write carries the claim, and changes nothing where the job has gone on without it, which is
what False says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from jobs.database import Database
from jobs.job_claims import Claim, held
from jobs.job_states import conclude
from jobs.storage import adapter_folder
from jobs.tables import RemovalRecord
from jobs.tuned_models import TUNED
from jobs.tuning_events import add_event
from jobs.tuning_tables import (
    TunedModelRecord,
    TuningCheckpointRecord,
    TuningEventRecord,
    TuningRecord,
)
from schemas.extraction import Status
from schemas.openai_tuning import FineTuningCreate
from schemas.settings import Settings
from schemas.tuning import TuningDone, TuningPlan, TuningScore, TuningTold


@dataclass(frozen=True, slots=True)
class TuningTarget:
    """What a worker needs to know: `state_key` is what an attempt before this one kept."""

    create: FineTuningCreate
    plan: TuningPlan
    state_key: str | None


class TuningClaims:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def target(self, claim: Claim) -> TuningTarget:
        with self._database.reading() as session:
            tuning = session.get(TuningRecord, claim.job_id)
            assert tuning is not None, "a training has its record"
            create = FineTuningCreate.model_validate(claim.request)
            plan = create.asked.plan(tuning.seed, self._settings.tuning.checkpoint_steps)
            if tuning.base_score is not None:
                score = TuningScore.model_validate(tuning.base_score)
                plan = plan.model_copy(update={"base_score": score})
            return TuningTarget(create, plan, tuning.state_key)

    def tell(self, claim: Claim, told: Sequence[TuningTold]) -> bool:
        """What happened, in its order. False changes nothing: the job goes on without us."""
        with self._database.transaction() as session:
            job = held(session, claim)
            if job is None:
                return False
            tuning = session.get(TuningRecord, claim.job_id)
            assert tuning is not None
            now = self._database.now(session)
            for one in told:
                add_event(session, job.id, one.message, now, level=one.level, data=_metrics(one))
                tuning.trained_tokens = one.trained_tokens or tuning.trained_tokens
                tuning.hyperparameters = one.hyperparameters or tuning.hyperparameters
                if one.kind == "scored" and one.score is not None:
                    tuning.base_score = one.score.model_dump(mode="json")
                if one.step_seconds is not None:
                    left = one.step_seconds * (one.total_steps - one.step)
                    tuning.estimated_finish = now + timedelta(seconds=left)
            job.version += 1
            return True

    def keep(self, claim: Claim, told: TuningTold, state_key: str) -> bool:
        """From here on the next attempt goes on from this state. Attempts that were lost before
        it do not count any more: the training went on."""
        with self._database.transaction() as session:
            job = held(session, claim)
            if job is None:
                return False
            tuning = session.get(TuningRecord, claim.job_id)
            assert tuning is not None
            tuning.state_key, tuning.state_step, job.num_lost = state_key, told.step, 0
            known = session.get(TuningCheckpointRecord, (claim.job_id, told.step))
            if known is None:
                session.add(
                    TuningCheckpointRecord(
                        job_id=job.id,
                        step=told.step,
                        metrics=_metrics(told),
                        created_at=self._database.now(session),
                    )
                )
            return True

    def steps(self, job_id: str) -> list[TuningTold]:
        """Those that were told, in their order, for the table of their metrics."""
        wanted = select(TuningEventRecord).where(
            TuningEventRecord.job_id == job_id, TuningEventRecord.type == "metrics"
        )
        with self._database.reading() as session:
            records = session.scalars(wanted.order_by(TuningEventRecord.number)).all()
            return [
                TuningTold(
                    kind="step",
                    message="",
                    step=record.data["step"],
                    train_loss=record.data.get("train_loss"),
                    valid_loss=record.data.get("full_valid_loss"),
                    trained_tokens=record.data.get("trained_tokens", 0),
                )
                for record in records
            ]

    def finish(
        self, claim: Claim, done: TuningDone, result_file: str | None, *, is_offered: bool
    ) -> str | None:
        """The scores and the metrics' file; where it is offered, the job is completed, and the
        model has a name, which is given back. None else, or where the job is not ours any more."""
        with self._database.transaction() as session:
            job = held(session, claim)
            if job is None:
                return None
            tuning = session.get(TuningRecord, claim.job_id)
            assert tuning is not None
            tuning.base_score = done.base.model_dump(mode="json")
            tuning.tuned_score = done.tuned.model_dump(mode="json") if done.tuned else None
            tuning.trained_tokens, tuning.result_file = done.trained_tokens, result_file
            if not is_offered:
                return None
            now = self._database.now(session)
            folder = adapter_folder(claim.tenant, job.id)
            create = FineTuningCreate.model_validate(job.request)
            tail = job.id.rpartition("-")[2][:8]
            name = f"{TUNED}{tuning.model}:{claim.tenant}:{create.suffix or ''}:{tail}"
            tuning.tuned_model = name
            session.add(
                TunedModelRecord(
                    id=name,
                    tenant_id=claim.tenant,
                    job_id=job.id,
                    base=tuning.model,
                    folder=folder,
                    created_at=now,
                )
            )
            session.execute(delete(RemovalRecord).where(RemovalRecord.folder == folder))
            add_event(session, job.id, f"New fine-tuned model created: {name}", now)
            conclude(session, job, Status.COMPLETED, now)
            return name


def _metrics(told: TuningTold) -> dict[str, float]:
    if told.kind not in ("step", "kept"):
        return {}
    found = {
        "step": told.step,
        "total_steps": told.total_steps,
        "train_loss": told.train_loss,
        "full_valid_loss": told.valid_loss,
        "trained_tokens": told.trained_tokens,
    }
    return {name: value for name, value in found.items() if value is not None}
