"""What has been read of documents and is kept, as its owner sees it?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.extraction import ContractModel, Mode
from schemas.jobs import DocumentId, RequestModel

TtlSeconds = Annotated[
    float | None,
    Field(
        gt=0, le=10 * 366 * 86_400, description="from the last use; null: as long as there is room"
    ),
]


class Cache(ContractModel):
    """A prompt that was read, whole or so far, and is not read again while it is kept."""

    id: str
    object: Literal["cache"] = "cache"
    documents: list[str]
    num_tokens: Annotated[int, Field(description="that are not read again")]
    num_bytes: Annotated[int, Field(description="on disk; what others begin with, too, included")]
    num_blocks: int
    in_memory: bool
    num_hits: Annotated[int, Field(description="times that it was used")]
    last_used_at: datetime
    pinned: Annotated[bool, Field(description="it does not go to make room, or by its time")]
    ttl_seconds: float | None = None
    expires_at: datetime | None = None


class CacheList(ContractModel):
    object: Literal["list"] = "list"
    data: list[Cache]
    has_more: bool = False
    last_id: str | None = None


class CacheChange(RequestModel):
    """What is not given stays as it is."""

    pinned: bool | None = None
    ttl_seconds: TtlSeconds = None


class CacheCreate(RequestModel):
    """Without a `response_schema` the documents are read whole, together."""

    documents: Annotated[list[DocumentId], Field(min_length=1, max_length=100)]
    response_schema: Annotated[
        dict[str, Any] | None, Field(description="read what an extraction with it would read")
    ] = None
    mode: Annotated[Mode | None, Field(description="as of an extraction; null: auto")] = None
    pinned: bool = False
    ttl_seconds: TtlSeconds = None


class Warmed(ContractModel):
    """`num_tokens_read`: by the model, just now; the others were kept."""

    object: Literal["list"] = "list"
    data: list[Cache]
    num_tokens: int
    num_tokens_read: int
    seconds: float


class CacheDeleted(ContractModel):
    id: str
    object: Literal["cache"] = "cache"
    deleted: bool = True
    num_bytes: Annotated[int, Field(description="that this freed on disk")]
