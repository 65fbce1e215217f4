"""Who is served, and who is not?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import app_of
from jobs.key_store import Scope
from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_without_any_key_this_machine_is_served(service: Served) -> None:
    assert service.client.get("/v1/documents").status_code == 200


@pytest.mark.parametrize("host", ["10.0.0.7", "8.8.8.8", "::ffff:10.0.0.7", "testclient"])
def test_without_any_key_another_machine_is_not(service: Served, host: str) -> None:
    app = app_of(service.services)
    with TestClient(app, base_url="http://127.0.0.1", client=(host, 1)) as client:
        answer = client.get("/v1/documents")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_is_this_machine(service: Served, host: str) -> None:
    app = app_of(service.services)
    with TestClient(app, base_url="http://localhost", client=(host, 1)) as client:
        assert client.get("/v1/documents").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"Host": "[::1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
    ],
)
def test_without_any_key_a_proxy_or_a_page_of_another_site_is_not_served(
    service: Served, headers: dict[str, str]
) -> None:
    assert service.client.get("/v1/documents", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:8321"},
        {"Host": "[::1]:8321"},
        {"Origin": "http://localhost:8321"},
        {"Origin": "http://127.0.0.1:9"},
    ],
)
def test_a_page_of_this_machine_is_served(service: Served, headers: dict[str, str]) -> None:
    assert service.client.get("/v1/documents", headers=headers).status_code == 200


def test_with_any_key_this_machine_needs_one_too(service: Served) -> None:
    service.key("acme")
    assert service.client.get("/v1/documents").status_code == 401


def test_a_valid_key_is_served_from_anywhere(service: Served) -> None:
    headers = service.key("acme")
    app = app_of(service.services)
    with TestClient(app, base_url="http://api.example", client=("8.8.8.8", 1)) as client:
        assert client.get("/v1/documents", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["Bearer np_" + "a" * 40, "Bearer x", "Bearer ", "Basic YTpi", "np_" + "a" * 40],
)
def test_another_key_is_refused(service: Served, authorization: str) -> None:
    service.key("acme")
    answer = service.client.get("/v1/documents", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_key_that_may_read_can_not_write(service: Served) -> None:
    headers = service.key("acme", Scope.READ)
    answer = service.client.post("/v1/documents?name=a.txt", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_key_that_may_write_can_not_read(service: Served) -> None:
    headers = service.key("acme", Scope.WRITE)
    assert service.client.get("/v1/documents", headers=headers).status_code == 403


def test_metrics_need_their_scope_or_this_machine(service: Served) -> None:
    reader, watcher = service.key("acme", Scope.READ), service.key("acme", Scope.METRICS)
    app = app_of(service.services)
    with TestClient(app, base_url="http://api.example", client=("8.8.8.8", 1)) as far:
        statuses = [
            far.get("/metrics").status_code,
            far.get("/metrics", headers=reader).status_code,
            far.get("/metrics", headers=watcher).status_code,
        ]
    assert (statuses, service.client.get("/metrics").status_code) == ([401, 403, 200], 200)


def test_health_is_for_everybody(service: Served) -> None:
    service.key("acme")
    app = app_of(service.services)
    with TestClient(app, base_url="http://api.example", client=("8.8.8.8", 1)) as far:
        assert far.get("/healthz").json() == {"status": "alive"}


def test_every_other_route_needs_a_key_once_there_is_one(service: Served) -> None:
    service.key("acme")
    open_paths = {"/healthz", "/readyz", "/metrics"}
    paths = app_of(service.services).openapi()["paths"]
    answered = {
        (method, path): service.client.request(method, _filled(path)).status_code
        for path, operations in paths.items()
        for method in operations
        if path not in open_paths
    }
    assert {route for route, status in answered.items() if status != 401} == set()


def _filled(path: str) -> str:
    return (
        path.replace("{document_id}", "doc_" + "0" * 32)
        .replace("{extraction_id}", "ext_" + "0" * 32)
        .replace("{page}", "1")
        .replace("{sheet}", "a")
    )
