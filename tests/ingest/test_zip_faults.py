"""Archives that fuzzing found to end in other errors than our own."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from ingest.read import document_of
from ingest.workbook_parts import check_parts
from schemas.errors import UnreadableDocument
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import rows_bytes

BOOK = rows_bytes(["name", "age"], ["Ann", 41])


def with_torn_content(data: bytes) -> bytes:
    """The manifest's packed bytes are others."""
    start = _offset_of(data, "[Content_Types].xml")
    return data[:start] + b"\xff" * 40 + data[start + 40 :]


def with_offsets_before_the_file(data: bytes) -> bytes:
    """The end of the archive says that its directory is larger than what stands before it."""
    end = data.rindex(b"PK\5\6")
    size, _ = struct.unpack("<II", data[end + 12 : end + 20])
    directory = data[end - size : end]
    return (
        b"PK\3\4"
        + directory
        + data[end : end + 16]
        + struct.pack("<I", size + 88)
        + data[end + 20 :]
    )


def _offset_of(data: bytes, name: str) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.getinfo(name).header_offset + 30 + len(name)


def test_a_manifest_that_does_not_unpack_is_damage() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.xlsx: .* archive .*; check that the file"):
        document_of(with_torn_content(BOOK), "a.xlsx", IngestSettings())


def test_parts_that_stand_before_the_file_are_damage() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.xlsx: .* archive .*; save it again"):
        check_parts(with_offsets_before_the_file(BOOK), "a.xlsx", IngestSettings())
