"""What is a schedule, and what is asked of one?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from schemas.batches import ReadingMode
from schemas.extraction import ContractModel
from schemas.jobs import Failure, Metadata, RequestModel

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Connection = Annotated[
    str | None,
    Field(max_length=64, description="a name of schedules.connections; none: the environment's"),
]


class CatchUp(StrEnum):
    """Of the times that passed while nobody looked."""

    NONE = "none"
    LATEST = "latest"
    ALL = "all"


class Overlap(StrEnum):
    """Of a run whose time comes while another one is under way."""

    SKIP = "skip"
    QUEUE = "queue"
    CANCEL = "cancel"


class RunStatus(StrEnum):
    QUEUED = "queued"
    COLLECTING = "collecting"
    RUNNING = "running"
    DELIVERING = "delivering"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


ACTIVE_RUN = (RunStatus.COLLECTING, RunStatus.RUNNING, RunStatus.DELIVERING)


class Trigger(StrEnum):
    """`warm`: documents were taken in and prepared before the time of a run."""

    TIME = "time"
    MANUAL = "manual"
    WARM = "warm"


class FolderSource(RequestModel):
    kind: Literal["folder"]
    path: Annotated[Place, Field(description="absolute; in one of schedules.allowed_folders")]


class UrlSource(RequestModel):
    kind: Literal["url"]
    url: Annotated[Place, Field(description="such as s3://bucket/folder, as fsspec knows them")]
    connection: Connection = None


class InboxSource(RequestModel):
    """Documents that were uploaded since the schedule was made."""

    kind: Literal["inbox"]
    metadata: Annotated[Metadata, Field(description="only those that carry all of these")] = Field(
        default_factory=dict
    )


Source = Annotated[FolderSource | UrlSource | InboxSource, Field(discriminator="kind")]
Grid = Annotated[
    Literal["csv", "xlsx", "jsonl"] | None,
    Field(description="one file with a row for each document, beside a JSON file for each"),
]


class FolderTarget(RequestModel):
    kind: Literal["folder"]
    path: Place
    grid: Grid = "csv"


class UrlTarget(RequestModel):
    kind: Literal["url"]
    url: Place
    connection: Connection = None
    grid: Grid = "csv"


Target = Annotated[FolderTarget | UrlTarget, Field(discriminator="kind")]


class ScheduledExtraction(RequestModel):
    """What is asked of each document."""

    response_schema: dict[str, Any]
    instructions: Annotated[str | None, Field(max_length=8_000)] = None
    attachments: bool = False
    mode: ReadingMode = "auto"
    deadline_seconds: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="from the run's begin")
    ] = None


Cron = Annotated[
    str | None,
    Field(max_length=256, description='five fields ("0 2 * * 1-5"), or six with seconds first'),
]
Every = Annotated[float | None, Field(ge=1, le=366 * 86_400, description="seconds between runs")]
Patterns = Annotated[list[Pattern], Field(max_length=32)]


class ScheduleCreate(RequestModel):
    """Either `cron`, in the time zone, or `every_seconds`."""

    name: Annotated[Name, Field(description="unique; results lie in a folder of this name")]
    cron: Cron = None
    every_seconds: Every = None
    zone: Annotated[str, Field(max_length=64, description="IANA, such as Europe/Berlin")] = "UTC"
    source: Source
    include: Patterns = Field(
        default_factory=list,
        description="globs; one without a / is for the name in any folder; none: all files",
    )
    exclude: Patterns = Field(default_factory=list)
    extraction: ScheduledExtraction
    target: Annotated[
        Target | None, Field(description="where results go; none: they are asked for")
    ] = None
    catch_up: CatchUp = CatchUp.LATEST
    overlap: Overlap = Overlap.SKIP
    jitter_seconds: Annotated[
        float, Field(ge=0, le=86_400, description="at most so much later")
    ] = 0
    settle_seconds: Annotated[
        float, Field(ge=0, le=86_400, description="a file changed since then is left for the next")
    ] = 5
    warm: Annotated[bool, Field(description="prepare documents as soon as they are found")] = True
    warm_before_seconds: Annotated[
        float, Field(ge=0, le=86_400, description="look for documents so long before a run")
    ] = 0
    paused: bool = False

    @model_validator(mode="after")
    def _has_one_timing(self) -> ScheduleCreate:
        if (self.cron is None) == (self.every_seconds is None):
            raise ValueError("it has either cron or every_seconds")
        return self


class ScheduleUpdate(RequestModel):
    """What is named is changed. A new timing counts from now; it may not be both."""

    cron: Cron = None
    every_seconds: Every = None
    zone: Annotated[str | None, Field(max_length=64)] = None
    source: Source | None = None
    include: Patterns | None = None
    exclude: Patterns | None = None
    extraction: ScheduledExtraction | None = None
    target: Target | None = None
    catch_up: CatchUp | None = None
    overlap: Overlap | None = None
    jitter_seconds: Annotated[float | None, Field(ge=0, le=86_400)] = None
    settle_seconds: Annotated[float | None, Field(ge=0, le=86_400)] = None
    warm: bool | None = None
    warm_before_seconds: Annotated[float | None, Field(ge=0, le=86_400)] = None


class RunCounts(ContractModel):
    """Files of the source, then documents of the run."""

    listed: int = 0
    new: Annotated[int, Field(description="new or changed by content: the run's documents")] = 0
    unchanged: Annotated[int, Field(description="of content that the schedule had done")] = 0
    unsettled: Annotated[int, Field(description="changed just now: left for the next run")] = 0
    refused: Annotated[int, Field(description="links, and what could not be read")] = 0
    left: Annotated[int, Field(description="past the limit of a run: left for the next")] = 0
    completed: int = 0
    incomplete: int = 0
    failed: int = 0
    cancelled: int = 0


class ScheduleRun(ContractModel):
    id: str
    object: Literal["schedule_run"] = "schedule_run"
    schedule: str
    trigger: Trigger
    status: RunStatus
    fire_time: Annotated[datetime, Field(description="the time of the schedule that it is for")]
    start_at: Annotated[datetime, Field(description="with its jitter")]
    batch: Annotated[str | None, Field(description="its extractions, once it has some")] = None
    counts: RunCounts
    notes: list[str] = Field(
        default_factory=list, description="what is to be known of single files"
    )
    delivered_to: str | None = None
    failure: Failure | None = None
    created_at: datetime
    finished_at: datetime | None = None


class Schedule(ContractModel):
    id: str
    object: Literal["schedule"] = "schedule"
    name: str
    cron: str | None
    every_seconds: float | None
    zone: str
    source: Source
    include: list[str]
    exclude: list[str]
    extraction: ScheduledExtraction
    target: Target | None
    catch_up: CatchUp
    overlap: Overlap
    jitter_seconds: float
    settle_seconds: float
    warm: bool
    warm_before_seconds: float
    paused: bool
    next_run: Annotated[datetime | None, Field(description="none while it is paused")]
    created_at: datetime


class ScheduleList(ContractModel):
    object: Literal["list"] = "list"
    data: list[Schedule]


class ScheduleRunList(ContractModel):
    """Newest first."""

    object: Literal["list"] = "list"
    data: list[ScheduleRun]
    has_more: bool
    next: Annotated[str | None, Field(description="`after` for the next page")] = None


class NextRuns(ContractModel):
    object: Literal["list"] = "list"
    data: Annotated[list[datetime], Field(description="UTC, without jitter")]


class ScheduleDeleted(ContractModel):
    id: str
    object: Literal["schedule"] = "schedule"
    deleted: Literal[True] = True
