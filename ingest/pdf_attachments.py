"""Which files does a PDF carry, of the whole document and pinned to its pages?"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator

import pymupdf

from ingest.pdf_open import open_pdf
from schemas.document import Attachment
from schemas.errors import TooLarge
from schemas.extraction import Problem
from schemas.settings import IngestSettings

_MAX_NAMED = 10


def attachments_of(pdf: pymupdf.Document) -> tuple[Attachment, ...]:
    """What is said of them; none is unpacked. Those of pages are found by `page_attachments`."""
    return tuple(
        _attachment(info.get("ufilename") or info.get("filename") or name, info)
        for name, info in _of_document(pdf)
    )


def page_attachments(page: pymupdf.Page) -> list[Attachment]:
    return [
        _attachment(a.file_info.get("filename", ""), a.file_info, page.number + 1)
        for a in _pins(page)
    ]


def attached_files(
    data: bytes, *, name: str, limits: IngestSettings, password: str | None = None
) -> Iterator[tuple[Attachment, bytes]]:
    """The files themselves, those of the whole document first."""
    with open_pdf(data, name=name, limits=limits, password=password) as (pdf, _):
        for key, info in _of_document(pdf):
            about = _attachment(info.get("ufilename") or info.get("filename") or key, info)
            _check(about, name, limits)
            yield about, bytes(pdf.embfile_get(key))
        for page in pdf:
            for pin in _pins(page):
                about = _attachment(
                    pin.file_info.get("filename", ""), pin.file_info, page.number + 1
                )
                _check(about, name, limits)
                yield about, bytes(pin.get_file())


def not_read(attachments: tuple[Attachment, ...], name: str) -> list[Problem]:
    """The warning that what is attached was not read."""
    if not attachments:
        return []
    named = ", ".join(f"{a.name} ({a.num_bytes:,} bytes)" for a in attachments[:_MAX_NAMED])
    more = f" and {len(attachments) - _MAX_NAMED} more" if len(attachments) > _MAX_NAMED else ""
    message = (
        f"{name}: carries attached files that were not read: {named}{more}; save them with "
        "needlepoint inspect --attachments and give them as documents"
    )
    return [Problem(code="attachments_not_read", message=message, document=name)]


def _of_document(pdf: pymupdf.Document) -> Iterator[tuple[str, dict[str, object]]]:
    for key in pdf.embfile_names():
        yield key, pdf.embfile_info(key)


def _pins(page: pymupdf.Page) -> Iterator[pymupdf.Annot]:
    kind = pymupdf.PDF_ANNOT_FILE_ATTACHMENT
    if any(found == kind for _, found, _ in page.annot_xrefs()):
        yield from page.annots(types=[kind])


def _attachment(said: object, info: dict[str, object], page: int = 0) -> Attachment:
    name = str(said).replace("\\", "/").rsplit("/", 1)[-1].strip() or "attachment"
    size = info.get("length")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name, media_type, size if isinstance(size, int) else -1, page)


def _check(attachment: Attachment, name: str, limits: IngestSettings) -> None:
    if attachment.num_bytes > limits.max_bytes:
        raise TooLarge(
            f"{name}: the attached {attachment.name} has {attachment.num_bytes:,} bytes, more than "
            f"the limit of {limits.max_bytes:,}",
            param=name,
        )
