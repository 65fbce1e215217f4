from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sniff import MediaType, check_start, sniff
from schemas.errors import ServiceError, UnreadableDocument, UnsupportedFormat
from tests.ingest.workbooks import rows_bytes

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "a.bin", MediaType.PDF),
        (b"junk\n%PDF-1.4\n", "a.pdf", MediaType.PDF),
        (rows_bytes(["a"]), "a.zip", MediaType.XLSX),
        (zip_of("xl/workbook.bin"), "a.xlsx", MediaType.XLSB),
        (OLE + "Workbook\0".encode("utf-16-le"), "a.bin", MediaType.XLS),
        (b"a,b\n1,2\n", "a.CSV", MediaType.CSV),
        (b"a\tb\n", "a.tsv", MediaType.TSV),
        (b"# Title\n", "a.md", MediaType.MARKDOWN),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.pdf", MediaType.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a.txt", MediaType.JPEG),
        (b"II*\0\x08\0\0\0", "a", MediaType.TIFF),
        (b"MM\0*\0\0\0\x08", "a", MediaType.TIFF),
        (b"plain", "README", MediaType.TEXT),
        (zip_of("word/document.xml"), "a.zip", MediaType.DOCX),
        (zip_of("ppt/presentation.xml"), "a.docx", MediaType.PPTX),
        (b"\n<!DOCTYPE html><p>", "a.txt", MediaType.HTML),
        (b"<?xml version='1.0'?><!-- x --><html>", "a", MediaType.HTML),
        (b"<p>piece</p>", "a.htm", MediaType.HTML),
        (b"Received: x\nFrom: a\nTo: b\n\ntext", "a.txt", MediaType.EML),
        (b"From: a\nTo: b\n\nmemo", "a.txt", MediaType.TEXT),
        (b"From: a\nTo: b\n\nmail", "a.eml", MediaType.EML),
        (b"no mail", "a.eml", MediaType.TEXT),
        (b'{"a": [1]}', "a.txt", MediaType.JSON),
        (b"[link](target)", "a.md", MediaType.MARKDOWN),
        (b"[not] data", "a", MediaType.TEXT),
        (b'{"a": 1}\n{"a": 2}\n', "a", MediaType.JSON_LINES),
        (OLE + "__properties_version1.0".encode("utf-16-le"), "a", MediaType.MSG),
        ("Grüße".encode("latin-1"), "a.txt", MediaType.TEXT),
        ("Grüße".encode("utf-16"), "a.txt", MediaType.TEXT),
    ],
)
def test_the_content_tells_and_the_name_only_among_texts(
    data: bytes, name: str, media_type: MediaType
) -> None:
    assert sniff(data, name) is media_type


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (zip_of("a.txt"), "a ZIP archive"),
        (OLE + "EncryptedPackage\0".encode("utf-16-le"), "an encrypted Office file"),
        (OLE + "WordDocument\0".encode("utf-16-le"), r"\.doc"),
        (b"<?xml version='1.0'?><svg/>", "an XML file"),
        (b"GIF89a\0\0\0\0", "what is read: PDF, XLSX"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFormat, match=what):
        sniff(data, "a.xlsx")


@pytest.mark.parametrize("data", [b"", b" \n\t", bytes(100)])
def test_an_empty_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="empty"):
        sniff(data, "a.txt")


def test_a_cut_archive_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        sniff(rows_bytes(["a"])[:200], "a.xlsx")


def test_text_named_as_a_workbook_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument, match=r"holds plain text, not what \.xlsx says"):
        sniff(b"a,b\n", "a.xlsx")


_STARTS = (
    b"",
    b"%PDF-",
    b"PK\x03\x04",
    OLE,
    b"\x89PNG\r\n\x1a\n",
    b"<html",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
)


_UTF8 = st.text(max_size=64).map(lambda text: text.encode(errors="replace"))


@given(st.sampled_from(_STARTS), _UTF8, _UTF8)
def test_what_the_start_is_refused_for_the_whole_is_refused_for(
    mark: bytes, start: bytes, rest: bytes
) -> None:
    try:
        check_start(mark + start, "a.txt")
    except UnsupportedFormat:
        with pytest.raises(ServiceError):
            sniff(mark + start + rest, "a.txt")


@pytest.mark.parametrize("start", [b"GIF89a\0", b"{\\rtf1", b"\x7fELF\x02\0"])
def test_some_files_are_refused_by_their_start(start: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        check_start(start, "a.txt")


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n\0", b"PK\x03\x04\0", OLE, b"\x89PNG\r\n\x1a\n\0", b"rent 93"]
)
def test_what_the_start_can_not_tell_is_left_to_the_rest(start: bytes) -> None:
    check_start(start, "a.txt")
