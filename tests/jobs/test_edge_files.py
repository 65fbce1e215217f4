"""Real files that are scanned, encrypted, damaged or made to harm: each ends alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ingest.child import run_child
from jobs.parse_child import request_for
from jobs.parsed_document import ParsedDocument
from jobs.run_ingest import parse_limits
from schemas.errors import InvalidInput, PasswordRequired, TooLarge
from schemas.settings import IngestSettings, Settings

pytestmark = pytest.mark.slow

_LIMITS = IngestSettings(max_seconds=20, max_memory_bytes=4 << 30, ocr="off")
_WITH_OCR = IngestSettings(max_seconds=300, max_memory_bytes=4 << 30, ocr_processes=2)


@pytest.fixture
def limited(tiny_settings: Settings) -> Settings:
    return tiny_settings.model_copy(update={"ingest": _LIMITS})


def parse(
    file: Path, settings: Settings, folder: Path, limits: IngestSettings = _LIMITS
) -> ParsedDocument:
    target = folder / "parsed"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    request = request_for(
        file, target, name=file.name, sha256=sha256, password=None, settings=settings
    )
    about = run_child("jobs.parse_child", request, parse_limits(limits), name=file.name)
    parsed = ParsedDocument.open(target)
    characters = json.loads(about["summary"])["characters"]
    assert parsed.text_slice(0, 0).characters == characters
    return parsed


def refusal_of(file: Path, settings: Settings, folder: Path) -> str:
    """Why the file is not read; nothing for one that is, and is what it says."""
    try:
        check(parse(file, settings, folder))
    except InvalidInput as error:
        return error.message
    return ""


def check(parsed: ParsedDocument) -> None:
    """What is shown of it agrees with its text."""
    document = parsed.document()
    for page in document.pages[:3]:
        for word in parsed.page_words(page.number).words:
            assert document.text[word.start : word.stop] == word.text
    for sheet in document.sheets[:3]:
        for cell in parsed.sheet_window(sheet.name, 1, 100, 1, 50).cells:
            assert document.text[cell.start : cell.stop] == cell.text


@pytest.mark.parametrize("folder", ["edge-pdf", "edge-xlsx"])
def test_every_edge_file_is_read_or_refused_in_words(
    shared_data: Path, limited: Settings, tmp_path: Path, folder: str
) -> None:
    files = sorted(file for file in (shared_data / folder).iterdir() if file.is_file())
    refusals = [refusal_of(file, limited, tmp_path) for file in files]
    refused = [text for text in refusals if text]
    assert len(refused) < len(files) / 2
    assert not [text for text in refused if "the parser" in text], "they were not seen coming"


def test_an_encrypted_file_asks_for_its_password(
    shared_data: Path, limited: Settings, tmp_path: Path
) -> None:
    with pytest.raises(PasswordRequired):
        parse(shared_data / "edge-pdf" / "pypdf-password.pdf", limited, tmp_path)


def test_scans_are_read_within_the_limits_of_a_child(
    shared_data: Path, tiny_settings: Settings, tmp_path: Path
) -> None:
    settings = tiny_settings.model_copy(update={"ingest": _WITH_OCR})
    turned = shared_data / "edge-pdf" / "ocrmypdf-rotated_skew.pdf"
    document = parse(turned, settings, tmp_path, _WITH_OCR).document()
    assert "18720 Oxnard Street, Tarzana, CA 91356" in document.text
    bomb = shared_data / "edge-pdf" / "ocrmypdf-hugemono.pdf"
    [warning] = parse(bomb, settings, tmp_path, _WITH_OCR).document().warnings
    assert warning.code == "ocr_too_large"


def test_a_bomb_of_a_workbook_is_refused_for_what_it_is(
    shared_data: Path, limited: Settings, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="document type"):
        parse(shared_data / "edge-xlsx" / "poi-poc-xmlbomb.xlsx", limited, tmp_path)


def test_a_parser_that_is_given_little_memory_says_so(
    shared_data: Path, tiny_settings: Settings, tmp_path: Path
) -> None:
    little = IngestSettings(max_memory_bytes=1 << 28)
    file = shared_data / "pdf" / "debian-reference-en.pdf"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    request = request_for(
        file,
        tmp_path / "parsed",
        name=file.name,
        sha256=sha256,
        password=None,
        settings=tiny_settings,
    )
    with pytest.raises(TooLarge, match="memory"):
        run_child("jobs.parse_child", request, parse_limits(little), name=file.name)
