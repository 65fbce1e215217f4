"""What do a worker and the engine process say to each other?

One POST a request, answered by a line of JSON (an `EngineEvent`) for each step, at least one a
second, and last by a result or a failure. Hanging up stops the work at its next step. Documents
are named by where they lie in the shared storage.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schemas.caches import CacheChange, Warmed
from schemas.extraction import (
    ContractModel,
    Extraction,
    FieldResult,
    FoundPassage,
    Mode,
    Usage,
)
from schemas.generation import ChatMessage, GenerateOptions, Piece
from schemas.jobs import Failure
from schemas.preparation import Preparation
from schemas.search import SearchFilters


class EngineDocument(ContractModel):
    """`id` is what citations call it; `key` is the parsed file's in the storage."""

    id: str
    key: str


class EngineAdapter(ContractModel):
    """`id` is the name of the tuned model; `folder` of the storage holds its adapter."""

    id: str
    folder: str


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
    adapter: Annotated[
        EngineAdapter | None, Field(description="of a tuned model; none: the model as it is")
    ] = None


class EnginePrepare(ContractModel):
    """Read the documents into the index; what was read is kept each few thousand tokens."""

    request_id: str
    tenant: str
    documents: Annotated[list[EngineDocument], Field(min_length=1)]
    urgency: Annotated[int, Field(ge=0, le=9)] = 9


class EngineGenerate(ContractModel):
    """What the model says next, told in pieces as it says it."""

    request_id: str
    tenant: str
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    options: GenerateOptions = GenerateOptions()
    urgency: Annotated[int, Field(ge=0, le=9)] = 1

    @property
    def documents(self) -> list[EngineDocument]:
        """Those that must not be forgotten meanwhile."""
        return []


class EngineCount(ContractModel):
    """How many tokens would the model read of a chat?"""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    options: GenerateOptions = GenerateOptions()


class EngineWarm(ContractModel):
    """Read the documents as an extraction would, whole where there is no schema; what was read is
    kept as it goes."""

    request_id: str
    tenant: str
    documents: Annotated[list[EngineDocument], Field(min_length=1)]
    response_schema: dict[str, Any] | None = None
    mode: Mode | None = None
    urgency: Annotated[int, Field(ge=0, le=9)] = 9


class EngineCaches(ContractModel):
    """Which prompts are kept of this tenant's: of these documents, or of all."""

    tenant: str
    documents: list[str] = Field(default_factory=list)


class EngineCache(ContractModel):
    """One of them: to be looked at, changed where a change is given, or removed."""

    tenant: str
    id: str
    change: CacheChange | None = None


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
    pieces: list[Piece] = Field(default_factory=list)
    used: Annotated[Usage | None, Field(description="by a chat so far")] = None
    usage: Annotated[Usage | None, Field(description="of a chat that came to its end")] = None
    warmed: Warmed | None = None
    failure: Failure | None = None

    @property
    def is_last(self) -> bool:
        ends = (self.result, self.preparation, self.warmed, self.usage, self.failure)
        return any(end is not None for end in ends)


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


class EngineCounted(ContractModel):
    num_tokens: int
    max_tokens: Annotated[int, Field(description="that the model takes, what it says included")]


class EngineHits(ContractModel):
    data: list[FoundPassage]


class EngineHealth(ContractModel):
    model: str
    running: int
    waiting: int
    num_steps: Annotated[int, Field(description="of the forward, since the start")]
    seconds_since_step: Annotated[float | None, Field(description="null: nothing runs")]
    prefill_tokens_per_second: float
    chats: Annotated[bool, Field(description="whether the model was made to chat")] = False
    opened: Annotated[int, Field(description="the model, in seconds since 1970")] = 0
