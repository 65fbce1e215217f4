"""What is a batch of requests, as clients of OpenAI know it? Times are seconds since the epoch.

Our own batches, of extractions, are in `schemas.batches`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel
from schemas.jobs import Metadata
from schemas.openai_answers import LEFT_OUT
from schemas.openai_files import ExpiresAfter

WINDOW_SECONDS = 86_400
_Time = Annotated[int | None, LEFT_OUT]
_FileId = Annotated[str | None, LEFT_OUT]


class RequestBatchStatus(StrEnum):
    VALIDATING = "validating"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    FINALIZING = "finalizing"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


OPEN = (
    RequestBatchStatus.VALIDATING,
    RequestBatchStatus.IN_PROGRESS,
    RequestBatchStatus.FINALIZING,
    RequestBatchStatus.CANCELLING,
)


class BatchEndpoint(StrEnum):
    CHAT = "/v1/chat/completions"
    RESPONSES = "/v1/responses"


class RequestBatchCreate(ContractModel):
    input_file_id: Annotated[
        str, Field(max_length=64, description="of JSON Lines that were uploaded for batch")
    ]
    endpoint: Annotated[BatchEndpoint, Field(description="of all its requests")]
    completion_window: Literal["24h"]
    metadata: Metadata | None = None
    output_expires_after: Annotated[
        ExpiresAfter | None, Field(description="of its output and error file; none: they stay")
    ] = None


class LineError(ContractModel):
    """What is wrong with the input file; `line` counts from 1."""

    code: str
    message: str
    param: str | None = None
    line: int | None = None


class LineErrors(ContractModel):
    object: Literal["list"] = "list"
    data: list[LineError]


class RequestCounts(ContractModel):
    """`failed` are those in the error file."""

    total: int = 0
    completed: int = 0
    failed: int = 0


class InputDetails(ContractModel):
    cached_tokens: int = 0


class OutputDetails(ContractModel):
    reasoning_tokens: int = 0


class BatchUsage(ContractModel):
    input_tokens: int = 0
    input_tokens_details: InputDetails = InputDetails()
    output_tokens: int = 0
    output_tokens_details: OutputDetails = OutputDetails()
    total_tokens: int = 0


class RequestBatch(ContractModel):
    """What there is not (yet) is left out."""

    id: str
    object: Literal["batch"] = "batch"
    endpoint: str
    model: Annotated[str | None, LEFT_OUT] = None
    errors: Annotated[
        LineErrors | None, Field(description="why nothing was begun, where it failed"), LEFT_OUT
    ] = None
    input_file_id: str
    completion_window: str = "24h"
    status: RequestBatchStatus
    output_file_id: _FileId = None
    error_file_id: _FileId = None
    created_at: int
    in_progress_at: _Time = None
    expires_at: int
    finalizing_at: _Time = None
    completed_at: _Time = None
    failed_at: _Time = None
    expired_at: _Time = None
    cancelling_at: _Time = None
    cancelled_at: _Time = None
    request_counts: RequestCounts
    usage: Annotated[BatchUsage, Field(description="of what was answered so far")]
    metadata: dict[str, str] | None


class RequestBatchList(ContractModel):
    object: Literal["list"] = "list"
    data: list[RequestBatch]
    first_id: Annotated[str, Field(description="empty where nothing is listed")]
    last_id: str
    has_more: bool
