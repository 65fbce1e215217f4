"""How are trainings asked for and told on the OpenAI routes? Times are seconds since the epoch."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from schemas.extraction import ContractModel
from schemas.jobs import Metadata, RequestModel
from schemas.tuning import TuningPlan, TuningScore

Auto = Literal["auto"]
FileId = Annotated[str, StringConstraints(pattern=r"^file-[0-9a-f]{32}$")]


class Hyperparameters(RequestModel):
    """`batch_size` counts questions: a line asks one for each field."""

    n_epochs: Annotated[int, Field(ge=1, le=50)] | Auto = "auto"
    batch_size: Annotated[int, Field(ge=1, le=256)] | Auto = "auto"
    learning_rate_multiplier: Annotated[float, Field(gt=0, le=100)] | Auto = "auto"

    def plan(self, seed: int, checkpoint_steps: int) -> TuningPlan:
        chosen = {name: value for name, value in self if value != "auto"}
        return TuningPlan(seed=seed, checkpoint_steps=checkpoint_steps, **chosen)


class SupervisedMethod(RequestModel):
    hyperparameters: Hyperparameters = Hyperparameters()


class Method(RequestModel):
    type: Annotated[Literal["supervised"], Field(description="the only one")]
    supervised: SupervisedMethod = SupervisedMethod()


class FineTuningCreate(RequestModel):
    model: str
    training_file: Annotated[
        FileId, Field(description="of purpose fine-tune: JSON Lines, each a `TuningLine`")
    ]
    validation_file: Annotated[
        FileId | None, Field(description="lines to tell by; null: of a fifth of the documents")
    ] = None
    suffix: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", description="of its name")
    ] = None
    seed: Annotated[int | None, Field(ge=0, le=2_147_483_647)] = None
    hyperparameters: Hyperparameters | None = None
    method: Method | None = None
    metadata: Metadata | None = None
    integrations: Annotated[
        list[Any] | None, Field(max_length=0, description="there are none here")
    ] = None

    @model_validator(mode="after")
    def _says_how_once(self) -> FineTuningCreate:
        if self.hyperparameters is not None and self.method is not None:
            raise ValueError("give hyperparameters within method, or alone")
        return self

    @property
    def asked(self) -> Hyperparameters:
        if self.method is not None:
            return self.method.supervised.hyperparameters
        return self.hyperparameters or Hyperparameters()


class FineTuningStatus(StrEnum):
    VALIDATING_FILES = "validating_files"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FineTuningError(ContractModel):
    code: str
    message: str
    param: str | None


class FineTuningScores(ContractModel):
    """Of the held-out fields, by the model as it is and by the tuned one."""

    base: TuningScore | None = None
    tuned: TuningScore | None = None


class FineTuningJob(ContractModel):
    """`needlepoint` is ours: what decides whether the tuned model is offered."""

    id: str
    object: Literal["fine_tuning.job"] = "fine_tuning.job"
    created_at: int
    error: FineTuningError | None
    fine_tuned_model: str | None
    finished_at: int | None
    hyperparameters: Hyperparameters
    model: str
    organization_id: str
    result_files: list[str]
    status: FineTuningStatus
    trained_tokens: int | None
    training_file: str
    validation_file: str | None
    integrations: Annotated[list[Any], Field(max_length=5)] = Field(default_factory=list)
    seed: int
    estimated_finish: int | None
    method: Method
    metadata: dict[str, str] | None = None
    needlepoint: FineTuningScores = FineTuningScores()


class FineTuningList(ContractModel):
    object: Literal["list"] = "list"
    data: list[FineTuningJob]
    has_more: bool


class FineTuningEvent(ContractModel):
    id: str
    object: Literal["fine_tuning.job.event"] = "fine_tuning.job.event"
    created_at: int
    level: Literal["info", "warn", "error"]
    message: str
    type: Literal["message", "metrics"]
    data: dict[str, Any]


class FineTuningEventList(ContractModel):
    object: Literal["list"] = "list"
    data: list[FineTuningEvent]
    has_more: bool


class FineTuningCheckpoint(ContractModel):
    """Where a training goes on after a restart. It is not a model that can be asked: what it
    would read was not scored."""

    id: str
    object: Literal["fine_tuning.job.checkpoint"] = "fine_tuning.job.checkpoint"
    created_at: int
    fine_tuning_job_id: str
    fine_tuned_model_checkpoint: str
    step_number: int
    metrics: dict[str, float]


class FineTuningCheckpointList(ContractModel):
    object: Literal["list"] = "list"
    data: list[FineTuningCheckpoint]
    first_id: str | None
    last_id: str | None
    has_more: bool


class ModelDeleted(ContractModel):
    id: str
    object: Literal["model"] = "model"
    deleted: Literal[True] = True
