"""How does an upload become a file, without being held in memory?

Its bytes are counted, hashed and written as they arrive. Two ways of sending: a form
(multipart/form-data) with one `file`, or the bytes alone as the body.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from ingest.sniff import check_start
from jobs.intake import UploadedFile
from schemas.errors import InvalidInput, TooLarge
from schemas.jobs import Metadata
from schemas.plain_text import check_text

NAME_LENGTH = 255
_BLOCK_BYTES = 1 << 20
_START_BYTES = 4096
_MAX_FIELD_BYTES = 64 << 10
_FORM_OVERHEAD_BYTES = 1 << 20  # of a form around its file
_FIELDS = ("file", "name", "password", "metadata")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_metadata = TypeAdapter(Metadata)


@asynccontextmanager
async def received(request: Request, scratch: Path, max_bytes: int) -> AsyncIterator[UploadedFile]:
    """The upload once all of it is here. Whatever breaks it, nothing of it stays."""
    _check_length(request, max_bytes)
    sink = await run_in_threadpool(_Sink, scratch, max_bytes)
    try:
        form = await _read(request, sink)
        await sink.finish()
        yield _upload_of(request, sink, form)
    finally:
        await run_in_threadpool(sink.discard)


def _upload_of(request: Request, sink: _Sink, form: _Form) -> UploadedFile:
    query, headers = request.query_params, request.headers
    name = form.text("name") or query.get("name") or form.file_name
    if name is None:
        raise InvalidInput(
            "the document has no name: give it as ?name=… or by Content-Disposition", param="name"
        )
    name = _checked_name(name)
    if not sink.num_bytes:
        raise InvalidInput(f"{name}: the file is empty", param="file")
    check_start(bytes(sink.start), name)
    password = form.text("password") or header_text(headers.get("needlepoint-password"))
    return UploadedFile(
        file=sink.file,
        sha256=sink.sha256,
        num_bytes=sink.num_bytes,
        name=name,
        password=_checked_password(password),
        metadata=_parsed_metadata(form.text("metadata") or query.get("metadata")),
    )


def header_text(value: str | None) -> str | None:
    """Headers are bytes that arrive as Latin-1; callers mean UTF-8 where it is that."""
    if value is None:
        return None
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


class _Sink:
    """A file being written: at most a block of it is in memory."""

    def __init__(self, file: Path, max_bytes: int) -> None:
        self.file, self._max_bytes = file, max_bytes
        self.num_bytes = 0
        self.start = bytearray()
        self._block = bytearray()
        self._digest = hashlib.sha256()
        self._stream: BinaryIO = file.open("wb")

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def take(self, data: bytes) -> None:
        self.num_bytes += len(data)
        if self.num_bytes > self._max_bytes:
            raise _too_large(self._max_bytes)
        if len(self.start) < _START_BYTES:
            self.start += data[: _START_BYTES - len(self.start)]
        self._block += data

    async def write_full_blocks(self) -> None:
        if len(self._block) >= _BLOCK_BYTES:
            await run_in_threadpool(self._write)

    async def finish(self) -> None:
        await run_in_threadpool(self._write)
        self._stream.close()

    def discard(self) -> None:
        self._stream.close()
        self.file.unlink(missing_ok=True)

    def _write(self) -> None:
        self._digest.update(self._block)
        self._stream.write(self._block)
        self._block.clear()


class _Form:
    """The parts of a form, as its parser meets them; the file's bytes go to the sink."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self._fields: dict[str, bytearray] = {}
        self._headers: dict[bytes, bytearray] = {}
        self._header_name, self._header_value = bytearray(), bytearray()
        self._field: bytearray | None = None  # None: the file
        self.file_name: str | None = None
        self.has_file = False
        self.is_complete = False

    def text(self, name: str) -> str | None:
        if name not in self._fields:
            return None
        return _decoded(bytes(self._fields[name]), name)

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_end": self._on_end,
            },
        )

    def _on_header_field(self, data: bytes, start: int, stop: int) -> None:
        self._header_name += data[start:stop]

    def _on_header_value(self, data: bytes, start: int, stop: int) -> None:
        self._header_value += data[start:stop]

    def _on_header_end(self) -> None:
        self._headers[bytes(self._header_name.lower())] = bytearray(self._header_value)
        self._header_name.clear()
        self._header_value.clear()

    def _on_headers_finished(self) -> None:
        disposition = bytes(self._headers.get(b"content-disposition", b""))
        _, options = parse_options_header(disposition.decode("latin-1"))
        name = _decoded(options.get(b"name", b""), "a part's name")
        if name not in _FIELDS:
            raise InvalidInput(
                f"the form has a part {name[:64]!r}; known are {', '.join(_FIELDS)}",
                param=name[:64],
            )
        if name == "file":
            self._begin_file(options.get(b"filename"))
            return
        if name in self._fields:
            raise InvalidInput(f"the form has {name} twice", param=name)
        self._field = self._fields[name] = bytearray()

    def _begin_file(self, file_name: bytes | None) -> None:
        if self.has_file:
            raise InvalidInput("the form has two files: upload them one by one", param="file")
        self.has_file, self._field = True, None
        if file_name:
            self.file_name = _decoded(file_name, "the file's name")

    def _on_part_data(self, data: bytes, start: int, stop: int) -> None:
        if self._field is None:
            self._sink.take(data[start:stop])
            return
        self._field += data[start:stop]
        if len(self._field) > _MAX_FIELD_BYTES:
            raise InvalidInput(f"a field of the form is past {_MAX_FIELD_BYTES} bytes")

    def _on_end(self) -> None:
        self.is_complete = True


async def _read(request: Request, sink: _Sink) -> _Form:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"multipart/form-data":
        return await _read_form(request, sink, options.get(b"boundary", b""))
    form = _Form(sink)
    form.file_name = _disposition_name(request.headers.get("content-disposition"))
    async for data in request.stream():
        sink.take(data)
        await sink.write_full_blocks()
    return form


async def _read_form(request: Request, sink: _Sink, boundary: bytes) -> _Form:
    if not boundary:
        raise InvalidInput("the form's Content-Type names no boundary", param="content-type")
    form = _Form(sink)
    try:
        parser = form.parser(boundary)
        async for data in request.stream():
            parser.write(data)
            await sink.write_full_blocks()
    except FormParserError as error:
        raise InvalidInput("the body is not a well-formed multipart form") from error
    if not form.is_complete:
        raise InvalidInput("the multipart form ends before its last boundary")
    if not form.has_file:
        raise InvalidInput("the form has no part named file", param="file")
    return form


def _check_length(request: Request, max_bytes: int) -> None:
    """What is too large is refused before it is sent, where its size is told."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > max_bytes + _FORM_OVERHEAD_BYTES:
        raise _too_large(max_bytes)


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"the file is past the limit of {max_bytes} bytes", param="file")


def _disposition_name(disposition: str | None) -> str | None:
    """The file name of a Content-Disposition header; `filename*` wins, as RFC 6266 says."""
    extended = _EXTENDED_NAME.search(disposition or "")
    if extended is not None:
        return _decoded(unquote_to_bytes(extended[1]), "the file's name")
    _, options = parse_options_header(disposition)
    name = options.get(b"filename")
    return None if name is None else header_text(name.decode("latin-1"))


def _checked_name(name: str) -> str:
    """Without the folders some clients send before it."""
    check_text(name, "name")
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if not name or name in (".", "..") or len(name) > NAME_LENGTH or _CONTROL.search(name):
        raise InvalidInput(
            f"a document's name is one line of 1 to {NAME_LENGTH} characters", param="name"
        )
    return name


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


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{what} is not UTF-8", param=what) from error
