"""What does the service say of a unit of work, and what is asked of it?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from schemas.extraction import ContractModel, Extraction, FieldResult, Status, Usage

Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)],
        Annotated[str, StringConstraints(max_length=512)],
    ],
    Field(max_length=16),
]
DocumentId = Annotated[str, StringConstraints(pattern=r"^doc_[0-9a-f]{32}$")]
ExtractionId = Annotated[str, StringConstraints(pattern=r"^ext_[0-9a-f]{32}$")]

FINAL = (Status.COMPLETED, Status.INCOMPLETE, Status.FAILED, Status.CANCELLED)


class Queue(StrEnum):
    """Each has slots of its own, so none starves another."""

    INTERACTIVE = "interactive"
    STANDARD = "standard"
    BATCH = "batch"
    INGEST = "ingest"


class JobKind(StrEnum):
    EXTRACTION = "extraction"
    INGEST = "ingest"


class Failure(ContractModel):
    """Why a job did not come to a result, in words for the caller."""

    code: str
    message: str
    param: str | None = None
    retryable: Annotated[bool, Field(description="whether the same again may succeed")] = False


class JobProgress(ContractModel):
    """A count whose total is 0 has not been sized (yet)."""

    stage: Annotated[
        str,
        Field(
            description="queued, waiting_for_documents, waiting_for_engine, parse, load, index, "
            "read, answer or done"
        ),
    ] = "queued"
    pages_done: int = 0
    pages_total: int = 0
    tokens_done: int = 0
    tokens_total: int = 0
    fields_done: int = 0
    fields_total: int = 0
    share: Annotated[float, Field(ge=0.0, le=1.0, description="of the whole work")] = 0.0
    eta_seconds: Annotated[float | None, Field(ge=0.0)] = None
    queue_position: Annotated[int | None, Field(ge=1, description="1 is next")] = None


class ExtractionCreate(ContractModel):
    """What is asked: fill a schema from documents that were uploaded."""

    documents: Annotated[list[DocumentId], Field(min_length=1, max_length=100)]
    response_schema: Annotated[dict[str, Any], Field(description="a JSON Schema of type object")]
    instructions: Annotated[str | None, Field(max_length=8_000)] = None
    mode: Literal["auto", "dense", "indexed", "scan"] = "auto"
    priority: Literal["interactive", "standard", "batch"] = "standard"
    deadline_seconds: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="from now; then the job fails")
    ] = None
    metadata: Metadata = Field(default_factory=dict)


class ExtractionJob(ContractModel):
    """An extraction as the service keeps it. `version` grows with every change."""

    id: str
    object: Literal["extraction"] = "extraction"
    status: Status
    version: int
    documents: list[str]
    response_schema: dict[str, Any]
    instructions: str | None
    mode: str
    priority: str
    metadata: dict[str, str]
    attempt: Annotated[int, Field(description="times it was begun")]
    progress: JobProgress
    partial_fields: list[FieldResult] = Field(
        default_factory=list, description="fields read so far, while it runs"
    )
    result: Annotated[
        Extraction | None,
        Field(description="with include=result or Prefer: wait, once it is there"),
    ] = None
    failure: Failure | None = None
    cancel_requested: bool = False
    usage: Usage | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    deadline_at: datetime


class Estimate(ContractModel):
    """What an extraction would take, without doing it."""

    documents: list[str]
    mode: str
    prompt_tokens: int
    cached_tokens: Annotated[int, Field(description="of the prompt tokens: read before")]
    completion_tokens: Annotated[int, Field(description="about; answers are short")]
    document_tokens: int
    num_fields: int
    seconds: Annotated[float, Field(description="of the engine, from its own measured speed")]
    queue_seconds: Annotated[float, Field(description="about, for what waits before it")]
    cost_usd: Annotated[float, Field(description="at the prices of the settings")]
