"""What does a caller see of the limits of its tenant, and of those of another?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auditing import action_of
from api.rate_headers import duration
from jobs.key_store import Scope
from tests.api.served import SCHEMA, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_the_limit_of_requests_is_in_headers_and_then_a_429(service: Served) -> None:
    headers = service.key("a")
    service.services.quotas.tenants.change("a", {"requests_per_minute": 2})
    answers = [service.client.get("/v1/documents", headers=headers) for _ in range(5)]
    refused = answers[-1]  # two more pass where a minute ends meanwhile
    assert answers[0].headers["x-ratelimit-limit-requests"] == "2"
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.json()["quota"]["name"] == "requests_per_minute"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["x-ratelimit-remaining-requests"] == "0"


def test_without_a_limit_there_are_no_headers_of_it(service: Served) -> None:
    answer = service.client.get("/v1/documents")
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]


def test_an_upload_past_the_quota_leaves_no_bytes(service: Served) -> None:
    headers = service.key("a")
    service.services.quotas.tenants.change("a", {"storage_bytes": 10})
    answer = service.client.post("/v1/documents?name=a.txt", content=b"x" * 11, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "quota_exceeded")
    assert answer.headers["x-should-retry"] == "false"
    files = [one for one in service.services.settings.data_directory.rglob("*") if one.is_file()]
    assert [one.name for one in files if not one.name.startswith("needlepoint.db")] == []


def test_the_same_upload_again_is_no_more_storage(service: Served) -> None:
    headers = service.key("a")
    service.services.quotas.tenants.change("a", {"documents": 1})
    assert service.upload(headers=headers) == service.upload(headers=headers)


def test_a_running_job_is_not_ended_by_a_limit(service: Served) -> None:
    headers = service.key("a")
    document = service.ready_document(headers=headers)
    extraction = service.extract(document, headers=headers)
    service.services.quotas.tenants.change("a", {"queued_tokens": 0, "documents": 0})
    service.finish_next()
    answer = service.client.get(f"/v1/extractions/{extraction}", headers=headers)
    assert answer.json()["status"] == "completed"


def test_the_same_question_of_another_tenant_is_another_job(service: Served) -> None:
    ours, theirs = service.key("a"), service.key("b")
    first = service.extract(service.ready_document(headers=ours), headers=ours)
    document = service.ready_document(headers=theirs)
    body = {"documents": [document], "response_schema": SCHEMA}
    answer = service.client.post("/v1/extractions", json=body, headers=theirs)
    assert "needlepoint-deduplicated" not in answer.headers
    assert answer.json()["id"] != first


def test_the_same_bytes_of_another_tenant_are_not_told_to_be_there(service: Served) -> None:
    service.upload(headers=service.key("a"))
    answer = service.client.post(
        "/v1/documents?name=a.txt", content=b"rent 93\n", headers=service.key("b")
    )
    assert (answer.status_code, "needlepoint-deduplicated" in answer.headers) == (201, False)
    filtered = f"/v1/documents?sha256={answer.json()['sha256']}"
    found = service.client.get(filtered, headers=service.key("c")).json()
    assert found["data"] == []


def test_metrics_name_no_tenant_no_key_and_no_document(service: Served) -> None:
    headers = service.key("acme-secret-name")
    document = service.ready_document(headers=headers)
    service.client.get(f"/v1/documents/{document}", headers=headers)
    text = service.client.get("/metrics", headers=headers).text
    assert document not in text
    assert "acme-secret-name" not in text


def test_the_audit_log_says_who_did_what_and_nothing_of_it(service: Served) -> None:
    headers = service.key("a")
    document = service.ready_document("the secret rent\n", headers=headers)
    service.client.get(f"/v1/documents/{document}/text", headers=headers)
    service.client.delete(f"/v1/documents/{document}", headers=headers)
    service.client.get(f"/v1/documents/{document}/text", headers=headers)
    answer = service.client.get("/v1/audit", headers=headers)
    lines = [(one["action"], one["object"], one["status"]) for one in answer.json()["data"]]
    assert lines == [
        ("document.read_text", document, 404),
        ("document.delete", document, 200),
        ("document.read_text", document, 200),
        ("document.upload", document, 200),
    ]
    assert "secret rent" not in answer.text
    assert {one["address"] for one in answer.json()["data"]} == {"127.0.0.1"}


def test_the_audit_log_is_paged_and_filtered(service: Served) -> None:
    headers = service.key("a")
    for name in "abc":
        service.upload(f"text {name}", f"{name}.txt", headers=headers)
    page = service.client.get("/v1/audit?limit=2&action=document.*", headers=headers).json()
    rest = service.client.get(f"/v1/audit?before={page['next']}", headers=headers).json()
    assert ([len(page["data"]), len(rest["data"])], rest["has_more"]) == ([2, 1], False)


def test_the_audit_log_of_another_tenant_is_empty(service: Served) -> None:
    service.upload(headers=service.key("a"))
    assert service.client.get("/v1/audit", headers=service.key("b")).json()["data"] == []


def test_the_audit_log_needs_its_scope(service: Served) -> None:
    headers = service.key("a", Scope.READ, Scope.WRITE)
    assert service.client.get("/v1/audit", headers=headers).status_code == 403


@pytest.mark.parametrize("expiry", ["expires_at=soon", "expires_at=2020-01-01T00:00:00Z",
                                    "expires_after_seconds=0"])  # fmt: skip
def test_a_time_to_keep_that_is_none_is_refused(service: Served, expiry: str) -> None:
    answer = service.client.post(f"/v1/documents?name=a.txt&{expiry}", content=b"x")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "route", "action"),
    [
        ("POST", "/v1/webhooks", "webhook.create"),
        ("DELETE", "/v1/schedules/{schedule_id}", "schedule.delete"),
        ("POST", "/v1/schedules/{schedule_id}/run", "schedule.run"),
        ("GET", "/v1/documents/{document_id}/pages/{page}/image", "document.read_image"),
        ("GET", "/v1/documents/{document_id}", None),
        ("GET", "/healthz", None),
    ],
)
def test_a_route_that_is_added_is_written_down_too(
    method: str, route: str, action: str | None
) -> None:
    assert action_of(method, route, b"") == action


def test_a_duration_is_said_as_openai_says_it() -> None:
    assert [duration(seconds) for seconds in (1, 59, 60)] == ["1s", "59s", "1m0s"]
