"""How does a file become a document?

The reader of a format is imported when a file of that format comes: their libraries take time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType

from ingest.sniff import MediaType, is_office, sniff
from ingest.text_writer import TextTooLong
from schemas.document import Document
from schemas.errors import InvalidInput, TooLarge
from schemas.ingest_settings import IngestSettings
from schemas.progress import OnProgress, ignore_progress


def read_document(
    path: Path,
    limits: IngestSettings,
    *,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Document:
    data = read_bytes(path, limits)
    return document_of(data, path.name, limits, password=password, on_progress=on_progress)


def read_bytes(path: Path, limits: IngestSettings) -> bytes:
    """The file's bytes; what keeps it from being read is the caller's to mend."""
    with open_file(path, limits) as file:
        return file.read()


def sha256_of(path: Path, limits: IngestSettings) -> str:
    """Of the file's bytes, without holding them all."""
    with open_file(path, limits) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_file(path: Path, limits: IngestSettings) -> Iterator[BufferedReader]:
    try:
        if path.is_dir():
            raise InvalidInput(f"{path}: is a folder, not a file", param=str(path))
        if path.exists() and not path.is_file():
            raise InvalidInput(f"{path}: is not a regular file", param=str(path))
        check_size(path.stat().st_size, path.name, limits)
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise InvalidInput(f"{path}: there is no such file", param=str(path)) from error
    except PermissionError as error:
        raise InvalidInput(f"{path}: no permission to read it", param=str(path)) from error
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: can not be read ({error})", param=str(path)) from error


def check_size(num_bytes: int, name: str, limits: IngestSettings) -> None:
    if num_bytes > limits.max_bytes:
        raise TooLarge(
            f"{name}: has {num_bytes:,} bytes, more than the limit of {limits.max_bytes:,}"
            "; split the file or raise "
            "NEEDLEPOINT_INGEST__MAX_BYTES",
            param=name,
        )


def document_of(
    data: bytes,
    name: str,
    limits: IngestSettings,
    *,
    password: str | None = None,
    on_progress: OnProgress = ignore_progress,
    lost_pages: Mapping[int, str] = MappingProxyType({}),
) -> Document:
    """What the bytes of a file called `name` say, less the pages that are lost (`read_pdf`)."""
    try:
        document = _read(data, name, limits, password, on_progress, lost_pages)
        if not document.pages and len(document.text) > limits.max_characters:
            raise TextTooLong  # of a document with pages, those past the limit are left out
    except TextTooLong as error:
        raise TooLarge(
            f"{name}: holds more characters than the limit of {limits.max_characters:,}; split "
            "the file or raise NEEDLEPOINT_INGEST__MAX_CHARACTERS",
            param=name,
        ) from error
    return document


def _read(
    data: bytes,
    name: str,
    limits: IngestSettings,
    password: str | None,
    on_progress: OnProgress,
    lost_pages: Mapping[int, str],
) -> Document:
    document_id = hashlib.sha256(data).hexdigest()
    if is_office(data):
        from ingest.encrypted_office import decrypted

        data = decrypted(data, name, password)
    media_type = sniff(data, name)
    match media_type:
        case MediaType.PDF:
            from ingest.pdf import read_pdf

            return read_pdf(
                data,
                document_id=document_id,
                name=name,
                limits=limits,
                password=password,
                on_progress=on_progress,
                lost_pages=lost_pages,
            )
        case MediaType.PNG | MediaType.JPEG | MediaType.TIFF:
            from ingest.picture import read_picture

            return read_picture(
                data,
                document_id=document_id,
                name=name,
                media_type=media_type,
                limits=limits,
                on_progress=on_progress,
            )
        case MediaType.XLSX | MediaType.XLSM | MediaType.XLS | MediaType.XLSB | MediaType.ODS:
            from ingest.workbook import read_workbook

            return read_workbook(
                data,
                document_id=document_id,
                name=name,
                media_type=media_type,
                limits=limits,
                on_progress=on_progress,
            )
        case MediaType.CSV | MediaType.TSV:
            from ingest.delimited import read_delimited

            return read_delimited(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.HTML:
            from ingest.html_page import read_html

            return read_html(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.DOCX:
            from ingest.docx import read_docx

            return read_docx(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.PPTX:
            from ingest.pptx import read_pptx

            return read_pptx(
                data,
                document_id=document_id,
                name=name,
                media_type=media_type,
                limits=limits,
                on_progress=on_progress,
            )
        case MediaType.EML:
            from ingest.mail import read_mail

            return read_mail(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.MSG:
            from ingest.outlook import read_outlook

            return read_outlook(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.JSON | MediaType.JSON_LINES:
            from ingest.json_records import read_json

            return read_json(
                data, document_id=document_id, name=name, media_type=media_type, limits=limits
            )
        case MediaType.MARKDOWN | MediaType.TEXT:
            from ingest.plain_text import read_plain_text

            return read_plain_text(data, document_id=document_id, name=name, media_type=media_type)
