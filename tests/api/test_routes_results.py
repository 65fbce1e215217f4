"""In which forms does a result come, and what comes where there is none?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from schemas.extraction import Extraction
from schemas.jobs import Failure
from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_json_is_the_result_as_it_was_stored(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    answer = service.client.get(f"/v1/extractions/{job}/result")
    result = Extraction.model_validate_json(answer.content)
    assert (result.id, result.output) == (job, {"rent": "93"})


def test_csv_is_an_attachment_without_formulas(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next('=HYPERLINK("http://a.example")')
    answer = service.client.get(f"/v1/extractions/{job}/result?format=csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{job}.csv"'
    assert "\"'=HYPERLINK(" in answer.text


def test_xlsx_opens_and_leaves_no_scratch_file(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next("=1+1")
    answer = service.client.get(f"/v1/extractions/{job}/result?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert (book["fields"]["B2"].data_type, book["fields"]["B2"].value) == ("s", "=1+1")
    scratch = service.services.storage.scratch
    assert [file for file in scratch.rglob("*") if file.is_file()] == []


def test_a_result_that_is_not_there_yet_is_a_conflict(service: Served) -> None:
    job = service.extract(service.ready_document())
    answer = service.client.get(f"/v1/extractions/{job}/result")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_failed_extraction_gives_its_failure(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.fail_next(Failure(code="deadline_exceeded", message="its time was up"))
    answer = service.client.get(f"/v1/extractions/{job}/result")
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        409,
        "deadline_exceeded",
        "there is no result: its time was up",
    )


def test_a_cancelled_extraction_says_so(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.client.post(f"/v1/extractions/{job}/cancel")
    answer = service.client.get(f"/v1/extractions/{job}/result")
    assert (answer.status_code, "was cancelled" in answer.json()["detail"]) == (409, True)
