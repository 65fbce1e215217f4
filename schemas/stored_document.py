"""What does the service say of a document that was uploaded?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import Box, ContractModel, Problem
from schemas.inspection import InspectedOcr, InspectedSheet
from schemas.jobs import Failure, JobProgress


class DocumentStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class IndexStatus(StrEnum):
    UNREAD = "unread"
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DocumentIndex(ContractModel):
    """How far the document was prepared, as the job that does so left it. What requests read
    beside it is not counted; and the engine's cache lets go of what was used least recently, so
    `coverage.num_tokens_indexed` of an answer, not this, says what the answer saw."""

    status: Annotated[
        IndexStatus, Field(description="unread: nobody asked; ready: all of it was in the index")
    ]
    num_tokens: Annotated[int | None, Field(description="null until the document was read")]
    num_tokens_indexed: int
    finished_at: datetime | None = None


class StoredDocument(ContractModel):
    """Counts are null until it was read."""

    id: str
    object: Literal["document"] = "document"
    name: str
    parent: Annotated[
        str | None, Field(description="the document that it came attached to; null: uploaded")
    ] = None
    attachments: list[str] = Field(
        default_factory=list,
        description="documents made of the files that it carries, once it was read",
    )
    sha256: str
    num_bytes: int
    media_type: Annotated[str | None, Field(description="by content, once it was looked at")]
    status: DocumentStatus
    progress: JobProgress
    pages: int | None = None
    sheets: list[InspectedSheet] | None = None
    tables: int | None = None
    characters: int | None = None
    tokens: int | None = None
    passages: int | None = None
    partial: Annotated[
        bool, Field(description="parts of it were not read: `warnings` say which and why")
    ] = False
    index: DocumentIndex
    ocr: InspectedOcr | None = None
    warnings: list[Problem] = Field(default_factory=list)
    failure: Failure | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    created_at: datetime
    expires_at: Annotated[
        datetime | None, Field(description="then it is deleted, once no job reads it; null: never")
    ] = None


class Word(ContractModel):
    """`text[start:stop]` of the document, and its box on the page."""

    text: str
    start: int
    stop: int
    line: int
    bbox: Box


class PageWords(ContractModel):
    page: int
    page_label: str | None
    width: Annotated[float, Field(description="points, as displayed")]
    height: float
    words: list[Word]


class Cell(ContractModel):
    cell: Annotated[str, Field(description='such as "B7", or a merged range')]
    row: int
    column: int
    text: str
    start: int
    stop: int
    formula: str | None = None


class SheetWindow(ContractModel):
    """The cells that hold something, row by row, of the rows and columns asked for."""

    sheet: str
    num_rows: int
    num_columns: int
    hidden: bool
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    cells: list[Cell]


class TextSlice(ContractModel):
    """`start` and `stop` count characters of the document's text, half-open."""

    document: str
    start: int
    stop: int
    characters: Annotated[int, Field(description="of the whole text")]
    text: str
