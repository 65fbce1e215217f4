"""What was used, and what did it cost?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel


class UsageGroup(StrEnum):
    DAY = "day"
    KEY = "key"
    MODEL = "model"
    BATCH = "batch"


class UsageSums(ContractModel):
    num_results: Annotated[
        int, Field(description="extractions that came to a result, and chats")
    ] = 0
    prompt_tokens: int = 0
    cached_tokens: Annotated[int, Field(description="of the prompt tokens")] = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost_usd: Annotated[float, Field(description="at the prices of their time")] = 0.0
    num_unpriced: Annotated[
        int, Field(description="results from before costs were kept: they are not in cost_usd")
    ] = 0


class UsageLine(UsageSums):
    """The sums of a group; what it is not grouped by is left out, as null."""

    day: Annotated[str | None, Field(description="UTC, as 2026-11-22")] = None
    key: Annotated[str | None, Field(description="null, too, for what came without a key")] = None
    model: str | None = None
    batch: Annotated[str | None, Field(description="null, too, for what is of none")] = None


class UsageReport(ContractModel):
    """Of the ledger, which outlives the extractions."""

    object: Literal["usage"] = "usage"
    start: datetime | None
    stop: datetime | None
    data: list[UsageLine]
    total: UsageSums
