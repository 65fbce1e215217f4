"""Over which documents does a search go?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_a_search_gives_passages_with_their_documents(service: Served) -> None:
    document = service.ready_document()
    answer = service.client.post(
        "/v1/search", json={"query": "rent", "documents": [document]}
    ).json()
    assert (answer["data"][0]["document"], answer["num_documents"]) == (document, 1)


def test_what_is_asked_reaches_the_engine(service: Served) -> None:
    document = service.ready_document()
    body = {"query": "rent", "documents": [document], "top": 3, "filters": {"first_page": 2}}
    service.client.post("/v1/search", json=body)
    (asked,) = service.engine.calls
    assert (asked.query, asked.top, asked.filters.first_page) == ("rent", 3, 2)


def test_without_documents_all_that_are_ready_are_searched(service: Served) -> None:
    ready = {service.ready_document("one"), service.ready_document("two")}
    service.upload("three")
    service.client.post("/v1/search", json={"query": "rent"})
    assert {document.id for document in service.engine.calls[0].documents} == ready


def test_metadata_chooses_among_all_documents(service: Served) -> None:
    wanted = _with_case(service, "4711")
    _with_case(service, "12")
    service.client.post("/v1/search", json={"query": "rent", "metadata": {"case": "4711"}})
    assert [document.id for document in service.engine.calls[0].documents] == [wanted]


def test_metadata_chooses_among_the_documents_that_are_named(service: Served) -> None:
    wanted, other = _with_case(service, "4711"), _with_case(service, "12")
    body = {"query": "rent", "documents": [other, wanted], "metadata": {"case": "4711"}}
    service.client.post("/v1/search", json=body)
    assert [document.id for document in service.engine.calls[0].documents] == [wanted]


def test_a_search_over_nothing_finds_nothing(service: Served) -> None:
    answer = service.client.post("/v1/search", json={"query": "rent"}).json()
    assert (answer["data"], answer["num_documents"], service.engine.calls) == ([], 0, [])


def test_a_document_that_was_not_read_yet_can_not_be_searched(service: Served) -> None:
    body = {"query": "rent", "documents": [service.upload()]}
    assert service.client.post("/v1/search", json=body).status_code == 409


def _with_case(service: Served, case: str) -> str:
    answer = service.client.post(
        "/v1/documents",
        params={"name": "a.txt", "metadata": f'{{"case": "{case}"}}'},
        content=case.encode(),
    )
    service.read_documents()
    return str(answer.json()["id"])
