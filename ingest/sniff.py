"""What kind of file is this, by what it holds?

The name counts only where the content can not tell: plain text may be a table or Markdown.
"""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from pathlib import PurePath

import puremagic

from ingest.sniff_text import are_json_lines, is_html, is_json, is_mail
from ingest.text_encoding import decoded, is_binary, start_of_text
from ingest.zip_faults import ZIP_FAULTS
from schemas.errors import UnreadableDocument, UnsupportedFormat

_WHOLE = "check that the file was stored or uploaded whole"
READ_FORMATS = (
    "PDF, XLSX, XLSM, XLS, XLSB, ODS, CSV, TSV, DOCX, PPTX, HTML, EML, MSG, JSON, JSON Lines, TXT, "
    "Markdown, and pictures as PNG, JPEG and TIFF"
)


class MediaType(StrEnum):
    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
    XLS = "application/vnd.ms-excel"
    XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    HTML = "text/html"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    EML = "message/rfc822"
    MSG = "application/vnd.ms-outlook"
    JSON = "application/json"
    JSON_LINES = "application/jsonl"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


PICTURES = (MediaType.PNG, MediaType.JPEG, MediaType.TIFF)
_PICTURE_MARKS = {
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"\xff\xd8\xff": MediaType.JPEG,
    b"II*\0": MediaType.TIFF,
    b"MM\0*": MediaType.TIFF,
    b"II+\0": MediaType.TIFF,  # the 64-bit kind
    b"MM\0+": MediaType.TIFF,
}

_TEXT_TYPES = {
    ".csv": MediaType.CSV,
    ".tsv": MediaType.TSV,
    ".tab": MediaType.TSV,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".eml": MediaType.EML,
    ".json": MediaType.JSON,
    ".geojson": MediaType.JSON,
    ".jsonl": MediaType.JSON_LINES,
    ".ndjson": MediaType.JSON_LINES,
}
_BINARY_SUFFIXES = {".pdf", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".doc", ".docx", ".zip"}
_BINARY_SUFFIXES |= {".pptx", ".ppt", ".msg"}
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MESSAGE_STREAM = "__properties_version1.0".encode("utf-16-le")
_OLE_STREAMS = {
    "EncryptedPackage": "an encrypted Office file that is damaged",
    "WordDocument": "a Word 97-2003 file (.doc)",
    "PowerPoint Document": "a PowerPoint 97-2003 file (.ppt)",
}
_BLANKS = b"\0 \t\r\n"
_XLS_STREAMS = ("Workbook", "Book")
_OFFICE_FOLDERS = {"word/": MediaType.DOCX, "ppt/": MediaType.PPTX}
_TEXT_MARKS = {
    "{\\rtf": "an RTF file",
    "%!ps": "a PostScript file",
}


def sniff(data: bytes, name: str) -> MediaType:
    """The media type of a file that is read; `UnsupportedFormat` says what another one is."""
    if not data[:1024].strip(_BLANKS) and not data.strip(_BLANKS):
        raise UnreadableDocument(f"{name}: the file is empty; {_WHOLE}", param=name)
    if (picture := picture_type(data)) is not None:
        return picture
    if b"%PDF-" in data[:1024]:
        return MediaType.PDF
    if data.startswith(b"PK\x03\x04"):
        return _zip_type(data, name)
    if data.startswith(_OLE_MARK):
        return MediaType.MSG if _MESSAGE_STREAM in data else _ole_type(data, name)
    if is_mail(data, is_named_so=named_text_type(name) is MediaType.EML):
        return MediaType.EML
    is_table = named_text_type(name) in (MediaType.CSV, MediaType.TSV)  # which may be long
    found = start_of_text(data) if is_table else decoded(data)
    if found is None:
        raise _unsupported(name, _described(data))
    return _text_type(found[0], name)


def picture_type(data: bytes) -> MediaType | None:
    """What kind of picture begins so; None for any other file."""
    kinds = [kind for mark, kind in _PICTURE_MARKS.items() if data.startswith(mark)]
    return kinds[0] if kinds else None


def check_start(start: bytes, name: str) -> None:
    """Refuses by its first bytes alone what `sniff` refuses, whatever follows in UTF-8; what it
    lets pass may still be refused."""
    if b"%PDF-" in start[:1024] or start.startswith((b"PK\x03\x04", _OLE_MARK)):
        return
    if picture_type(start) is not None:
        return
    if is_binary(start):
        raise _unsupported(name, _described(start))
    _refuse_marks(start[:256].decode("utf-8", "replace"), name)


def named_text_type(name: str) -> MediaType | None:
    """What a file of this name is if its bytes are text; None where the name says nothing."""
    return _TEXT_TYPES.get(PurePath(name).suffix.lower())


def _zip_type(data: bytes, name: str) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
            manifest = _first_bytes(archive, "[Content_Types].xml")
            mimetype = _first_bytes(archive, "mimetype").decode("ascii", "replace").strip()
    except ZIP_FAULTS as error:
        raise UnreadableDocument(
            f"{name}: the file is a damaged ZIP archive or workbook ({error}); {_WHOLE}",
            param=name,
        ) from error
    for folder, media_type in _OFFICE_FOLDERS.items():
        if any(member.startswith(folder) for member in members):
            return media_type
    if "xl/workbook.bin" in members:
        return MediaType.XLSB
    if mimetype.startswith(MediaType.ODS):
        return MediaType.ODS
    if b"sheet.macroEnabled.main+xml" in manifest or b"template.macroEnabled.main" in manifest:
        return MediaType.XLSM
    if b"spreadsheetml" in manifest or any(member.startswith("xl/") for member in members):
        return MediaType.XLSX
    if mimetype.startswith("application/"):
        raise _unsupported(name, f"a file of type {mimetype}")
    raise _unsupported(name, "a ZIP archive")


def is_office(data: bytes) -> bool:
    """Whether it is a container of old Office files, which those with a password are too."""
    return data.startswith(_OLE_MARK)


def _first_bytes(archive: zipfile.ZipFile, member: str) -> bytes:
    if member not in archive.namelist():
        return b""
    with archive.open(member) as file:
        return file.read(1 << 20)


def _ole_type(data: bytes, name: str) -> MediaType:
    for stream, description in _OLE_STREAMS.items():
        if _has_stream(data, stream):
            raise _unsupported(name, description)
    if any(_has_stream(data, stream) for stream in _XLS_STREAMS):
        return MediaType.XLS
    raise _unsupported(name, "an old Office file (OLE container)")


def _has_stream(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") + b"\0\0" in data


def _text_type(text: str, name: str) -> MediaType:
    if is_html(text):
        return MediaType.HTML
    _refuse_marks(text, name)
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        raise _unsupported(name, "an XML file")
    suffix = PurePath(name).suffix.lower()
    if suffix in _BINARY_SUFFIXES:
        raise UnreadableDocument(
            f"{name}: holds plain text, not what {suffix} says; rename it to .csv or .txt",
            param=name,
        )
    named = named_text_type(name)
    if named in (None, MediaType.EML):  # a mail whose headers say nothing of one is a text
        if is_json(text):
            return MediaType.JSON
        return MediaType.JSON_LINES if are_json_lines(text) else MediaType.TEXT
    return named


def _refuse_marks(text: str, name: str) -> None:
    start = text[:64].lstrip("\ufeff \t\r\n").lower()
    for mark, description in _TEXT_MARKS.items():
        if start.startswith(mark):
            raise _unsupported(name, description)


def _described(data: bytes) -> str:
    try:
        found = puremagic.magic_string(data)
    except puremagic.PureError:
        found = []
    known = found[0].name or found[0].mime_type or found[0].extension if found else ""
    return known or "a binary file of an unknown kind"


def _unsupported(name: str, description: str) -> UnsupportedFormat:
    return UnsupportedFormat(f"{name}: is {description}; what is read: {READ_FORMATS}", param=name)
