"""Can these bytes be opened as a PDF?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pymupdf

from schemas.errors import PasswordRequired, TooLarge, UnreadableDocument, WrongPassword
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_WHOLE = "check that the file was stored or uploaded whole"


@contextmanager
def open_pdf(
    data: bytes, *, name: str, limits: IngestSettings, password: str | None = None
) -> Iterator[tuple[pymupdf.Document, list[Problem]]]:
    """The open document and what had to be repaired to open it; it is closed at the end."""
    be_silent()
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"{name}: has {len(data):,} bytes, more than the limit of {limits.max_bytes:,}; "
            "split the file or raise NEEDLEPOINT_INGEST__MAX_BYTES",
            param=name,
        )
    pdf = _open(data, name)
    try:
        _unlock(pdf, name, password)
        _check_pages(pdf, name)
        yield pdf, _repairs(pdf, name)
    finally:
        pdf.close()
        pymupdf.TOOLS.store_shrink(100)


def is_out_of_memory(error: Exception) -> bool:
    """MuPDF says so in words alone."""
    return isinstance(error, MemoryError) or ("alloc (" in str(error) and "failed" in str(error))


def be_silent() -> None:
    """MuPDF prints what it meets to the standard streams unless told not to."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.reset_mupdf_warnings()


def _open(data: bytes, name: str) -> pymupdf.Document:
    if not data:
        raise UnreadableDocument(f"{name}: the file is empty (0 bytes); {_WHOLE}", param=name)
    try:
        pdf = pymupdf.open(stream=data, filetype="pdf")
    except (RuntimeError, ValueError) as error:
        raise UnreadableDocument(
            f"{name}: not a PDF, or damaged beyond repair; {_WHOLE}", param=name
        ) from error
    if not pdf.is_pdf:
        pdf.close()
        raise UnreadableDocument(f"{name}: not a PDF; {_WHOLE}", param=name)
    return pdf


def _unlock(pdf: pymupdf.Document, name: str, password: str | None) -> None:
    if not pdf.needs_pass:
        return
    if password is None:
        raise PasswordRequired(
            f"{name}: the file is encrypted; give its password (--password)", param=name
        )
    if not any(pdf.authenticate(form) for form in _forms_of(password)):
        raise WrongPassword(
            f"{name}: the password does not open the file; check it for typing and blanks",
            param=name,
        )


def _forms_of(password: str) -> dict[str, None]:
    """As it was typed, and with its accents put together as programs do that write PDFs."""
    composed = (unicodedata.normalize(form, password) for form in ("NFC", "NFKC"))
    return dict.fromkeys((password, *composed))


def _check_pages(pdf: pymupdf.Document, name: str) -> None:
    try:
        num_pages: int = pdf.page_count
    except (RuntimeError, ValueError) as error:
        raise UnreadableDocument(
            f"{name}: the list of pages is damaged; {_WHOLE}", param=name
        ) from error
    if num_pages == 0:
        raise UnreadableDocument(f"{name}: the PDF has no pages; {_WHOLE}", param=name)


def _repairs(pdf: pymupdf.Document, name: str) -> list[Problem]:
    if not pdf.is_repaired:
        return []
    said = " ".join(pymupdf.TOOLS.mupdf_warnings().split()) or "its cross-reference was rebuilt"
    message = f"{name}: the PDF is damaged and was repaired ({said[:200]}); compare with the source"
    return [Problem(code="repaired", message=message, document=name)]
