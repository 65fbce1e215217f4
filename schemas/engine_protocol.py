"""What do a worker and the engine process say to each other?

One POST a request, answered by a line of JSON (an `EngineEvent`) for each step, at least one a
second, and last by a result or a failure. Hanging up stops the work at its next step. Documents
are named by where they lie in the shared storage.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schemas.extraction import ContractModel, Extraction, FieldResult, FoundPassage, Mode
from schemas.jobs import Failure
from schemas.preparation import Preparation
from schemas.search import SearchFilters


class EngineDocument(ContractModel):
    """`id` is what citations call it; `key` is the parsed file's in the storage."""

    id: str
    key: str


class EngineExtract(ContractModel):
    request_id: Annotated[str, Field(description="for the logs: the job's id and attempt")]
    tenant: Annotated[str, Field(description="nothing cached is shared with another one")]
    documents: Annotated[list[EngineDocument], Field(min_length=1)]
    response_schema: dict[str, Any]
    instructions: str | None = None
    mode: Mode | None = None
    urgency: Annotated[
        int, Field(ge=0, le=9, description="0 goes first, and is let in at each step")
    ] = 5


class EnginePrepare(ContractModel):
    """Read the documents into the index; what was read is kept each few thousand tokens."""

    request_id: str
    tenant: str
    documents: Annotated[list[EngineDocument], Field(min_length=1)]
    urgency: Annotated[int, Field(ge=0, le=9)] = 9


class EngineSearch(ContractModel):
    tenant: str
    documents: Annotated[list[EngineDocument], Field(min_length=1)]
    query: str
    filters: SearchFilters = SearchFilters()
    top: int = 10


class EngineForget(ContractModel):
    """What was kept of these documents is removed, and of these folders of the storage."""

    tenant: str
    documents: list[str]
    folders: list[str] = Field(default_factory=list)


class EngineProgress(ContractModel):
    stage: str
    done: int
    total: int
    unit: str


class EngineEvent(ContractModel):
    """One line of an answer; one without content says that the engine is alive."""

    waiting: Annotated[int | None, Field(description="requests that go before this one")] = None
    progress: EngineProgress | None = None
    fields: list[FieldResult] = Field(default_factory=list)
    result: Extraction | None = None
    preparation: Preparation | None = None
    failure: Failure | None = None

    @property
    def is_last(self) -> bool:
        return any(end is not None for end in (self.result, self.preparation, self.failure))


class EngineEstimate(ContractModel):
    mode: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    document_tokens: int
    num_fields: int
    seconds: float


class EnginePrepared(ContractModel):
    """`is_prepared`: a request sees all of the documents, as they lie in the index now."""

    num_tokens: int
    num_tokens_indexed: int
    is_prepared: bool


class EngineHits(ContractModel):
    data: list[FoundPassage]


class EngineHealth(ContractModel):
    model: str
    running: int
    waiting: int
    num_steps: Annotated[int, Field(description="of the forward, since the start")]
    seconds_since_step: Annotated[float | None, Field(description="null: nothing runs")]
    prefill_tokens_per_second: float
