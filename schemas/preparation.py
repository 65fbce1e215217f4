"""What does it take to read documents before anyone asks, and how far is it?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel, Status
from schemas.jobs import Failure, JobProgress


class Preparation(ContractModel):
    """Tokens of passages: of all, in the index now, and of those read for it just now. Without
    an index, as with a model that has none, nothing is read."""

    num_tokens: int
    num_tokens_indexed: int
    num_tokens_read: int
    seconds: float


class PreparationJob(ContractModel):
    """The reading of a document into the index. `version` grows with every change."""

    id: str
    object: Literal["preparation"] = "preparation"
    status: Annotated[
        Status, Field(description="incomplete: the cache had no room for all of the index")
    ]
    version: int
    document: str
    attempt: Annotated[int, Field(description="times it was begun; each goes on with the last")]
    progress: Annotated[JobProgress, Field(description="its tokens are those in the index")]
    failure: Failure | None = None
    cancel_requested: bool = False
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    deadline_at: datetime
