from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from jobs import run_ingest as run_ingest_module
from jobs.parsed_document import ParsedDocument
from jobs.parsing import run_parse
from jobs.services import Services
from jobs.storage import Storage, original_key
from schemas.errors import (
    Cancelled,
    NotFound,
    TooLarge,
    Unavailable,
    UnreadableDocument,
    UnsupportedFormat,
    WrongPassword,
)
from schemas.ingest_settings import IngestSettings
from schemas.jobs import JobProgress, Queue
from schemas.stored_document import DocumentStatus, StoredDocument
from tests.ingest.pdf_maker import pdf_of
from tests.ingest.workbooks import rows_bytes
from tests.jobs.asked import TENANT, claimed
from tests.jobs.ingesting import files_of, ingest, upload, with_tiny_model

PDF = pdf_of([[(72, 72, "The agent is here.")], [(72, 72, "The total is 93.")]])


@pytest.fixture
def services(services: Services, tiny_folder: Path) -> Services:
    return with_tiny_model(services, tiny_folder)


def found(services: Services, document_id: str) -> StoredDocument:
    return services.documents.get(TENANT, document_id)


def opened(services: Services, document_id: str) -> ParsedDocument:
    (handle,) = services.documents.documents_of(TENANT, [document_id])
    return ParsedDocument.open(services.storage.local_file(handle.parsed_key))


def locked_pdf() -> bytes:
    document = pymupdf.open(stream=PDF)
    options = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "open", "owner_pw": "own"}
    return bytes(document.tobytes(**options))


def pictures_pdf() -> bytes:
    """A page without text."""
    document = pymupdf.open()
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 8, 8))
    pixels.clear_with(9)
    document.new_page().insert_image((0, 0, 90, 90), pixmap=pixels)
    return bytes(document.tobytes())


def test_a_pdf_is_ready_with_its_counts(services: Services) -> None:
    document_id = upload(services, "a.pdf", PDF)
    ingest(services)
    document = found(services, document_id)
    assert (document.status, document.media_type) == (DocumentStatus.READY, "application/pdf")
    assert (document.pages, document.sheets, document.characters) == (2, [], 36)
    assert document.passages == 1
    assert document.progress.stage == "done"
    assert opened(services, document_id).page_words(2).words[0].text == "The"


def test_a_workbook_is_ready_with_its_sheets(services: Services) -> None:
    document_id = upload(services, "a.xlsx", rows_bytes(["Name", "Age"], ["Ann", "=40+1"]))
    ingest(services)
    document = found(services, document_id)
    assert document.pages == 0
    assert [sheet.model_dump() for sheet in document.sheets or []] == [
        {"name": "Data", "rows": 2, "columns": 2, "hidden": False, "formulas": 1}
    ]
    assert opened(services, document_id).sheet_window("Data", 2, 2, 1, 1).cells[0].text == "Ann"


def test_nothing_is_left_but_the_bytes_and_what_was_read(services: Services) -> None:
    upload(services, "a.pdf", PDF)
    ingest(services)
    assert [name.split("-")[0] for name in files_of(services)][-2:] == ["original", "parsed"]
    assert not list(services.storage.scratch.iterdir())


def test_pages_are_reported_while_it_is_read(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[JobProgress] = []

    def report(claim: Any, progress: JobProgress, fields: None) -> bool:
        heard.append(progress)
        return True

    monkeypatch.setattr(services.jobs, "report", report, raising=False)
    upload(services, "a.pdf", PDF)
    ingest(services)
    first = heard[0]
    assert (first.stage, first.pages_done, first.pages_total, first.share) == ("parse", 0, 2, 0.0)
    assert len(heard) == 1  # two pages take less than half a second


@pytest.mark.slow
def test_what_was_read_before_is_not_parsed_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = upload(services, "a.pdf", pictures_pdf())
    ingest(services)
    before = found(services, document_id)
    monkeypatch.setattr(run_ingest_module, "run_parse", None)
    services.documents.reingest(TENANT, document_id, None)
    ingest(services)
    after = found(services, document_id)
    assert (after.status, after.warnings) == (DocumentStatus.READY, before.warnings)
    assert before.warnings[0].message.startswith("a.pdf: OCR found no text on page 1")


def test_a_damaged_parsed_file_is_made_again(services: Services) -> None:
    document_id = upload(services, "a.pdf", PDF)
    ingest(services)
    (handle,) = services.documents.documents_of(TENANT, [document_id])
    services.storage.put_bytes(handle.parsed_key, b"torn")
    services.documents.reingest(TENANT, document_id, None)
    ingest(services)
    assert opened(services, document_id).text_slice(0, 9).text == "The agent"


def test_bytes_that_lie_elsewhere_are_fetched_and_let_go(
    services: Services, tmp_path: Path
) -> None:
    elsewhere = Storage(MemoryFileSystem(), f"/{tmp_path.name}", tmp_path / "scratch")
    services = dataclasses.replace(services, storage=elsewhere)
    document_id = upload(services, "a.pdf", PDF)
    ingest(services)
    assert [path for path in elsewhere.scratch.iterdir() if path.name != "fetched"] == []
    assert opened(services, document_id).page_words(1).words[1].text == "agent"


def test_a_password_opens_the_document_and_is_forgotten(services: Services) -> None:
    document_id = upload(services, "a.pdf", locked_pdf(), password="open")
    claim = ingest(services)
    assert found(services, document_id).status == DocumentStatus.READY
    assert services.documents.for_ingest(claim).password is None


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.pdf", b"%PDF-1.7 torn", UnreadableDocument),
        ("a.xlsx", b"PK\x03\x04 torn", UnreadableDocument),
        ("a.bin", b"\x7fELF\x02\x01\x01" + bytes(64), UnsupportedFormat),
        ("a.txt", b"", UnreadableDocument),
    ],
)
def test_what_can_not_be_read_raises_and_leaves_nothing(
    services: Services, name: str, data: bytes, error: type[Exception]
) -> None:
    upload(services, name, data)
    with pytest.raises(error, match=name):
        ingest(services)
    assert "original" in files_of(services)
    assert not [file for file in files_of(services) if file.startswith("parsed")]
    assert not list(services.storage.scratch.iterdir())


def test_a_wrong_password_is_an_error(services: Services) -> None:
    upload(services, "a.pdf", locked_pdf(), password="wrong")
    with pytest.raises(WrongPassword):
        ingest(services)


def test_a_document_that_takes_too_long_is_too_large(services: Services, tiny_folder: Path) -> None:
    hasty = with_tiny_model(services, tiny_folder, IngestSettings(max_seconds=0.01))
    upload(hasty, "a.pdf", PDF)
    with pytest.raises(TooLarge, match=r"a\.pdf: took more than .*NEEDLEPOINT_INGEST__MAX_SECONDS"):
        ingest(hasty)


def test_a_stop_writes_nothing(services: Services) -> None:
    document_id = upload(services, "a.pdf", PDF)
    with pytest.raises(Cancelled):
        ingest(services, should_stop=lambda: True)
    assert found(services, document_id).status == DocumentStatus.RUNNING
    assert not [name for name in files_of(services) if name.startswith("parsed")]


def test_a_job_that_was_lost_is_given_up(services: Services) -> None:
    upload(services, "a.pdf", PDF)
    claim = claimed(services.jobs, Queue.INGEST)
    assert services.jobs.release(claim)
    with pytest.raises(Cancelled):
        run_ingest_module.run_ingest(claim, services, should_stop=lambda: False)


def test_a_database_that_is_away_for_a_moment_does_not_end_the_reading(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def report(*_: Any) -> bool:
        raise Unavailable("the database does not answer")

    monkeypatch.setattr(services.jobs, "report", report, raising=False)
    document_id = upload(services, "a.pdf", PDF)
    ingest(services)
    assert found(services, document_id).status == DocumentStatus.READY


def test_a_document_that_is_deleted_meanwhile_leaves_nothing(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = upload(services, "a.pdf", PDF)

    def delete_after(*arguments: Any, **options: Any) -> dict[str, Any]:
        said = run_parse(*arguments, **options)
        services.documents.delete(TENANT, document_id)
        return said

    monkeypatch.setattr(run_ingest_module, "run_parse", delete_after)
    with pytest.raises(NotFound):
        ingest(services)
    assert not [name for name in files_of(services) if name.startswith("parsed")]


def test_stored_bytes_that_are_not_those_uploaded_are_not_read(services: Services) -> None:
    document_id = upload(services, "a.pdf", PDF)
    key = original_key(TENANT, document_id)
    services.storage.put_bytes(key, pdf_of([[]]))
    with pytest.raises(Unavailable, match="its bytes changed before they were read"):
        ingest(services)


def test_a_worker_loads_neither_torch_nor_what_opens_documents() -> None:
    program = (
        "import sys, jobs.run_ingest, jobs.page_pictures, jobs.parsed_document\n"
        "print([m for m in ('torch', 'pymupdf', 'openpyxl', 'bm25s') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_the_process_that_parses_loads_no_torch() -> None:
    program = "import sys, jobs.parse_child, ingest.pdf\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_a_document_that_was_read_waits_to_be_prepared(services: Services) -> None:
    document_id = upload(services, "terms.txt", b"The margin is 2.5 per cent.")
    ingest(services)
    assert services.documents.get(TENANT, document_id).index.status == "queued"
