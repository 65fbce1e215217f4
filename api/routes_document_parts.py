"""How is a document looked into: its bytes, text, pages, words and cells?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.responses import FileResponse

from api.arguments import DocumentPath, Offset, PagePath
from api.authentication import Reads
from api.content_response import ContentResponse
from api.context import Context, ContextHere
from api.file_form import header_text
from api.problems import documented
from jobs.page_pictures import MAX_DPI, MIN_DPI, draw_page
from jobs.parsed_document import ParsedDocument
from jobs.storage import original_key
from schemas.errors import InvalidInput
from schemas.stored_document import PageWords, SheetWindow, TextSlice

router = APIRouter(tags=["documents"])

_MAX_CHARACTERS = 1_000_000
_CHARACTERS = 100_000
_BINARY = {"type": "string", "format": "binary"}
_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}


@router.get(
    "/v1/documents/{document_id}/content",
    response_class=FileResponse,
    responses={
        **documented(404, 416),
        200: {"content": {"application/octet-stream": {"schema": _BINARY}}},
        206: {
            "description": "The range that was asked for",
            "content": {"application/octet-stream": {"schema": _BINARY}},
        },
    },
)
def get_document_content(
    context: ContextHere, caller: Reads, document_id: DocumentPath
) -> FileResponse:
    """The bytes as they were uploaded."""
    services = context.services
    document = services.documents.get(caller.tenant, document_id)
    file = services.storage.local_file(original_key(caller.tenant, document.id))
    return ContentResponse(
        file,
        media_type="application/octet-stream",
        filename=document.name,
        headers={**_SANDBOX, "ETag": f'"{document.sha256}"'},
    )


@router.get(
    "/v1/documents/{document_id}/text",
    response_model=TextSlice,
    responses={
        **documented(404, 409),
        200: {
            "model": TextSlice,
            "description": "A slice of the text: JSON, or text/plain where Accept says so",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
def get_document_text(
    request: Request,
    context: ContextHere,
    caller: Reads,
    document_id: DocumentPath,
    start: Offset = 0,
    stop: Annotated[
        int | None,
        Query(ge=0, le=(1 << 31) - 1, description=f"none: {_CHARACTERS:,} characters on"),
    ] = None,
) -> Response | TextSlice:
    """Characters `start` to `stop` (half-open) of the text that citations count in."""
    stop = start + _CHARACTERS if stop is None else stop
    if not start <= stop <= start + _MAX_CHARACTERS:
        raise InvalidInput(
            f"stop is not from start to {_MAX_CHARACTERS:,} characters on", param="stop"
        )
    parsed = _parsed(context, caller.tenant, document_id)
    found = parsed.text_slice(start, stop).model_copy(update={"document": document_id})
    if _prefers_text(request.headers.get("accept", "")):
        return Response(found.text, media_type="text/plain; charset=utf-8", headers=_SANDBOX)
    return found


@router.get("/v1/documents/{document_id}/pages/{page}/words", responses=documented(404, 409, 415))
def get_page_words(
    context: ContextHere, caller: Reads, document_id: DocumentPath, page: PagePath
) -> PageWords:
    """Each word with its place in the text and its box on the page."""
    return _parsed(context, caller.tenant, document_id).page_words(page)


@router.get(
    "/v1/documents/{document_id}/pages/{page}/image",
    response_class=Response,
    responses={
        **documented(404, 409, 415),
        200: {"content": {"image/png": {"schema": _BINARY}}},
    },
)
async def get_page_image(
    context: ContextHere,
    caller: Reads,
    document_id: DocumentPath,
    page: PagePath,
    dpi: Annotated[int, Query(ge=MIN_DPI, le=MAX_DPI, description="dots an inch")] = 110,
    needlepoint_password: Annotated[
        str | None, Header(description="of an encrypted document", max_length=1024)
    ] = None,
) -> Response:
    """The page as it looks."""
    image = await context.drawing.run(
        draw_page,
        context.services,
        caller.tenant,
        document_id,
        page,
        dpi,
        header_text(needlepoint_password),
    )
    return Response(image, media_type="image/png", headers=_SANDBOX)


@router.get("/v1/documents/{document_id}/sheets/{sheet}/cells", responses=documented(404, 409))
def get_sheet_cells(
    context: ContextHere,
    caller: Reads,
    document_id: DocumentPath,
    sheet: Annotated[str, Path(max_length=255, description="the sheet's name")],
    first_row: Annotated[int, Query(ge=1, le=1 << 21)] = 1,
    last_row: Annotated[int, Query(ge=1, le=1 << 21)] = 100,
    first_column: Annotated[int, Query(ge=1, le=1 << 15)] = 1,
    last_column: Annotated[int, Query(ge=1, le=1 << 15)] = 50,
) -> SheetWindow:
    """The cells of some rows and columns (from 1, both ends included) that hold something."""
    if last_row < first_row or last_column < first_column:
        raise InvalidInput("the window ends before it begins", param="last_row")
    parsed = _parsed(context, caller.tenant, document_id)
    return parsed.sheet_window(sheet, first_row, last_row, first_column, last_column)


def _parsed(context: Context, tenant: str, document_id: str) -> ParsedDocument:
    """Raises `NotFound`, and `Conflict` for a document that was not read (yet)."""
    (handle,) = context.services.documents.documents_of(tenant, [document_id])
    return context.parsed.open(handle.parsed_key)


def _prefers_text(accept: str) -> bool:
    """Whether plain text is asked for, and JSON is not."""
    kinds = [kind.partition(";")[0].strip() for kind in accept.split(",")]
    return "text/plain" in kinds and "application/json" not in kinds
