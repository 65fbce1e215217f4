"""How does a file arrive, in a form or as the body, without being held in memory?

Its bytes are counted, hashed and written as they arrive. Two ways of sending: a form
(multipart/form-data) with one file among its fields, or the bytes alone as the body.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from schemas.errors import InvalidInput, TooLarge

_BLOCK_BYTES = 1 << 20
_START_BYTES = 4096
_MAX_FIELD_BYTES = 64 << 10
_FORM_OVERHEAD_BYTES = 1 << 20  # of a form around its file
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)


@asynccontextmanager
async def received_form(
    request: Request,
    scratch: Path,
    max_bytes: int,
    *,
    fields: Collection[str],
    file_part: str = "file",
) -> AsyncIterator[Form]:
    """A form with one file and these fields, or a file as the body, once all of it is here.
    Whatever breaks it, nothing of it stays."""
    _check_length(request, max_bytes)
    sink = await run_in_threadpool(Sink, scratch, max_bytes)
    try:
        form = Form(sink, fields, file_part)
        await _read(request, form)
        await sink.finish()
        yield form
    finally:
        await run_in_threadpool(sink.discard)


def header_text(value: str | None) -> str | None:
    """Headers are bytes that arrive as Latin-1; callers mean UTF-8 where it is that."""
    if value is None:
        return None
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


class Sink:
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


class Form:
    """The parts of a form, as its parser meets them; the file's bytes go to the sink."""

    def __init__(self, sink: Sink, fields: Collection[str], file_part: str) -> None:
        self.sink, self._names, self._file_part = sink, tuple(fields), file_part
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
        if name not in (self._file_part, *self._names):
            known = ", ".join((self._file_part, *self._names))
            raise InvalidInput(
                f"the form has a part {name[:64]!r}; known are {known}", param=name[:64]
            )
        if name == self._file_part:
            self._begin_file(options.get(b"filename"))
            return
        if name in self._fields:
            raise InvalidInput(f"the form has {name} twice", param=name)
        self._field = self._fields[name] = bytearray()

    def _begin_file(self, file_name: bytes | None) -> None:
        if self.has_file:
            raise InvalidInput(
                "the form has two files: upload them one by one", param=self._file_part
            )
        self.has_file, self._field = True, None
        if file_name:
            self.file_name = _decoded(file_name, "the file's name")

    def _on_part_data(self, data: bytes, start: int, stop: int) -> None:
        if self._field is None:
            self.sink.take(data[start:stop])
            return
        self._field += data[start:stop]
        if len(self._field) > _MAX_FIELD_BYTES:
            raise InvalidInput(f"a field of the form is past {_MAX_FIELD_BYTES} bytes")

    def _on_end(self) -> None:
        self.is_complete = True

    def check(self) -> None:
        """Raises `InvalidInput` for one that is not whole."""
        if not self.is_complete:
            raise InvalidInput("the multipart form ends before its last boundary")
        if not self.has_file:
            part = self._file_part
            raise InvalidInput(f"the form has no part named {part}", param=part)


async def _read(request: Request, form: Form) -> None:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"multipart/form-data":
        await _read_form(request, form, options.get(b"boundary", b""))
        return
    form.file_name = _disposition_name(request.headers.get("content-disposition"))
    async for data in request.stream():
        form.sink.take(data)
        await form.sink.write_full_blocks()


async def _read_form(request: Request, form: Form, boundary: bytes) -> None:
    if not boundary:
        raise InvalidInput("the form's Content-Type names no boundary", param="content-type")
    try:
        parser = form.parser(boundary)
        async for data in request.stream():
            parser.write(data)
            await form.sink.write_full_blocks()
    except FormParserError as error:
        raise InvalidInput("the body is not a well-formed multipart form") from error
    form.check()


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


def _decoded(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{what} is not UTF-8", param=what) from error
