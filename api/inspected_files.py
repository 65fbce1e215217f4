"""What is written to folders beside an inspection: pictures of pages, attached files?"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from schemas.document import Document
from schemas.errors import InvalidInput
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def write_layouts(
    file: Path,
    document: Document,
    pages: str | None,
    folder: Path,
    limits: IngestSettings,
    password: str | None,
) -> Iterator[Path]:
    """A PNG of each page, with what was understood of it drawn on; none of what has no pages."""
    from ingest.layout_image import page_numbers
    from jobs.page_drawing import drawn_layouts

    if not document.pages:
        return
    numbers = page_numbers(pages, len(document.pages))
    with drawn_layouts(file, document, numbers, limits, password=password) as drawn:
        for number, png in drawn.items():
            target = made_folder(folder) / f"{document.name}-p{number:04d}-layout.png"
            yield _written(target, png.read_bytes())


def write_attachments(
    file: Path, document: Document, folder: Path, limits: IngestSettings, password: str | None
) -> Iterator[Path | Problem]:
    """The files that a document carries, under their own names; none is written over. Then, in
    one problem, those that cannot be taken out."""
    from jobs.unpacking import Room, unpack, unread_warnings

    if not document.attachments:
        return
    room = Room(len(document.attachments), limits.max_attachment_bytes, 1, ())
    with tempfile.TemporaryDirectory(prefix="needlepoint-") as place:
        found, unread = unpack(
            file,
            Path(place),
            room,
            name=document.name,
            password=password,
            limits=limits,
            only_read=False,
        )
        for one in found:
            yield _written(_free(made_folder(folder), one.name), one.file.read_bytes())
    yield from unread_warnings(unread, document.name)


def made_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be made a folder: {error.strerror}") from error
    return folder


def _free(folder: Path, name: str) -> Path:
    """A path in the folder that no file has yet; the name comes from the document."""
    safe = _UNSAFE.sub("_", name).strip(". ")[-150:] or "attachment"
    path = folder / safe
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
    return path


def _written(path: Path, data: bytes) -> Path:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"{path} can not be written: {error.strerror}") from error
    return path
