"""What may a tenant use, and how long is kept what it brings, where nothing else was said of it?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.ingest_settings import SettingsGroup

_MOST = (1 << 62) - 1
_YEARS = 100 * 365 * 86_400

Limit = Annotated[int | None, Field(ge=0, le=_MOST)]


class TenantSettings(SettingsGroup):
    """Defaults of every tenant; none: no limit. `needlepoint tenants set` changes one tenant's."""

    requests_per_minute: Annotated[Limit, Field(description="of all its keys together")] = None
    tokens_per_minute: Annotated[
        Limit, Field(description="of the prompts of extractions, as estimated, and of chats")
    ] = None
    queued_tokens: Annotated[
        Limit,
        Field(
            description="of the prompts of extractions that wait or run, as estimated; items of "
            "batches take half of it, and wait"
        ),
    ] = None
    storage_bytes: Annotated[Limit, Field(description="of its documents")] = None
    documents: Annotated[Limit, Field(description="those that came attached among them")] = None
    document_seconds: Annotated[
        int | None, Field(gt=0, le=_YEARS, description="a document is kept; none: until deleted")
    ] = None
    result_seconds: Annotated[
        int | None,
        Field(gt=0, le=_YEARS, description="an extraction is kept from its end; none: for ever"),
    ] = None


class AuditSettings(SettingsGroup):
    keep_days: Annotated[
        int | None, Field(gt=0, le=36_500, description="lines of the audit log; none: for ever")
    ] = 365
