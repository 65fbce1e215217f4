"""What does the service say of a training?"""

from __future__ import annotations

from jobs.tables import JobRecord
from jobs.tuned_models import TUNED
from jobs.tuning_events import told_status
from jobs.tuning_tables import TuningCheckpointRecord, TuningEventRecord, TuningRecord
from schemas.errors import NotFound
from schemas.extraction import Status
from schemas.openai_tuning import (
    FineTuningCheckpoint,
    FineTuningCreate,
    FineTuningError,
    FineTuningEvent,
    FineTuningJob,
    FineTuningScores,
    FineTuningStatus,
    Hyperparameters,
    Method,
    SupervisedMethod,
)

_EVENT = "ftevent-"


def tuning_job(job: JobRecord, tuning: TuningRecord) -> FineTuningJob:
    create = FineTuningCreate.model_validate(job.request)
    chosen = create.asked
    if tuning.hyperparameters is not None:
        chosen = Hyperparameters.model_validate(tuning.hyperparameters)
    status = told_status(job)
    if status is FineTuningStatus.RUNNING and tuning.hyperparameters is None:
        status = FineTuningStatus.VALIDATING_FILES
    return FineTuningJob(
        id=job.id,
        created_at=int(job.created_at.timestamp()),
        error=_error_of(job),
        fine_tuned_model=tuning.tuned_model,
        finished_at=None if job.finished_at is None else int(job.finished_at.timestamp()),
        hyperparameters=chosen,
        model=tuning.model,
        organization_id=job.tenant_id,
        result_files=[tuning.result_file] if tuning.result_file else [],
        status=status,
        trained_tokens=tuning.trained_tokens,
        training_file=create.training_file,
        validation_file=create.validation_file,
        seed=tuning.seed,
        estimated_finish=_estimated(job, tuning),
        method=Method(type="supervised", supervised=SupervisedMethod(hyperparameters=chosen)),
        metadata={name: str(value) for name, value in job.tags.items()},
        needlepoint=FineTuningScores.model_validate(
            {"base": tuning.base_score, "tuned": tuning.tuned_score}
        ),
    )


def event_of(record: TuningEventRecord) -> FineTuningEvent:
    return FineTuningEvent.model_validate(
        {
            "id": f"{_EVENT}{record.number:012d}",
            "created_at": int(record.created_at.timestamp()),
            "level": record.level,
            "message": record.message,
            "type": record.type,
            "data": record.data,
        }
    )


def event_number(event_id: str) -> int:
    """Raises `NotFound` for what is no event's id."""
    number = event_id.removeprefix(_EVENT)
    if not event_id.startswith(_EVENT) or not (number.isascii() and number.isdigit()):
        raise NotFound("there is no such event", param="after")
    return int(number[:18])


def checkpoint_of(
    job: JobRecord, tuning: TuningRecord, record: TuningCheckpointRecord
) -> FineTuningCheckpoint:
    tail, step = job.id.rpartition("-")[2], record.step
    suffix = FineTuningCreate.model_validate(job.request).suffix or ""
    name = f"{TUNED}{tuning.model}:{job.tenant_id}:{suffix}:{tail[:8]}:ckpt-step-{step}"
    known = ("step", "train_loss", "full_valid_loss")
    return FineTuningCheckpoint(
        id=f"ftckpt-{tail}-{step}",
        created_at=int(record.created_at.timestamp()),
        fine_tuning_job_id=job.id,
        fine_tuned_model_checkpoint=name,
        step_number=step,
        metrics={name: record.metrics[name] for name in known if name in record.metrics},
    )


def _error_of(job: JobRecord) -> FineTuningError | None:
    if job.status != Status.FAILED or job.failure is None:
        return None
    failure = job.failure
    return FineTuningError(
        code=failure["code"], message=failure["message"], param=failure.get("param")
    )


def _estimated(job: JobRecord, tuning: TuningRecord) -> int | None:
    if job.status != Status.RUNNING or tuning.estimated_finish is None:
        return None
    return int(tuning.estimated_finish.timestamp())
