from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.read import read_document
from schemas.errors import InvalidInput, ServiceError, TooLarge
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import rows_bytes, shared_data

LIMITS = IngestSettings()


def test_a_document_is_known_by_its_bytes_and_its_name(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(rows_bytes(["a"]))
    document = read_document(path, LIMITS)
    assert document.id == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.name == "book.xlsx"


def test_a_missing_file_and_a_folder_are_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no such file"):
        read_document(tmp_path / "none.pdf", LIMITS)
    with pytest.raises(InvalidInput, match="is a folder"):
        read_document(tmp_path, LIMITS)


def test_a_file_past_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("much too long")
    with pytest.raises(TooLarge, match="13 bytes, more than the limit of 5"):
        read_document(path, IngestSettings(max_bytes=5))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["xlsx", "edge-xlsx"])
def test_every_real_workbook_ends_in_a_document_or_a_clear_error(folder: str) -> None:
    data = shared_data()
    if data is None:
        pytest.skip("the shared folder of real files is missing")
    for path in sorted((data / folder).iterdir()):
        assert outcome(path).startswith(path.name), path.name


def outcome(path: Path) -> str:
    try:
        return read_document(path, LIMITS).name
    except ServiceError as error:
        return error.message
