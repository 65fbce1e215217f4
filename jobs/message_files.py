"""Where do the files of a message lie, and the texts that are too long for one?

What is sent inline, or named by a URL, becomes a file of a day, and so does a text that is read as
a document. Their ids take the place of them in the message itself, so that no request holds a file
while it waits.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ingest.sniff import check_start, picture_type
from jobs.fetched_file import fetch
from jobs.file_intake import NewFile, take_in_file
from jobs.services import Services
from schemas.errors import InvalidInput, ServiceError, UnsupportedFormat
from schemas.file_names import checked_name
from schemas.openai_content import FilePart, file_of, part_of_file, text_of
from schemas.openai_files import FilePurpose

LONG_CHARACTERS = 6_000
"""A text of a message with more of them may be read as a document."""

_KEPT_SECONDS = 86_400
_START_BYTES = 4096

Contents = Iterable[list[Any]]
"""The parts of each message of a user."""


def keep_files(services: Services, tenant: str, contents: Contents) -> None:
    """Raises what taking one in, or fetching it, raises."""
    for content in contents:
        for number, part in enumerate(content):
            file = file_of(part)
            if file is not None and file.file_id is None:
                content[number] = part_of_file(part, _kept(services, tenant, file))


def keep_long_texts(services: Services, tenant: str, contents: Contents) -> None:
    for content in contents:
        for number, part in enumerate(content):
            if is_long(part):
                data = str(text_of(part)).encode()
                content[number] = part_of_file(part, _put_in(services, tenant, "message.txt", data))


def has_long_text(contents: Contents) -> bool:
    return any(is_long(part) for content in contents for part in content)


def is_long(part: Any) -> bool:
    text = text_of(part)
    return text is not None and len(text) > LONG_CHARACTERS


def _kept(services: Services, tenant: str, file: FilePart) -> str:
    if file.file_data is not None:
        assert file.filename is not None, "a name was asked for"
        data = _decoded(file.file_data)
        if file.is_picture and picture_type(data[:_START_BYTES]) is None:
            raise UnsupportedFormat(
                f"{file.filename}: pictures are read by OCR as PNG, JPEG or TIFF", param="input"
            )
        return _put_in(services, tenant, file.filename, data)
    assert file.file_url is not None, "a file of nothing"
    return _fetched(services, tenant, file.file_url, file.filename)


def _fetched(services: Services, tenant: str, url: str, filename: str | None) -> str:
    def write(target: Path) -> str:
        try:
            return fetch(url, target, services.settings.fetch)
        except ServiceError as error:
            error.param = "input"
            raise

    return _taken(services, tenant, filename, write)


def _put_in(services: Services, tenant: str, name: str, data: bytes) -> str:
    def write(target: Path) -> str:
        target.write_bytes(data)
        return name

    return _taken(services, tenant, name, write)


def _taken(services: Services, tenant: str, name: str | None, write: Callable[[Path], str]) -> str:
    """The file's id. What writes it may have a name for it."""
    scratch = services.storage.scratch_file()
    try:
        found = write(scratch)
        name = checked_name(name or found or "file")
        num_bytes = scratch.stat().st_size
        if not num_bytes:
            raise InvalidInput(f"{name}: the file is empty", param="input")
        with scratch.open("rb") as file:
            check_start(file.read(_START_BYTES), name)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        new = NewFile(
            file=scratch,
            sha256=sha256,
            num_bytes=num_bytes,
            name=name,
            purpose=FilePurpose.USER_DATA,
            seconds=_KEPT_SECONDS,
        )
        return take_in_file(services, tenant, new).id
    finally:
        scratch.unlink(missing_ok=True)


def _decoded(data: str) -> bytes:
    """Of base64, or of a data: URL of it."""
    if data.startswith("data:"):
        data = data.partition(",")[2]
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("file_data is not base64", param="input") from error
