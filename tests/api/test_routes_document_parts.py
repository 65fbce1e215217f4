"""What can be seen of a document, once it was read by a real child process?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from jobs.work import run_next
from schemas.engine_settings import EngineSettings
from schemas.jobs import Queue
from tests.api.served import Served, served
from tests.ingest.pdf_maker import pdf_of
from tests.ingest.workbooks import rows_bytes

PDF = pdf_of([[(72, 100, "The rent is 93")], [(72, 100, "Second page")]])


@pytest.fixture
def service(tmp_path: Path, tiny_folder: Path) -> Iterator[Served]:
    model = EngineSettings(model=str(tiny_folder), adapter=None)
    with served(tmp_path, engine=model) as service:
        yield service


def test_a_document_is_read_by_the_ingest_worker(service: Served) -> None:
    document = service.client.get(f"/v1/documents/{_read(service, PDF, 'a.pdf')}").json()
    assert (document["status"], document["media_type"], document["pages"]) == (
        "ready",
        "application/pdf",
        2,
    )


def test_the_words_of_a_page_are_slices_of_the_text(service: Served) -> None:
    path = f"/v1/documents/{_read(service, PDF, 'a.pdf')}"
    words = service.client.get(f"{path}/pages/1/words").json()["words"]
    text = service.client.get(f"{path}/text").json()["text"]
    assert [text[word["start"] : word["stop"]] for word in words] == ["The", "rent", "is", "93"]


def test_a_page_is_drawn(service: Served) -> None:
    path = f"/v1/documents/{_read(service, PDF, 'a.pdf')}/pages/2/image?dpi=36"
    answer = service.client.get(path)
    image = pymupdf.Pixmap(answer.content)
    assert (answer.headers["content-type"], image.width, image.height) == ("image/png", 306, 396)


@pytest.mark.parametrize("part", ["words", "image"])
def test_a_page_that_is_not_there_is_not_found(service: Served, part: str) -> None:
    path = f"/v1/documents/{_read(service, PDF, 'a.pdf')}/pages/3/{part}"
    assert service.client.get(path).status_code in (404, 422)


@pytest.mark.slow
def test_an_encrypted_document_is_read_and_drawn_with_its_password(service: Served) -> None:
    data = _encrypted(PDF, "sésame")
    password: Any = {"Needlepoint-Password": "sésame".encode()}
    document = _read(service, data, "a.pdf", password)
    path = f"/v1/documents/{document}"
    assert service.client.get(path).json()["status"] == "ready"
    image = f"{path}/pages/1/image?dpi=36"
    assert service.client.get(image, headers=password).status_code == 200
    assert service.client.get(image).json()["code"] == "password_required"


def test_a_document_that_failed_for_want_of_a_password_is_read_again(service: Served) -> None:
    document = _read(service, _encrypted(PDF, "sesame"), "a.pdf")
    failed = service.client.get(f"/v1/documents/{document}").json()
    assert (failed["status"], failed["failure"]["code"]) == ("failed", "password_required")
    service.client.post(
        f"/v1/documents/{document}/ingest", headers={"Needlepoint-Password": "sesame"}
    )
    assert run_next(Queue.INGEST, service.services)
    assert service.client.get(f"/v1/documents/{document}").json()["status"] == "ready"


def test_a_window_of_a_sheet_holds_its_cells(service: Served) -> None:
    document = _read(service, rows_bytes(["kind", "rent"], ["flat", 93]), "a.xlsx")
    path = f"/v1/documents/{document}/sheets/Data/cells?first_row=2&last_row=2"
    cells = service.client.get(path).json()["cells"]
    assert [(cell["cell"], cell["text"]) for cell in cells] == [("A2", "flat"), ("B2", "93")]


def test_a_sheet_that_is_not_there_is_not_found(service: Served) -> None:
    document = _read(service, rows_bytes(["a"]), "a.xlsx")
    answer = service.client.get(f"/v1/documents/{document}/sheets/None/cells")
    assert (answer.status_code, "'Data'" in answer.json()["detail"]) == (404, True)


def test_a_window_that_ends_before_it_begins_is_refused(service: Served) -> None:
    document = _read(service, rows_bytes(["a"]), "a.xlsx")
    path = f"/v1/documents/{document}/sheets/Data/cells?first_row=5&last_row=4"
    assert service.client.get(path).status_code == 422


def test_text_has_no_pages(service: Served) -> None:
    path = f"/v1/documents/{_read(service, b'rent 93', 'a.txt')}/pages/1/image"
    answer = service.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


def _read(service: Served, data: bytes, name: str, headers: Any = None) -> str:
    answer = service.client.post(
        "/v1/documents", params={"name": name}, content=data, headers=headers
    )
    assert answer.status_code == 201, answer.text
    assert run_next(Queue.INGEST, service.services)
    return str(answer.json()["id"])


def _encrypted(data: bytes, password: str) -> bytes:
    with pymupdf.open(stream=data) as pdf:
        return bytes(
            pdf.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw="owner")
        )
