"""What is said of a tenant, and of what was done in its name?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel


class TenantLimits(ContractModel):
    """In force: the tenant's own, or those of the settings. None: no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    queued_tokens: int | None = None
    storage_bytes: int | None = None
    documents: int | None = None
    document_seconds: int | None = None
    result_seconds: int | None = None


class TenantUse(ContractModel):
    """What a tenant has and does just now."""

    documents: int
    storage_bytes: int
    queued_tokens: int
    extractions: int
    keys: Annotated[int, Field(description="neither revoked nor expired")]


ActorKind = Literal["key", "loopback", "operator", "retention"]


class TenantInfo(ContractModel):
    id: str
    created_at: datetime
    limits: TenantLimits
    own: Annotated[list[str], Field(description="limits that are its own, not the settings'")]


class AuditEvent(ContractModel):
    """One line of the audit log."""

    id: int
    at: datetime
    tenant: str
    actor: Annotated[
        ActorKind,
        Field(
            description="key: see `key`; loopback: this machine, before there was a key; operator: "
            "by the command line; retention: its time was up"
        ),
    ]
    key: str | None
    address: Annotated[str | None, Field(description="of the peer, as the socket tells it")]
    action: Annotated[str, Field(description='such as "document.upload"')]
    object: Annotated[str | None, Field(description="the id of what it was done to")]
    status: Annotated[int, Field(description="of the answer; 200 where there was none")]
    request_id: str | None


class AuditList(ContractModel):
    """Newest first."""

    object: Literal["list"] = "list"
    data: list[AuditEvent]
    has_more: bool
    next: Annotated[int | None, Field(description="`before=next` goes on")]
