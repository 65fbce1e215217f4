"""What is written to folders beside an inspection: pictures of pages, attached files?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.document import Attachment, Document
from schemas.errors import InvalidInput
from schemas.settings import IngestSettings

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
    from ingest.layout_image import layout_pages, page_numbers

    if not document.pages:
        return
    numbers = page_numbers(pages, len(document.pages))
    drawn = layout_pages(file.read_bytes(), document, numbers, limits=limits, password=password)
    for number, png in drawn:
        yield _written(made_folder(folder) / f"{document.name}-p{number:04d}-layout.png", png)


def write_attachments(
    file: Path, document: Document, folder: Path, limits: IngestSettings, password: str | None
) -> Iterator[Path]:
    """The files that a PDF or a mail carries, under their own names; none is written over."""
    from ingest.attached import attached_files

    if not document.attachments:
        return
    files: Iterable[tuple[Attachment, bytes]] = attached_files(
        file.read_bytes(), name=document.name, limits=limits, password=password
    )
    for attachment, data in files:
        yield _written(_free(made_folder(folder), attachment.name), data)


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
