"""How are files told on the OpenAI routes? Times are seconds since the epoch."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.extraction import ContractModel
from schemas.openai_answers import LEFT_OUT

UPLOAD_SECONDS = 3600
LEAST_SECONDS, MOST_SECONDS = 3600, 2_592_000


class FilePurpose(StrEnum):
    """What a caller may upload a file for."""

    ASSISTANTS = "assistants"
    BATCH = "batch"
    EVALS = "evals"
    FINE_TUNE = "fine-tune"
    USER_DATA = "user_data"
    VISION = "vision"


READ_PURPOSES = (FilePurpose.ASSISTANTS, FilePurpose.USER_DATA, FilePurpose.VISION)
"""Files for these are documents: they are read, and can be asked about by either id."""

LINES_PURPOSES = (FilePurpose.BATCH, FilePurpose.EVALS, FilePurpose.FINE_TUNE)
"""Files for these are JSON Lines, kept as they are."""


class FileStatus(StrEnum):
    UPLOADED = "uploaded"
    PROCESSED = "processed"
    ERROR = "error"


class FileObject(ContractModel):
    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int
    expires_at: Annotated[int | None, LEFT_OUT] = None
    filename: str
    purpose: str
    status: Annotated[
        FileStatus, Field(description="uploaded: it is being read; error: `status_details` say why")
    ]
    status_details: Annotated[str | None, LEFT_OUT] = None
    document: Annotated[
        str | None,
        Field(description="the document that it is, for the routes of this service"),
        LEFT_OUT,
    ] = None


_ListedId = Annotated[str, Field(description="empty where nothing is listed")]


class FileList(ContractModel):
    object: Literal["list"] = "list"
    data: list[FileObject]
    first_id: _ListedId
    last_id: _ListedId
    has_more: bool


class FileDeleted(ContractModel):
    id: str
    object: Literal["file"] = "file"
    deleted: Literal[True] = True


class ExpiresAfter(ContractModel):
    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=LEAST_SECONDS, le=MOST_SECONDS)]


class UploadCreate(ContractModel):
    bytes: Annotated[int, Field(gt=0)]
    filename: str
    mime_type: Annotated[str, Field(max_length=128)]
    purpose: FilePurpose
    expires_after: ExpiresAfter | None = None


class UploadComplete(ContractModel):
    part_ids: Annotated[list[str], Field(min_length=1, max_length=10_000)]
    md5: Annotated[str | None, Field(description="of the whole file, in hex")] = None


class UploadStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class UploadObject(ContractModel):
    id: str
    object: Literal["upload"] = "upload"
    bytes: int
    created_at: int
    expires_at: int
    filename: str
    purpose: str
    status: UploadStatus
    file: Annotated[FileObject | None, LEFT_OUT] = None


class UploadPart(ContractModel):
    id: str
    object: Literal["upload.part"] = "upload.part"
    created_at: int
    upload_id: str
