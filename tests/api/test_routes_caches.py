"""What is said to the engine about what it keeps, and what comes back?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def warmed(service: Served, *documents: str, **more: Any) -> dict[str, Any]:
    answer = service.client.post("/v1/caches", json={"documents": list(documents), **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["data"][0]
    return found


def test_documents_are_read_beforehand_behind_every_question(service: Served) -> None:
    document = service.ready_document()
    schema = {"type": "object", "properties": {"rent": {"type": "string"}}}
    cache = warmed(service, document, response_schema=schema, mode="dense")
    (asked,) = service.engine.calls
    assert ([one.id for one in asked.documents], asked.urgency) == ([document], 9)
    assert (asked.response_schema, asked.mode) == (schema, "dense")
    assert cache["documents"] == [document]


def test_what_is_asked_to_be_pinned_is_pinned_at_once(service: Served) -> None:
    cache = warmed(service, service.ready_document(), pinned=True, ttl_seconds=60)
    assert (cache["pinned"], cache["ttl_seconds"]) == (True, 60)


def test_a_list_has_pages_and_is_of_a_document_where_one_is_named(service: Served) -> None:
    one, two = service.ready_document("one"), service.ready_document("two")
    first, second = warmed(service, one), warmed(service, two)
    page = service.client.get("/v1/caches?limit=1").json()
    assert ([cache["id"] for cache in page["data"]], page["has_more"]) == ([first["id"]], True)
    rest = service.client.get(f"/v1/caches?after={page['last_id']}").json()
    assert [cache["id"] for cache in rest["data"]] == [second["id"]]
    of_two = service.client.get(f"/v1/caches?document={two}").json()
    assert [cache["id"] for cache in of_two["data"]] == [second["id"]]


def test_a_change_says_only_what_is_changed(service: Served) -> None:
    cache = warmed(service, service.ready_document())
    path = f"/v1/caches/{cache['id']}"
    service.client.patch(path, json={"ttl_seconds": 60})
    changed = service.client.patch(path, json={"pinned": True}).json()
    assert (changed["pinned"], changed["ttl_seconds"]) == (True, 60)
    assert service.client.get(path).json() == changed
    assert service.client.patch(path, json={"ttl_seconds": None}).json()["ttl_seconds"] is None


def test_what_was_removed_is_not_there(service: Served) -> None:
    path = f"/v1/caches/{warmed(service, service.ready_document())['id']}"
    assert service.client.delete(path).json()["deleted"] is True
    assert service.client.delete(path).status_code == 404


@pytest.mark.parametrize("change", [{"ttl_seconds": 0}, {"pinned": "soon"}, {"owner": "b"}])
def test_a_change_that_means_nothing_is_a_mistake(service: Served, change: dict[str, Any]) -> None:
    path = f"/v1/caches/{warmed(service, service.ready_document())['id']}"
    assert service.client.patch(path, json=change).status_code == 422


def test_a_document_that_is_not_there_is_not_read(service: Served) -> None:
    answer = service.client.post("/v1/caches", json={"documents": ["doc_" + "0" * 32]})
    assert (answer.status_code, service.engine.calls) == (404, [])
