"""What does the service say of a unit of work, and what is asked of it?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from schemas.extraction import ContractModel, Extraction, FieldResult, Status, Usage

MAX_SCHEMA_BYTES = 256 << 10
"""Of a response schema, as compact JSON in UTF-8."""

MAX_PARTIAL_BYTES = 256 << 10
"""Of the fields that are shown of a job while it runs."""

MAX_KEEP_SECONDS = 100 * 365 * 86_400
MAX_DOCUMENTS = 100
_MOST_NAMES = 64


def _has_few_names(sent: Any) -> Any:
    """What is wrong with an object is said name by name: that may not go on for ever."""
    if isinstance(sent, dict) and len(sent) > _MOST_NAMES:
        raise ValueError(f"it has more than {_MOST_NAMES} names")
    return sent


Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)],
        Annotated[str, StringConstraints(max_length=512)],
    ],
    Field(max_length=16),
    BeforeValidator(_has_few_names),
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
    PREPARE = "prepare"
    TUNING = "tuning"


class JobKind(StrEnum):
    EXTRACTION = "extraction"
    INGEST = "ingest"
    PREPARE = "prepare"
    BATCH_FILE = "batch_file"  # of requests is read, or what answered them is written
    LINE = "line"  # a request of such a batch
    RESPONSE = "response"  # a chat in the background
    TUNING = "tuning"


class Failure(ContractModel):
    """Why a job did not come to a result, in words for the caller."""

    code: str
    message: str
    param: str | None = None
    retryable: Annotated[bool, Field(description="whether the same again may succeed")] = False


class JobUsage(Usage):
    """What a job took, and what that cost at the prices of the time it ended."""

    cost_usd: Annotated[
        float | None, Field(description="to the millionth; null: it ended before costs were kept")
    ] = None


class JobProgress(ContractModel):
    """A count whose total is 0 has not been sized (yet)."""

    stage: Annotated[
        str,
        Field(
            description="queued, waiting_for_documents, waiting_for_engine, parse, load, index, "
            "look, read, answer or done"
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


class RequestModel(ContractModel):
    """What a caller sends."""

    @model_validator(mode="before")
    @classmethod
    def _is_small(cls, sent: Any) -> Any:
        return _has_few_names(sent)


class ExtractionCreate(RequestModel):
    """What is asked: fill a schema from documents that were uploaded."""

    documents: Annotated[list[DocumentId], Field(min_length=1, max_length=MAX_DOCUMENTS)]
    response_schema: Annotated[
        dict[str, Any],
        Field(description=f"a JSON Schema of type object, up to {MAX_SCHEMA_BYTES:,} bytes"),
    ]
    response_schema_id: Annotated[
        str | None,
        Field(max_length=80, description="in its place: a saved one, as name or name@version"),
    ] = None
    instructions: Annotated[str | None, Field(max_length=8_000)] = None
    model: Annotated[
        str | None,
        Field(max_length=512, description="ft:…, a tuned one; null: the one that is served"),
    ] = None
    attachments: Annotated[
        bool,
        Field(
            description="read what came attached to these documents, too; what of it could not be "
            "read is named in the result's warnings. False names what was not read"
        ),
    ] = False
    mode: Literal["auto", "dense", "indexed", "scan"] = "auto"
    priority: Literal["interactive", "standard", "batch"] = "standard"
    deadline_seconds: Annotated[
        float | None, Field(gt=0, le=30 * 86_400, description="from now; then the job fails")
    ] = None
    expires_at: Annotated[
        AwareDatetime | None, Field(description="then it goes with its result, once it has ended")
    ] = None
    expires_after_seconds: Annotated[
        int | None,
        Field(gt=0, le=MAX_KEEP_SECONDS, description="from its end; default: the tenant's"),
    ] = None
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _expires_once(self) -> ExtractionCreate:
        if self.expires_at is not None and self.expires_after_seconds is not None:
            raise ValueError("either expires_at or expires_after_seconds")
        return self


class ListedExtraction(ContractModel):
    """An extraction in a list: without its schema, which may be large, and what was read."""

    id: str
    object: Literal["extraction"] = "extraction"
    status: Status
    version: int
    documents: list[str]
    mode: str
    priority: str
    metadata: dict[str, str]
    attempt: Annotated[int, Field(description="times it was begun")]
    progress: JobProgress
    failure: Failure | None = None
    cancel_requested: bool = False
    usage: JobUsage | None = None
    batch: Annotated[str | None, Field(description="the batch it is an item of")] = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    deadline_at: datetime
    expires_at: Annotated[
        datetime | None,
        Field(description="then it is deleted with its result; null: never, or not ended yet"),
    ] = None


class ExtractionJob(ListedExtraction):
    """An extraction as the service keeps it. `version` grows with every change."""

    response_schema: dict[str, Any]
    response_schema_id: Annotated[
        str | None, Field(description="name@version, where a saved one was asked for")
    ] = None
    instructions: str | None
    model: Annotated[str | None, Field(description="ft:…, where a tuned one was asked for")] = None
    attachments: Annotated[bool, Field(description="what came attached is read, too")] = False
    partial_fields: list[FieldResult] = Field(
        default_factory=list,
        description="fields read so far, while it runs; the latest of them, where they are many",
    )
    result: Annotated[
        Extraction | None,
        Field(description="with include=result or Prefer: wait, once it is there"),
    ] = None


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
