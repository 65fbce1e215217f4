"""Workbooks that are encrypted, of another program, or not as they should be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from ingest.read import read_document
from schemas.document import Document
from schemas.errors import PasswordRequired, UnreadableDocument, WrongPassword
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import part, place, read, rows_bytes, with_parts

SHEET = "xl/worksheets/sheet1.xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""
ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Lager">
<table:table-row><table:table-cell/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Ware</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>Stück</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Hammer</text:p>
</table:table-cell><table:table-cell office:value-type="float" office:value="12.5">
<text:p>12,50</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def encrypted(data: bytes, password: str) -> bytes:
    file = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, file)
    return file.getvalue()


def ods(content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return file.getvalue()


def read_file(folder: Path, name: str, data: bytes, password: str | None = None) -> Document:
    (folder / name).write_bytes(data)
    return read_document(folder / name, IngestSettings(), password=password)


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.warnings]


def test_an_encrypted_workbook_is_read_with_its_password(tmp_path: Path) -> None:
    data = encrypted(rows_bytes(["rent", 93]), "Grüße 1")
    document = read_file(tmp_path, "a.xlsx", data, "Grüße 1")
    assert place(document, "93") == "Data!B1"


def test_the_error_for_a_password_says_whether_it_is_missing_or_wrong(tmp_path: Path) -> None:
    data = encrypted(rows_bytes(["rent", 93]), "secret")
    with pytest.raises(PasswordRequired, match=r"a.xlsx: the file is encrypted.*--password"):
        read_file(tmp_path, "a.xlsx", data)
    with pytest.raises(WrongPassword, match=r"a.xlsx: the password does not open the file"):
        read_file(tmp_path, "a.xlsx", data, "secret ")


def test_the_password_that_excel_uses_for_itself_need_not_be_given(tmp_path: Path) -> None:
    data = encrypted(rows_bytes(["rent", 93]), "VelvetSweatshop")
    assert "rent | 93" in read_file(tmp_path, "a.xlsx", data).text


def test_an_encrypted_file_that_was_cut_is_unreadable(tmp_path: Path) -> None:
    data = encrypted(rows_bytes(*[["rent", n] for n in range(99)]), "secret")
    with pytest.raises(UnreadableDocument, match=r"a.xlsx: .* damaged|can not be read"):
        read_file(tmp_path, "a.xlsx", data[:6000], "secret")


def test_an_ods_workbook_is_read_by_cell_and_says_what_is_not(tmp_path: Path) -> None:
    document = read_file(tmp_path, "a.ods", ods(ODS))
    assert document.text == "Lager\n\nWare | Stück\nHammer | 12.5"
    assert place(document, "12.5") == "Lager!B3"
    assert codes(document) == ["values_alone"]


def test_an_entity_in_an_ods_workbook_is_refused(tmp_path: Path) -> None:
    content = ODS.replace('"1.0"?>', '"1.0"?><!DOCTYPE a [<!ENTITY b "c">]>')
    with pytest.raises(UnreadableDocument, match="declares a document type"):
        read_file(tmp_path, "a.ods", ods(content))


def test_a_sheet_of_the_strict_kind_is_read_by_another_library() -> None:
    data = rows_bytes(["rent", 93.5])
    transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = part(data, SHEET).replace(
        transitional, b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    document = read(with_parts(data, {SHEET: strict}))
    assert document.text == "Data\n\nrent | 93.5"
    assert codes(document) == ["read_otherwise"]


def test_a_sheet_that_the_file_does_not_have_is_reported() -> None:
    data = rows_bytes(["rent", 93])
    xml = part(data, "xl/workbook.xml").replace(
        b"</sheets>", b'<sheet name="Gone" sheetId="9" /></sheets>'
    )
    document = read(with_parts(data, {"xl/workbook.xml": xml}))
    assert codes(document) == ["sheet_not_read"]
    assert "'Gone' is missing in the file" in document.warnings[0].message
