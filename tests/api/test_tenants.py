"""Can a tenant reach anything of another one's?

The routes are taken from the application, so that one that is added is tested too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.app import app_of, openapi_schema
from schemas.extraction import Status
from tests.api.served import SCHEMA, Served, served

NOT_OF_A_TENANT = {"/healthz", "/readyz", "/metrics"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/v1/extractions"): {"response_schema": SCHEMA},
    ("post", "/v1/extractions/estimate"): {"response_schema": SCHEMA},
    ("post", "/v1/search"): {"query": "rent"},
}
"""What names a document in its body; the document is filled in."""

LISTS = {("get", "/v1/documents"), ("get", "/v1/extractions"), ("post", "/v1/documents")}


@dataclass
class Tenants:
    service: Served
    ours: dict[str, str]
    theirs: dict[str, str]
    document: str
    extraction: str

    def request(self, method: str, path: str, headers: dict[str, str]) -> Any:
        filled = (
            path.replace("{document_id}", self.document)
            .replace("{extraction_id}", self.extraction)
            .replace("{page}", "1")
            .replace("{sheet}", "a")
        )
        body = BODIES.get((method, path))
        named = None if body is None else {**body, "documents": [self.document]}
        return self.service.client.request(method, filled, headers=headers, json=named)


@pytest.fixture
def tenants(tmp_path: Path) -> Iterator[Tenants]:
    """A document, prepared, and a completed extraction of tenant a; tenant b has a key, too."""
    with served(tmp_path) as service:
        ours, theirs = service.key("a"), service.key("b")
        document = service.ready_document(headers=ours)
        service.prepare_next()
        extraction = service.extract(document, headers=ours)
        service.finish_next(status=Status.INCOMPLETE)
        yield Tenants(service, ours, theirs, document, extraction)


def _all_routes() -> set[tuple[str, str]]:
    return {
        (method, path)
        for path, operations in openapi_schema()["paths"].items()
        for method in operations
    }


def _routes() -> list[tuple[str, str]]:
    """Of everything that names something."""
    return sorted(
        (method, path) for method, path in _all_routes() - LISTS if path not in NOT_OF_A_TENANT
    )


@pytest.mark.parametrize(("method", "path"), _routes())
def test_with_the_key_of_another_tenant_there_is_nothing(
    tenants: Tenants, method: str, path: str
) -> None:
    answer = tenants.request(method, path, tenants.theirs)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), answer.text
    assert tenants.service.client.get(
        f"/v1/documents/{tenants.document}", headers=tenants.ours
    ).is_success


@pytest.mark.parametrize(("method", "path"), _routes())
def test_with_the_own_key_there_is_something(tenants: Tenants, method: str, path: str) -> None:
    answer = tenants.request(method, path, tenants.ours)
    assert answer.status_code != 404 or "sheets" in path, answer.text


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/extractions"])
def test_a_list_holds_nothing_of_another_tenant(tenants: Tenants, path: str) -> None:
    assert tenants.service.client.get(path, headers=tenants.theirs).json()["data"] == []
    assert len(tenants.service.client.get(path, headers=tenants.ours).json()["data"]) == 1


@pytest.mark.parametrize(
    "query",
    ["/v1/documents?after={document}", "/v1/extractions?after={extraction}"],
)
def test_a_list_does_not_go_on_after_something_of_another_tenant(
    tenants: Tenants, query: str
) -> None:
    path = query.format(document=tenants.document, extraction=tenants.extraction)
    assert tenants.service.client.get(path, headers=tenants.theirs).status_code == 404


def test_a_filter_by_a_document_of_another_tenant_finds_nothing(tenants: Tenants) -> None:
    path = f"/v1/extractions?document={tenants.document}"
    assert tenants.service.client.get(path, headers=tenants.theirs).json()["data"] == []


def test_the_same_upload_of_two_tenants_is_two_documents(tenants: Tenants) -> None:
    assert tenants.service.upload(headers=tenants.theirs) != tenants.document


def test_a_search_over_all_documents_is_over_the_own_ones(tenants: Tenants) -> None:
    answer = tenants.service.client.post(
        "/v1/search", json={"query": "rent"}, headers=tenants.theirs
    ).json()
    assert (answer["num_documents"], tenants.service.engine.calls) == (0, [])


def test_an_idempotency_key_is_the_tenants_own(tenants: Tenants) -> None:
    own = {"Idempotency-Key": "k"}
    first = tenants.service.extract(tenants.document, headers={**tenants.ours, **own})
    document = tenants.service.ready_document(headers=tenants.theirs)
    second = tenants.service.extract(document, headers={**tenants.theirs, **own})
    assert first != second


def test_every_route_is_in_the_openapi_schema(tenants: Tenants) -> None:
    app = app_of(tenants.service.services)
    served_paths = {
        (method.lower(), route.path)
        for route in _flat(app.routes)
        for method in route.methods or ()
    }
    assert served_paths == _all_routes() | {("get", "/openapi.json")}


def _flat(routes: Any) -> Iterator[Any]:
    """Routes, and those of routers that were included."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from [route] if included is None else _flat(included.routes)
