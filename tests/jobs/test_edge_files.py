"""Real files that are scanned, encrypted, damaged or made to harm: each ends alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from api.cli import run
from ingest.read import sha256_of
from jobs.parse_child import request_for
from jobs.parsed_document import ParsedDocument
from jobs.parsing import parsed_document, run_parse
from schemas.errors import ServiceError, WrongPassword
from schemas.ingest_settings import IngestSettings
from schemas.settings import Settings
from tests.jobs.edge_outcomes import (
    LIMITS,
    PASSWORDS,
    TABLE,
    differs,
    edge_files,
    file_of,
    names_of,
    outcome_of,
)

pytestmark = pytest.mark.slow
EXPECTED = json.loads(TABLE.read_text())


@pytest.mark.parametrize("name", EXPECTED)
def test_it_ends_as_the_table_says(shared_data: Path, name: str) -> None:
    """`python -m tests.jobs.edge_outcomes` makes the table anew."""
    found = outcome_of(*file_of(shared_data, name))
    expected = EXPECTED[name]
    assert found == expected or not differs(found, expected)


def test_the_table_has_every_file(shared_data: Path) -> None:
    assert list(EXPECTED) == list(names_of(shared_data))


def test_the_command_ends_with_a_message_for_each_that_is_not_read(
    shared_data: Path,
    tiny_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE__MODEL", str(tiny_folder))
    monkeypatch.setenv("NEEDLEPOINT_INGEST__MAX_CHARACTERS", str(LIMITS.max_characters))
    refused = [file for file in edge_files(shared_data) if EXPECTED[file.name]["outcome"] != "ok"]
    for file in refused:
        assert run(["inspect", str(file)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        said = captured.err.strip().splitlines()[-1]
        assert said == f"needlepoint: {EXPECTED[file.name]['message']}"
        assert file.name in said


def test_a_wrong_password_is_said_to_be_wrong(shared_data: Path) -> None:
    for name, password in PASSWORDS.items():
        file = next(file for file in edge_files(shared_data) if file.name == name)
        for wrong in (password.strip(), f"{password} ", "", "x"):
            if wrong == password:
                continue
            with pytest.raises(WrongPassword):
                parsed_document(file, sha256_of(file, LIMITS), LIMITS, password=wrong)


def test_what_is_shown_of_a_document_agrees_with_its_text(
    shared_data: Path, tiny_settings: Settings, tmp_path: Path
) -> None:
    for file in edge_files(shared_data):
        try:
            parsed = parse(file, tiny_settings, tmp_path)
        except ServiceError:
            continue
        document = parsed.document()
        for page in document.pages[:3]:
            for word in parsed.page_words(page.number).words:
                assert document.text[word.start : word.stop] == word.text
        for sheet in document.sheets[:3]:
            for cell in parsed.sheet_window(sheet.name, 1, 100, 1, 50).cells:
                assert document.text[cell.start : cell.stop] == cell.text


def parse(file: Path, settings: Settings, folder: Path) -> ParsedDocument:
    """As the service does, with passages, but for scans: OCR is waited for once."""
    limits = LIMITS.model_copy(update={"ocr": "off"})
    request = request_for(
        file,
        folder / "parsed",
        name=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        password=None,
        limits=limits,
        tokenizer=settings,
    )
    about = run_parse(request, limits)
    parsed = ParsedDocument.open(folder / "parsed")
    characters = json.loads(about["summary"])["characters"]
    assert parsed.text_slice(0, 0).characters == characters
    return parsed


def test_scans_are_read_within_the_limits_of_a_child(shared_data: Path) -> None:
    limits = IngestSettings(max_seconds=300, max_memory_bytes=4 << 30, ocr_processes=2)
    folder = shared_data / "edge-pdf"
    turned = folder / "ocrmypdf-rotated_skew.pdf"
    document = parsed_document(turned, sha256_of(turned, limits), limits)
    assert "18720 Oxnard Street, Tarzana, CA 91356" in document.text
    bomb = folder / "ocrmypdf-hugemono.pdf"
    [warning] = parsed_document(bomb, sha256_of(bomb, limits), limits).warnings
    assert warning.code == "ocr_too_large"
