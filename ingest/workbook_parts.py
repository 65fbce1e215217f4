"""Is it safe to open the parts of this Office file?

An OOXML file is a ZIP archive of XML. Sizes are checked before anything is unpacked, and a
document type, which the standard forbids and which can unfold without end, is refused.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from xml.parsers import expat

from ingest.zip_faults import ZIP_FAULTS
from schemas.errors import TooLarge, UnreadableDocument
from schemas.ingest_settings import IngestSettings

_ALWAYS_ALLOWED_BYTES = 32 << 20
_SOME_BYTES = 4 << 10


def check_parts(
    data: bytes, name: str, limits: IngestSettings, kind: str = "workbook"
) -> list[str]:
    """The names of the parts of a package that keeps to the limits. `kind` is for messages."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            _check_expansion(members, len(data), name, limits)
            for member in members:
                _refuse_document_type(package, member, name, kind)
    except ZIP_FAULTS as error:
        raise UnreadableDocument(
            f"{name}: the {kind}'s ZIP archive is damaged ({error}); save it again",
            param=name,
        ) from error
    return [member.filename for member in members]


def _check_expansion(
    members: list[zipfile.ZipInfo], num_bytes: int, name: str, limits: IngestSettings
) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(_ALWAYS_ALLOWED_BYTES, limits.max_expansion_ratio * num_bytes):
        raise TooLarge(
            f"{name}: unpacks to {unpacked / num_bytes:,.0f} times its size, more than the limit "
            f"of {limits.max_expansion_ratio:,.0f}; if it can be trusted, raise "
            "NEEDLEPOINT_INGEST__MAX_EXPANSION_RATIO",
            param=name,
        )


def _refuse_document_type(
    package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, kind: str
) -> None:
    """Reads the member up to its first element; a member that is no XML ends at once."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("element")
    with package.open(member) as file, contextlib.suppress(expat.ExpatError):
        while not found and (some := file.read(_SOME_BYTES)):
            parser.Parse(some, False)
    if "doctype" in found:
        raise UnreadableDocument(
            f"{name}: the part {member.filename} declares a document type, which a {kind} must "
            "not; it can be an attack, so the file is not read",
            param=name,
        )
