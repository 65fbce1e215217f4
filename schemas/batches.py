"""What is a batch of extractions, and what is asked of one?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from schemas.extraction import ContractModel, Extraction, Status
from schemas.jobs import Failure, JobUsage, Metadata, RequestModel

BatchId = Annotated[str, StringConstraints(pattern=r"^bat_[0-9a-f]{32}$")]
CustomId = Annotated[str, StringConstraints(min_length=1, max_length=255)]
NamedDocument = Annotated[str, StringConstraints(min_length=1, max_length=512)]
ReadingMode = Literal["auto", "dense", "indexed", "scan"]

_Schema = Annotated[
    dict[str, Any] | None, Field(description="a JSON Schema of type object; none: the batch's")
]
_Instructions = Annotated[str | None, Field(max_length=8_000)]


class BatchStatus(StrEnum):
    """`failed`: every item failed. `expired`: its deadline passed before all items had ended. What
    ended before stays in every case."""

    IN_PROGRESS = "in_progress"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN = (BatchStatus.IN_PROGRESS, BatchStatus.CANCELLING)


class BatchShared(RequestModel):
    """What items have in common that do not say otherwise; `metadata` and the deadline are the
    batch's own."""

    response_schema: _Schema = None
    instructions: _Instructions = None
    attachments: bool = False
    mode: ReadingMode = "auto"
    deadline_seconds: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="from now; then the batch expires")
    ] = None
    metadata: Metadata = Field(default_factory=dict)


class BatchItemCreate(RequestModel):
    """One extraction of a batch: of one document, or of several read together."""

    custom_id: Annotated[
        CustomId | None, Field(description="unique in the batch; none: item-N, counted from 1")
    ] = None
    document: Annotated[
        NamedDocument | None, Field(description="an id doc_…, or the name of an uploaded document")
    ] = None
    documents: Annotated[list[NamedDocument] | None, Field(min_length=1, max_length=100)] = None
    response_schema: _Schema = None
    instructions: _Instructions = None
    attachments: bool | None = None
    mode: ReadingMode | None = None
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_documents(self) -> BatchItemCreate:
        if (self.document is None) == (self.documents is None):
            raise ValueError("it names either document or documents")
        if self.documents and len(set(self.documents)) < len(self.documents):
            raise ValueError("a document is named twice")
        return self

    @property
    def named(self) -> list[str]:
        return [self.document] if self.document is not None else list(self.documents or ())


class BatchCreate(BatchShared):
    """One schema and many documents, or items that say more of themselves."""

    documents: Annotated[
        list[NamedDocument] | None, Field(description="each is an item of its own")
    ] = None
    items: list[BatchItemCreate] | None = None

    @model_validator(mode="after")
    def _names_items(self) -> BatchCreate:
        if not self.documents and not self.items:
            raise ValueError("it names neither documents nor items")
        return self


class BatchCounts(ContractModel):
    """Of items. `queued` counts those that were not begun."""

    total: int = 0
    queued: int = 0
    running: int = 0
    completed: int = 0
    incomplete: int = 0
    failed: int = 0
    cancelled: int = 0


class Batch(ContractModel):
    """A batch as the service keeps it. `version` grows with every change."""

    id: str
    object: Literal["extraction_batch"] = "extraction_batch"
    status: BatchStatus
    version: int
    counts: BatchCounts
    metadata: dict[str, str]
    usage: Annotated[
        JobUsage, Field(description="what its results took so far, as the ledger has it")
    ]
    eta_seconds: Annotated[
        float | None, Field(description="about, from the items that ended so far")
    ] = None
    num_tries: Annotated[int, Field(description="1, and one more each time items were retried")] = 1
    created_at: datetime
    finished_at: datetime | None = None
    deadline_at: datetime


class BatchItem(ContractModel):
    position: Annotated[int, Field(ge=1)]
    custom_id: str
    status: Status
    documents: Annotated[list[str], Field(description="as they were named")]
    extraction: Annotated[str | None, Field(description="its id, once it was taken up")] = None
    metadata: dict[str, str]
    failure: Failure | None = None
    usage: JobUsage | None = None
    num_tries: Annotated[int, Field(description="times it was taken up")] = 0
    ended: Annotated[
        int | None, Field(description="order in which items ended: a growing number")
    ] = None
    finished_at: datetime | None = None
    result: Annotated[Extraction | None, Field(description="with include=result")] = None


class BatchList(ContractModel):
    object: Literal["list"] = "list"
    data: list[Batch]
    has_more: bool
    next: Annotated[str | None, Field(description="`after` for the next page")] = None


class BatchItemList(ContractModel):
    object: Literal["list"] = "list"
    data: list[BatchItem]
    has_more: bool
    next: Annotated[
        int | None, Field(description="`after` for what follows: later, too, with order=ended")
    ] = None


class BatchDeleted(ContractModel):
    id: str
    object: Literal["extraction_batch"] = "extraction_batch"
    deleted: Literal[True] = True


class BatchEstimate(ContractModel):
    """What a batch would take, without doing it."""

    num_items: int
    num_estimated: Annotated[
        int, Field(description="items that the engine sized; the sums are scaled up from these")
    ]
    not_estimated: Annotated[
        list[str], Field(description="why others were not, each reason once with its number")
    ]
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    cost_usd: Annotated[float, Field(description="at the prices of the settings, for batches")]
