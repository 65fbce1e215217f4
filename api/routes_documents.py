"""How are documents uploaded, looked up and removed?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from api.arguments import AfterDocument, DocumentPath, Limit
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.file_form import header_text
from api.problems import documented
from api.uploads import received
from jobs.intake import take_away, take_in
from jobs.list_cursor import cursor_of
from schemas.answers import DocumentDeleted, DocumentList
from schemas.jobs import Queue
from schemas.stored_document import DocumentStatus, StoredDocument

router = APIRouter(tags=["documents"])

DEDUPLICATED = "Needlepoint-Deduplicated"
Name = Annotated[str | None, Query(max_length=255, description="exactly this name")]
Sha256 = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None,
    Query(description="of the bytes, in hex"),
]
Parent = Annotated[
    str | None,
    Query(
        pattern=r"^(none|doc_[0-9a-f]{32})$",
        description="those that came attached to this document; none: those that were uploaded",
    ),
]
_UPLOADED = {
    "model": StoredDocument,
    "headers": {
        "Location": {"schema": {"type": "string"}, "description": "the document's path"},
        DEDUPLICATED: {"schema": {"type": "string"}, "description": "true: it was there"},
    },
}
_UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {"type": "string", "maxLength": 255},
                        "password": {"type": "string", "maxLength": 1024},
                        "metadata": {
                            "type": "string",
                            "description": 'JSON: {"case": "4711"}; up to 16 strings',
                        },
                        "expires_at": {"type": "string", "format": "date-time"},
                        "expires_after_seconds": {"type": "integer", "minimum": 1},
                    },
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/v1/documents",
    status_code=201,
    response_model=StoredDocument,
    responses={
        **documented(415),
        201: {**_UPLOADED, "description": "Taken in; it is being read"},
        200: {**_UPLOADED, "description": "The same bytes under the same name were there"},
    },
    openapi_extra=_UPLOAD_BODY,
)
async def upload_document(
    request: Request,
    response: Response,
    context: ContextHere,
    caller: Writes,
    name: Annotated[
        str | None,
        Query(description="of the bytes sent as the body; or by Content-Disposition"),
    ] = None,
    metadata: Annotated[str | None, Query(description="JSON, as in the form")] = None,
    expires_at: Annotated[
        str | None, Query(description="a time with its zone: then it is deleted")
    ] = None,
    expires_after_seconds: Annotated[
        str | None, Query(description="from now; default: the tenant's")
    ] = None,
    needlepoint_password: Annotated[
        str | None, Header(description="of an encrypted document sent as the body")
    ] = None,
) -> StoredDocument:
    """Send a form with one `file`, or the bytes as the body with `?name=`. It is written down as
    it arrives, and read in the background: ask for the document until its status is `ready`."""
    services = context.services
    max_bytes = services.settings.ingest.max_bytes
    async with received(request, services.storage.scratch_file(), max_bytes) as uploaded:
        document, is_new = await run_in_threadpool(take_in, services, caller.tenant, uploaded)
        context.metrics.uploaded(uploaded.num_bytes)
    response.headers["Location"] = f"/v1/documents/{document.id}"
    if not is_new:
        response.status_code = 200
        response.headers[DEDUPLICATED] = "true"
    return document


@router.get("/v1/documents", responses=documented(404))
def list_documents(
    context: ContextHere,
    caller: Reads,
    limit: Limit = 20,
    after: AfterDocument = None,
    status: DocumentStatus | None = None,
    name: Name = None,
    sha256: Sha256 = None,
    parent: Parent = None,
) -> DocumentList:
    documents, has_more = context.services.documents.list(
        caller.tenant,
        limit=limit,
        after=after,
        status=status,
        name=name,
        sha256=sha256,
        parent=parent,
    )
    return DocumentList(
        data=documents,
        has_more=has_more,
        last_id=documents[-1].id if documents else None,
        next=cursor_of(documents[-1].created_at, documents[-1].id) if has_more else None,
    )


@router.get("/v1/documents/{document_id}", responses=documented(404))
def get_document(context: ContextHere, caller: Reads, document_id: DocumentPath) -> StoredDocument:
    """Its state and progress; once it was read, what was found in it."""
    return context.services.documents.get(caller.tenant, document_id)


@router.post("/v1/documents/{document_id}/ingest", status_code=202, responses=documented(404, 409))
def ingest_document(
    context: ContextHere,
    caller: Writes,
    document_id: DocumentPath,
    needlepoint_password: Annotated[
        str | None, Header(description="of an encrypted document", max_length=1024)
    ] = None,
) -> StoredDocument:
    """Read it once more: with a password, or where it failed for a reason that is gone."""
    password = header_text(needlepoint_password)
    document = context.services.documents.reingest(caller.tenant, document_id, password)
    context.services.doorbell.ring(Queue.INGEST)
    return document


@router.delete("/v1/documents/{document_id}", responses=documented(404))
def delete_document(
    context: ContextHere, caller: Writes, document_id: DocumentPath
) -> DocumentDeleted:
    """Takes all that was made of it: text, pictures, caches, what came attached to it, and the
    extractions that read any of these."""
    deleted = take_away(context.services, caller.tenant, document_id)
    context.parsed.close_removed()
    return DocumentDeleted(
        id=document_id,
        attachments_deleted=list(deleted.attachments),
        extractions_deleted=list(deleted.extractions),
    )
