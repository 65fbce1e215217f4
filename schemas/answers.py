"""What do the routes answer, besides documents and extractions themselves?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel, FieldResult, Status
from schemas.jobs import JobProgress, ListedExtraction
from schemas.stored_document import StoredDocument

LastId = Annotated[
    str | None, Field(description="of this page; `after=last_id` goes on as long as it is kept")
]
Next = Annotated[
    str | None,
    Field(description="`after=next` gives the next page, whatever was deleted meanwhile"),
]


class InputError(ContractModel):
    """One place of the request that does not fit."""

    path: Annotated[str, Field(description='such as "/body/documents/0" or "/query/limit"')]
    message: str


class QuotaDetails(ContractModel):
    """The limit of the tenant that an error is about."""

    name: str
    limit: int
    used: int
    wanted: Annotated[int, Field(description="by this request, beside what is used")]
    resets_at: Annotated[datetime | None, Field(description="null: when something has gone")] = None


class ProblemDetails(ContractModel):
    """Every error (RFC 9457). `code` is stable, `detail` is written for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    param: Annotated[str | None, Field(description="the argument or document at fault")] = None
    request_id: Annotated[str, Field(description="name it when you ask about this error")]
    errors: Annotated[list[InputError] | None, Field(description="of an input, each place")] = None
    quota: QuotaDetails | None = None


class DocumentList(ContractModel):
    """Newest first."""

    object: Literal["list"] = "list"
    data: list[StoredDocument]
    has_more: bool
    last_id: LastId
    next: Next


class ExtractionList(ContractModel):
    """Newest first, without schemas and results."""

    object: Literal["list"] = "list"
    data: list[ListedExtraction]
    has_more: bool
    last_id: LastId
    next: Next


class DocumentDeleted(ContractModel):
    id: str
    object: Literal["document"] = "document"
    deleted: Literal[True] = True
    attachments_deleted: Annotated[
        list[str], Field(description="documents that came attached to it")
    ]
    extractions_deleted: Annotated[list[str], Field(description="they had read one of these")]


class ExtractionDeleted(ContractModel):
    id: str
    object: Literal["extraction"] = "extraction"
    deleted: Literal[True] = True


class ProgressEvent(ContractModel):
    """Data of the event `progress`."""

    status: Status
    attempt: int
    progress: JobProgress


class FieldsEvent(ContractModel):
    """Data of the event `fields`: what was read since the last one, or changed."""

    fields: list[FieldResult]


class Liveness(ContractModel):
    status: Literal["alive"] = "alive"


class Check(ContractModel):
    """`detail` says what was seen, in words."""

    name: str
    ok: bool
    detail: str


class ReadinessReport(ContractModel):
    ready: bool
    checks: list[Check]
