"""What does an upload say of the document that it is?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from api import upload_expiry
from api.file_form import Form, header_text, received_form
from ingest.sniff import check_start
from jobs.intake import UploadedFile
from schemas.errors import InvalidInput
from schemas.file_names import checked_name
from schemas.jobs import Metadata
from schemas.plain_text import check_text

_FIELDS = ("name", "password", "metadata", *upload_expiry.FIELDS)
_metadata = TypeAdapter(Metadata)


@asynccontextmanager
async def received(request: Request, scratch: Path, max_bytes: int) -> AsyncIterator[UploadedFile]:
    """The document once all of it is here. Whatever breaks it, nothing of it stays."""
    async with received_form(request, scratch, max_bytes, fields=_FIELDS) as form:
        yield _upload_of(request, form)


def _upload_of(request: Request, form: Form) -> UploadedFile:
    sink, query, headers = form.sink, request.query_params, request.headers
    name = form.text("name") or query.get("name") or form.file_name
    if name is None:
        raise InvalidInput(
            "the document has no name: give it as ?name=… or by Content-Disposition", param="name"
        )
    name = checked_name(name)
    if not sink.num_bytes:
        raise InvalidInput(f"{name}: the file is empty", param="file")
    check_start(bytes(sink.start), name)
    at, seconds = (form.text(name) or query.get(name) for name in upload_expiry.FIELDS)
    expires_at, expires_after_seconds = upload_expiry.parsed_expiry(at, seconds)
    password = form.text("password") or header_text(headers.get("needlepoint-password"))
    return UploadedFile(
        file=sink.file,
        sha256=sink.sha256,
        num_bytes=sink.num_bytes,
        name=name,
        password=_checked_password(password),
        metadata=_parsed_metadata(form.text("metadata") or query.get("metadata")),
        expires_at=expires_at,
        expires_after_seconds=expires_after_seconds,
    )


def _checked_password(password: str | None) -> str | None:
    if password and ("\0" in password or len(password) > 1024):
        raise InvalidInput("the password is none: it is too long or holds a NUL", param="password")
    return password or None


def _parsed_metadata(given: str | None) -> dict[str, str]:
    if not given:
        return {}
    try:
        metadata = _metadata.validate_json(given)
    except (ValidationError, ValueError) as error:
        raise InvalidInput(
            "metadata is a JSON object of up to 16 strings: keys of up to 64 characters, values "
            "of up to 512",
            param="metadata",
        ) from error
    for text in (*metadata, *metadata.values()):
        check_text(text, "metadata")
        if "\0" in text:
            raise InvalidInput("metadata holds a NUL character", param="metadata")
    return metadata
