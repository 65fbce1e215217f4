from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.served import SCHEMA, Served, served

OTHER_SCHEMA = {"type": "object", "properties": {"tenant": {"type": "string"}}}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def saved(service: Served, schema: dict[str, Any], name: str = "lease") -> Any:
    return service.client.post(
        "/v1/response-schemas", json={"name": name, "response_schema": schema}
    )


def asked(service: Served, document: str, **headers: str) -> Any:
    body = {"documents": [document], "response_schema_id": "lease"}
    return service.client.post("/v1/extractions", json=body, headers=headers)


def test_a_schema_is_saved_listed_shown_and_deleted(service: Served) -> None:
    answer = saved(service, SCHEMA)
    assert (answer.status_code, answer.headers["location"]) == (
        201,
        "/v1/response-schemas/lease@1",
    )
    assert saved(service, SCHEMA).status_code == 200
    saved(service, OTHER_SCHEMA)
    client = service.client
    listed = client.get("/v1/response-schemas").json()["data"]
    assert [found["id"] for found in listed] == ["lease@2"]
    versions = client.get("/v1/response-schemas/lease/versions").json()["data"]
    assert [found["id"] for found in versions] == ["lease@2", "lease@1"]
    assert client.get("/v1/response-schemas/lease@1").json()["response_schema"] == SCHEMA
    assert client.delete("/v1/response-schemas/lease").json()["num_versions"] == 2
    assert client.get("/v1/response-schemas/lease").status_code == 404


def test_an_extraction_names_one_and_keeps_the_version_it_got(service: Served) -> None:
    saved(service, SCHEMA)
    job = asked(service, service.ready_document()).json()
    assert (job["response_schema_id"], job["response_schema"]) == ("lease@1", SCHEMA)
    saved(service, OTHER_SCHEMA)
    service.client.delete("/v1/response-schemas/lease@1")
    again = service.client.get(f"/v1/extractions/{job['id']}").json()
    assert (again["response_schema_id"], again["response_schema"]) == ("lease@1", SCHEMA)


def test_under_the_same_idempotency_key_a_name_means_what_it_meant(service: Served) -> None:
    saved(service, SCHEMA)
    document, key = service.ready_document(), {"Idempotency-Key": "nightly"}
    first = asked(service, document, **key).json()
    saved(service, OTHER_SCHEMA)
    again = asked(service, document, **key)
    assert (again.status_code, again.json()["id"]) == (202, first["id"])
    assert asked(service, document).json()["response_schema_id"] == "lease@2"


def test_an_extraction_names_one_schema_and_no_more(service: Served) -> None:
    saved(service, SCHEMA)
    document = service.ready_document()
    for schemas in ({}, {"response_schema": SCHEMA, "response_schema_id": "lease"}):
        answer = service.client.post("/v1/extractions", json={"documents": [document], **schemas})
        assert answer.status_code == 422
        assert "response_schema_id" in answer.json()["detail"]
    body = {"documents": [document], "response_schema_id": "lease@7"}
    answer = service.client.post("/v1/extractions", json=body)
    assert (answer.status_code, answer.json()["param"]) == (404, "response_schema_id")


def test_a_saved_schema_belongs_to_its_tenant(service: Served) -> None:
    saved(service, SCHEMA)
    _, secret = service.services.keys.create("other", "key")
    headers = {"Authorization": f"Bearer {secret}"}
    path = "/v1/response-schemas/lease"
    assert service.client.get(path, headers=headers).status_code == 404
    assert service.client.get(f"{path}/versions", headers=headers).status_code == 404
    assert service.client.delete(path, headers=headers).status_code == 404
    assert service.client.get("/v1/response-schemas", headers=headers).json()["data"] == []
