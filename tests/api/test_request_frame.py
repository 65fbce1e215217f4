"""What does every answer carry, and which requests are refused at the door?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.settings import ApiSettings
from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, api=ApiSettings(max_body_bytes=1000, max_message_bytes=3000)) as service:
        yield service


def test_a_sane_request_id_is_kept(service: Served) -> None:
    answer = service.client.get("/healthz", headers={"x-request-id": "job-7.a"})
    assert answer.headers["x-request-id"] == "job-7.a"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "<script>", "é"])
def test_another_request_id_is_replaced(service: Served, given: str) -> None:
    answer = service.client.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert answer.headers["x-request-id"].startswith("req_")


def test_no_answer_is_sniffed_or_kept(service: Served) -> None:
    headers = service.client.get("/v1/documents").headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_a_body_past_the_limit_is_refused_by_its_length(service: Served) -> None:
    answer = service.client.post("/v1/search", content=b" " * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_past_the_limit_is_refused_while_it_arrives(service: Served) -> None:
    answer = service.client.post(
        "/v1/search",
        content=iter([b" " * 600] * 2),
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_a_message_may_be_larger_and_has_its_own_limit(service: Served, path: str) -> None:
    headers = {"content-type": "application/json"}
    answers = [
        service.client.post(path, content=b" " * size, headers=headers) for size in (3000, 3001)
    ]
    assert [answer.status_code for answer in answers] == [400, 413]
    assert answers[1].json()["error"]["code"] == "request_too_large"


def test_a_document_may_be_larger_than_other_bodies(service: Served) -> None:
    assert service.client.post("/v1/documents?name=a.txt", content=b"x" * 2000).status_code == 201


@pytest.mark.parametrize("path", ["/v1/documents?name=%00", "/v1/documents/%00"])
def test_a_nul_character_in_the_url_is_refused(service: Served, path: str) -> None:
    answer = service.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_request_is_counted_by_its_route(service: Served) -> None:
    service.client.get(f"/v1/documents/doc_{'0' * 32}")
    service.client.get("/any/path")
    lines = service.client.get("/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith("needlepoint_requests_total")]
    assert counted == [
        'needlepoint_requests_total{method="GET",route="/v1/documents/{document_id}",'
        'status="404"} 1.0',
        'needlepoint_requests_total{method="GET",route="unknown",status="404"} 1.0',
    ]


def test_a_method_of_the_callers_own_making_is_counted_as_other(service: Served) -> None:
    service.client.request("BREW", "/v1/documents")
    assert 'method="other"' in service.client.get("/metrics").text
