"""Can a tenant reach anything of another one's?

The routes are taken from the application, so that one that is added is tested too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.app import app_of, openapi_schema
from schemas.webhook_settings import WebhookSettings
from tests.api.owned import MADE, Owner, filled, part_of
from tests.api.served import SCHEMA, Served, served

NOT_OF_A_TENANT = {
    *("/healthz", "/readyz", "/metrics"),
    *("/v1/models", "/v1/models/{model}", "/v1/chat/completions"),
}
NAMES_A_DOCUMENT: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/v1/extractions"): {"response_schema": SCHEMA},
    ("post", "/v1/extractions/estimate"): {"response_schema": SCHEMA},
    ("post", "/v1/search"): {"query": "rent"},
    ("post", "/v1/caches"): {},
    ("post", "/v1/response-schemas/suggest"): {"wanted": "the rent"},
}
"""What names a document in its body; the document is filled in."""

CHANGES: dict[tuple[str, str], dict[str, Any]] = {
    ("patch", "/v1/caches/{cache_id}"): {"pinned": True},
    ("patch", "/v1/schedules/{schedule_id}"): {},
    ("patch", "/v1/webhooks/{webhook_id}"): {},
    ("post", "/v1/webhooks/{webhook_id}/rotate"): {},
    ("post", "/v1/webhooks/{webhook_id}/replay"): {"since": "2026-01-01T00:00:00Z"},
}

ALL_OF_A_TENANT = {
    *("/v1/audit", "/v1/documents", "/v1/files", "/v1/responses", "/v1/response-schemas"),
    *("/v1/schedules", "/v1/uploads", "/v1/usage", "/v1/webhooks"),
    *("/v1/extraction-batches", "/v1/extraction-batches/estimate", "/v1/fine_tuning/jobs"),
    *("/v1/batches", "/v1/responses/input_tokens"),
}
"""What names nothing: a list, or something new. What a batch names that is not there is an item
that ends with a reason."""

RECEIVERS = WebhookSettings(allow_private=True)  # an address of which nobody is asked
LISTS = {("get", "/v1/extractions"), ("get", "/v1/caches")}


@dataclass
class Tenants:
    service: Served
    ours: dict[str, str]
    theirs: dict[str, str]
    document: str

    @property
    def owner(self) -> Owner:
        return Owner(self.service, self.ours, self.document)

    def request(self, method: str, path: str, headers: dict[str, str]) -> Any:
        there = filled(self.owner, path)
        body = CHANGES.get((method, path))
        if (method, path) in NAMES_A_DOCUMENT:
            body = {**NAMES_A_DOCUMENT[method, path], "documents": [self.document]}
        if path.endswith("/complete"):
            body = {"part_ids": [part_of(self.owner, there.split("/")[3])]}
        return self.service.client.request(method, there, headers=headers, json=body)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Any, Any]]:
    """A service for all routes, with a key of tenant a and one of tenant b."""
    with served(tmp_path_factory.mktemp("service"), webhooks=RECEIVERS) as service:
        yield service, service.key("a"), service.key("b")


@pytest.fixture
def there(shared: tuple[Served, Any, Any]) -> Tenants:
    """A new document of tenant a, prepared."""
    service, ours, theirs = shared
    text = f"rent 93 {uuid.uuid4()}\n"
    return Tenants(service, ours, theirs, _prepared(service, ours, text))


@pytest.fixture
def tenants(tmp_path: Path) -> Iterator[Tenants]:
    """A document of tenant a, prepared, and nothing else; tenant b has a key, too."""
    with served(tmp_path, webhooks=RECEIVERS) as service:
        ours, theirs = service.key("a"), service.key("b")
        yield Tenants(service, ours, theirs, _prepared(service, ours, "rent 93\n"))


def _prepared(service: Served, headers: dict[str, str], text: str) -> str:
    document = service.ready_document(text, headers=headers)
    path = f"/v1/documents/{document}"
    while service.client.get(path, headers=headers).json()["index"]["status"] != "ready":
        service.prepare_next()
    return document


def _all_routes() -> set[tuple[str, str]]:
    return {
        (method, path)
        for path, operations in openapi_schema()["paths"].items()
        for method in operations
    }


def _routes() -> list[tuple[str, str]]:
    """Of everything that names something."""
    return sorted(
        (method, path)
        for method, path in _all_routes() - LISTS
        if path not in NOT_OF_A_TENANT | ALL_OF_A_TENANT
    )


@pytest.mark.parametrize(("method", "path"), _routes())
def test_with_the_key_of_another_tenant_there_is_nothing(
    there: Tenants, method: str, path: str
) -> None:
    answer = there.request(method, path, there.theirs)
    said = answer.json()
    code = said.get("error", said)["code"]
    assert (answer.status_code, code) == (404, "not_found"), answer.text
    assert there.service.client.get(
        f"/v1/documents/{there.document}", headers=there.ours
    ).is_success


@pytest.mark.parametrize(("method", "path"), _routes())
def test_with_the_own_key_there_is_something(there: Tenants, method: str, path: str) -> None:
    answer = there.request(method, path, there.ours)
    assert answer.status_code != 404 or "sheets" in path, answer.text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/documents", "document_id"),
        ("/v1/extractions", "extraction_id"),
        ("/v1/files", "file_id"),
        ("/v1/fine_tuning/jobs", "fine_tuning_job_id"),
        ("/v1/caches", "cache_id"),
        ("/v1/batches", "request_batch_id"),
        ("/v1/extraction-batches", "batch_id"),
        ("/v1/response-schemas", "reference"),
        ("/v1/schedules", "schedule_id"),
        ("/v1/webhooks", "webhook_id"),
    ],
)
def test_a_list_holds_nothing_of_another_tenant(tenants: Tenants, path: str, name: str) -> None:
    MADE[name](tenants.owner)
    assert tenants.service.client.get(path, headers=tenants.theirs).json()["data"] == []
    assert len(tenants.service.client.get(path, headers=tenants.ours).json()["data"]) == 1


@pytest.mark.parametrize(
    "query",
    ["/v1/documents?after={document}", "/v1/extractions?after={extraction}"],
)
def test_a_list_does_not_go_on_after_something_of_another_tenant(
    tenants: Tenants, query: str
) -> None:
    made = MADE["extraction_id"](tenants.owner)
    path = query.format(document=tenants.document, extraction=made)
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
