"""How are files uploaded, listed and removed on the OpenAI routes?

https://platform.openai.com/docs/api-reference/files and …/uploads, as their own client uses them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from api.authentication import Reads, Writes
from api.content_response import ContentResponse
from api.context import ContextHere
from api.file_form import Form, received_form
from api.json_body import described, json_body
from api.openai_errors import documented
from ingest.sniff import check_start
from jobs.file_intake import (
    NewFile,
    cancel_upload,
    complete_upload,
    take_away_file,
    take_in_file,
    take_in_part,
)
from schemas.errors import InvalidInput
from schemas.file_names import checked_name
from schemas.openai_files import (
    READ_PURPOSES,
    ExpiresAfter,
    FileDeleted,
    FileList,
    FileObject,
    FilePurpose,
    UploadComplete,
    UploadCreate,
    UploadObject,
    UploadPart,
)

router = APIRouter(tags=["openai"])

MAX_FILE_BYTES = 512 << 20
MAX_BATCH_BYTES = 200 << 20
MAX_PART_BYTES = 64 << 20
MAX_UPLOAD_BYTES = 8 << 30
_FIELDS = ("purpose", "expires_after[anchor]", "expires_after[seconds]")
_BINARY = {"type": "string", "format": "binary"}
_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
_purpose = TypeAdapter(FilePurpose)

FilePath = Annotated[str, Path(pattern=r"^file-[0-9a-f]{32}$", description="file-…")]
UploadPath = Annotated[str, Path(pattern=r"^upload_[0-9a-f]{32}$", description="upload_…")]


def _form_of(part: str, **fields: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": [part, *(("purpose",) if fields else ())],
        "properties": {part: _BINARY, **fields},
    }
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


@router.post(
    "/v1/files",
    responses=documented(),
    openapi_extra=_form_of(
        "file",
        purpose={"type": "string", "enum": [purpose.value for purpose in FilePurpose]},
        **{
            "expires_after[anchor]": {"type": "string", "enum": ["created_at"]},
            "expires_after[seconds]": {"type": "integer"},
        },
    ),
)
async def upload_file(request: Request, context: ContextHere, caller: Writes) -> FileObject:
    """A file to be read (`user_data`, `assistants`, `vision`) is a document from here on: its
    status is `processed` once it was read. JSON Lines for a batch or a training are kept."""
    services = context.services
    most = min(MAX_FILE_BYTES, services.settings.ingest.max_bytes)
    scratch = services.storage.scratch_file()
    async with received_form(request, scratch, most, fields=_FIELDS) as form:
        new = _new_file(form)
        file = await run_in_threadpool(take_in_file, services, caller.tenant, new)
        context.metrics.uploaded(new.num_bytes)
    return file


@router.get("/v1/files", responses=documented())
def list_files(
    context: ContextHere,
    caller: Reads,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Literal["asc", "desc"] = "desc",
    after: Annotated[str | None, Query(pattern=r"^file-[0-9a-f]{32}$")] = None,
    purpose: Annotated[str | None, Query(max_length=32)] = None,
) -> FileList:
    files, has_more = context.services.files.list(
        caller.tenant, limit=limit, after=after, purpose=purpose, is_ascending=order == "asc"
    )
    return FileList(
        data=files,
        first_id=files[0].id if files else "",
        last_id=files[-1].id if files else "",
        has_more=has_more,
    )


@router.get("/v1/files/{file_id}", responses=documented())
def get_file(context: ContextHere, caller: Reads, file_id: FilePath) -> FileObject:
    return context.services.files.get(caller.tenant, file_id)


@router.get(
    "/v1/files/{file_id}/content",
    response_class=FileResponse,
    responses={
        **documented(416),
        200: {"content": {"application/octet-stream": {"schema": _BINARY}}},
    },
)
def get_file_content(context: ContextHere, caller: Reads, file_id: FilePath) -> FileResponse:
    """The bytes as they were uploaded."""
    services = context.services
    file = services.files.get(caller.tenant, file_id)
    path = services.storage.local_file(services.files.content_key(caller.tenant, file_id))
    return ContentResponse(
        path, media_type="application/octet-stream", filename=file.filename, headers=_SANDBOX
    )


@router.delete("/v1/files/{file_id}", responses=documented())
def delete_file(context: ContextHere, caller: Writes, file_id: FilePath) -> FileDeleted:
    """With the document that it is, and all that was made of that; unless the document was there
    before the file, or is another file as well."""
    take_away_file(context.services, caller.tenant, file_id)
    context.parsed.close_removed()
    return FileDeleted(id=file_id)


@router.post("/v1/uploads", responses=documented(), openapi_extra=described(UploadCreate))
def create_upload(
    context: ContextHere,
    caller: Writes,
    body: Annotated[UploadCreate, Depends(json_body(UploadCreate))],
) -> UploadObject:
    """A file of up to 8 GB that will arrive in parts of up to 64 MB, within an hour."""
    most = MAX_UPLOAD_BYTES
    if body.purpose in READ_PURPOSES:
        most = min(most, context.services.settings.ingest.max_bytes)
    if body.purpose is FilePurpose.BATCH:
        most = MAX_BATCH_BYTES
    if body.bytes > most:
        raise InvalidInput(f"{body.bytes} bytes are past the limit of {most}", param="bytes")
    name = checked_name(body.filename)
    return context.services.uploads.create(
        caller.tenant, body.model_copy(update={"filename": name})
    )


@router.post(
    "/v1/uploads/{upload_id}/parts",
    responses=documented(409),
    openapi_extra=_form_of("data"),
)
async def add_upload_part(
    request: Request, context: ContextHere, caller: Writes, upload_id: UploadPath
) -> UploadPart:
    """Parts may come in any order and beside each other; completing names theirs."""
    services = context.services
    room = await run_in_threadpool(services.uploads.room, caller.tenant, upload_id)
    scratch = services.storage.scratch_file()
    most = min(MAX_PART_BYTES, room)
    async with received_form(request, scratch, most, fields=(), file_part="data") as form:
        if not form.sink.num_bytes:
            raise InvalidInput("the part is empty", param="data")
        return await run_in_threadpool(
            take_in_part, services, caller.tenant, upload_id, form.sink.file, form.sink.num_bytes
        )


@router.post(
    "/v1/uploads/{upload_id}/complete",
    responses=documented(409),
    openapi_extra=described(UploadComplete),
)
def complete_file_upload(
    context: ContextHere,
    caller: Writes,
    upload_id: UploadPath,
    body: Annotated[UploadComplete, Depends(json_body(UploadComplete))],
) -> UploadObject:
    return complete_upload(context.services, caller.tenant, upload_id, body.part_ids, body.md5)


@router.post("/v1/uploads/{upload_id}/cancel", responses=documented(409))
def cancel_file_upload(context: ContextHere, caller: Writes, upload_id: UploadPath) -> UploadObject:
    return cancel_upload(context.services, caller.tenant, upload_id)


def _new_file(form: Form) -> NewFile:
    purpose, sink = _purpose_of(form.text("purpose")), form.sink
    if form.file_name is None:
        raise InvalidInput("the file has no name", param="file")
    name = checked_name(form.file_name)
    if not sink.num_bytes:
        raise InvalidInput(f"{name}: the file is empty", param="file")
    if purpose in READ_PURPOSES:
        check_start(bytes(sink.start), name)
    if purpose is FilePurpose.BATCH and sink.num_bytes > MAX_BATCH_BYTES:
        raise InvalidInput(f"{name}: past the limit of {MAX_BATCH_BYTES} bytes", param="file")
    return NewFile(
        file=sink.file,
        sha256=sink.sha256,
        num_bytes=sink.num_bytes,
        name=name,
        purpose=purpose,
        seconds=_seconds_of(form.text(_FIELDS[1]), form.text(_FIELDS[2])),
    )


def _purpose_of(given: str | None) -> FilePurpose:
    try:
        return _purpose.validate_python(given)
    except ValidationError as error:
        known = ", ".join(purpose.value for purpose in FilePurpose)
        raise InvalidInput(f"purpose is one of {known}", param="purpose") from error


def _seconds_of(anchor: str | None, seconds: str | None) -> int | None:
    if anchor is None and seconds is None:
        return None
    try:
        found = ExpiresAfter.model_validate({"anchor": anchor, "seconds": seconds})
    except ValidationError as error:
        raise InvalidInput(
            "expires_after has the anchor created_at and 3600 to 2592000 seconds",
            param="expires_after",
        ) from error
    return found.seconds
