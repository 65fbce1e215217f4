"""Is every error answered as one of a kind?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas import errors
from schemas.answers import ProblemDetails
from schemas.errors import Overloaded, ServiceError
from schemas.http_status import STATUS_BY_CODE, status_of
from schemas.jobs import JobProgress
from tests.api.served import SCHEMA, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_every_error_has_a_status() -> None:
    codes = {
        error.code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, ServiceError)
    }
    assert codes == set(STATUS_BY_CODE)


def test_an_error_of_an_unknown_code_is_ours() -> None:
    error = ServiceError("odd")
    error.code = "odd"
    assert status_of(error) == 500


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/documents/", 404, "not_found"),
        ("PUT", "/v1/documents", 405, "method_not_allowed"),
        ("GET", "/v1/documents/doc_1", 422, "invalid_input"),
        ("GET", f"/v1/documents/doc_{'0' * 32}", 404, "not_found"),
        ("POST", "/v1/extractions", 422, "invalid_input"),
    ],
)
def test_an_error_is_a_problem(
    service: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = service.client.request(method, path)
    problem = ProblemDetails.model_validate_json(answer.content)
    assert (answer.status_code, problem.status, problem.code) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.request_id == answer.headers["x-request-id"]


def test_a_path_of_another_method_says_which_there_are(service: Served) -> None:
    assert service.client.put("/v1/search").headers["allow"] == "POST"


def test_each_place_that_does_not_fit_is_named(service: Served) -> None:
    body = {"documents": ["x"], "response_schema": SCHEMA, "mode": "y"}
    problem = service.client.post("/v1/extractions", json=body).json()
    assert [error["path"] for error in problem["errors"]] == ["/body/documents/0", "/body/mode"]


def test_what_was_sent_is_not_repeated(service: Served) -> None:
    body = {"documents": ["top secret"], "response_schema": SCHEMA}
    assert "top secret" not in service.client.post("/v1/extractions", json=body).text


def test_an_error_of_ours_says_nothing_of_itself(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> JobProgress:
        raise RuntimeError("top secret")

    monkeypatch.setattr(service.services.documents, "get", fail)
    answer = service.client.get(f"/v1/documents/doc_{'0' * 32}")
    problem = ProblemDetails.model_validate_json(answer.content)
    assert (answer.status_code, problem.code, "secret" in answer.text) == (500, "internal", False)
    assert problem.request_id == answer.headers["x-request-id"]


@pytest.mark.parametrize(("seconds", "told"), [(0, "1"), (7, "7"), (4000, "120")])
def test_who_is_told_to_come_back_is_told_when(
    service: Served, monkeypatch: pytest.MonkeyPatch, seconds: int, told: str
) -> None:
    def fail(*_: object) -> JobProgress:
        raise Overloaded("too much", retry_after_seconds=seconds)

    monkeypatch.setattr(service.services.documents, "get", fail)
    answer = service.client.get(f"/v1/documents/doc_{'0' * 32}")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, told)
