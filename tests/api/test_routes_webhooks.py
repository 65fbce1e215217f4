from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from openai.types.webhooks import ResponseCompletedWebhookEvent

from jobs.webhook_deliverer import WebhookDeliverer
from schemas.webhook_settings import WebhookSettings
from tests.api.served import SCHEMA, Served, served
from tests.webhook_receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, webhooks=WebhookSettings(allow_private=True)) as service:
        yield service


def created(service: Served, url: str, **more: Any) -> dict[str, Any]:
    answer = service.client.post("/v1/webhooks", json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def deliver(service: Served) -> None:
    WebhookDeliverer(service.services.database, service.services.settings).run_once()


def types_of(receiver: Receiver) -> list[str]:

    return [json.loads(received.body)["type"] for received in receiver.got]


def test_the_secret_is_shown_once(service: Served, receiver: Receiver) -> None:
    made = created(service, receiver.url, description="books")
    assert made["secret"].startswith("whsec_")
    listed = service.client.get("/v1/webhooks").json()["data"]
    assert [(found["id"], found["description"]) for found in listed] == [(made["id"], "books")]
    assert "secret" not in listed[0]
    assert made["secret"] not in service.client.get(f"/v1/webhooks/{made['id']}").text


def test_a_document_and_its_extraction_are_told_of(service: Served, receiver: Receiver) -> None:
    created(service, receiver.url)
    document = service.ready_document()
    job = service.client.post(
        "/v1/extractions", json={"documents": [document], "response_schema": SCHEMA}
    ).json()
    service.finish_next()
    deliver(service)
    deliver(service)
    assert sorted(types_of(receiver)) == ["document.ready", "extraction.completed"]
    bodies = b"".join(received.body for received in receiver.got).decode()
    assert document in bodies
    assert job["id"] in bodies


def test_a_response_in_the_background_is_told_of_as_openai_does(
    service: Served, receiver: Receiver
) -> None:
    secret = created(service, receiver.url, event_types=["response.*"])["secret"]
    file = {"type": "input_file", "file_id": service.ready_document()}
    asked = {"type": "input_text", "text": "What is the rent?"}
    body = {"model": "fake", "input": [{"role": "user", "content": [file, asked]}]}
    response = service.client.post("/v1/responses", json={**body, "background": True}).json()
    service.finish_next(path="answer")
    deliver(service)
    [received] = receiver.got
    with OpenAI(api_key="none", webhook_secret=secret) as client:
        event = client.webhooks.unwrap(received.body, received.headers)
    assert isinstance(event, ResponseCompletedWebhookEvent)
    assert event.data.id == response["id"]


def test_a_cancelled_response_is_told_of(service: Served, receiver: Receiver) -> None:
    created(service, receiver.url, event_types=["response.cancelled"])
    file = {"type": "input_file", "file_id": service.upload()}
    asked = {"type": "input_text", "text": "What is the rent?"}
    body = {"model": "fake", "input": [{"role": "user", "content": [file, asked]}]}
    response = service.client.post("/v1/responses", json={**body, "background": True}).json()
    service.client.post(f"/v1/responses/{response['id']}/cancel")
    deliver(service)
    assert types_of(receiver) == ["response.cancelled"]


def test_the_log_tells_of_a_failure_and_it_is_replayed(service: Served, receiver: Receiver) -> None:
    made = created(service, receiver.url, event_types=["webhook.*"])
    receiver.answers = [500]
    path = f"/v1/webhooks/{made['id']}"
    sent = service.client.post(f"{path}/test")
    assert (sent.status_code, sent.json()["status"]) == (202, "pending")
    deliver(service)
    listed = service.client.get(f"{path}/deliveries").json()["data"]
    assert [(found["status"], found["last_attempt"]["status_code"]) for found in listed] == [
        ("pending", 500)
    ]
    service.client.patch(path, json={"is_enabled": False})
    again = service.client.post(f"{path}/deliveries/{listed[0]['id']}/replay")
    assert again.status_code == 409
    service.client.patch(path, json={"is_enabled": True})
    again = service.client.post(f"{path}/deliveries/{listed[0]['id']}/replay")
    assert again.status_code == 202
    deliver(service)
    found = service.client.get(f"{path}/deliveries/{listed[0]['id']}").json()
    assert [attempt["status_code"] for attempt in found["attempts"]] == [500, 204]
    assert len(set(receiver.ids)) == 1


def test_a_private_address_is_refused_where_it_is_not_allowed(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        answer = service.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/"})
        assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")
        assert "NEEDLEPOINT_WEBHOOKS__ALLOW_PRIVATE" in answer.json()["detail"]


def test_a_change_of_the_url_is_checked_too(service: Served, receiver: Receiver) -> None:
    made = created(service, receiver.url)
    path = f"/v1/webhooks/{made['id']}"
    answer = service.client.patch(path, json={"url": "http://169.254.169.254/latest"})
    assert answer.status_code == 422
    assert service.client.get(path).json()["url"] == receiver.url


def test_a_type_that_is_none_is_refused(service: Served, receiver: Receiver) -> None:
    answer = service.client.post(
        "/v1/webhooks", json={"url": receiver.url, "event_types": ["extraction.started"]}
    )
    assert answer.status_code == 422
    assert "extraction.completed" in answer.json()["detail"]


def test_what_belongs_to_another_tenant_is_not_there(service: Served, receiver: Receiver) -> None:
    made = created(service, receiver.url)
    keys = service.services.keys
    _, secret = keys.create("other", "key")
    other = {"Authorization": f"Bearer {secret}"}
    path = f"/v1/webhooks/{made['id']}"
    for method, url, body in [
        ("GET", path, None),
        ("PATCH", path, {}),
        ("DELETE", path, None),
        ("POST", f"{path}/rotate", {}),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/replay", {"since": "2026-01-01T00:00:00Z"}),
        ("GET", f"{path}/deliveries", None),
        ("GET", f"{path}/deliveries/whd_{'0' * 32}", None),
        ("POST", f"{path}/deliveries/whd_{'0' * 32}/replay", None),
    ]:
        answer = service.client.request(method, url, json=body, headers=other)
        assert answer.status_code == 404, (method, url)
    assert service.client.get("/v1/webhooks", headers=other).json()["data"] == []


def test_deleted_is_gone(service: Served, receiver: Receiver) -> None:
    made = created(service, receiver.url)
    path = f"/v1/webhooks/{made['id']}"
    service.client.post(f"{path}/test")
    assert service.client.delete(path).json()["deleted"] is True
    assert service.client.get(path).status_code == 404
    deliver(service)
    assert receiver.got == []


def test_there_is_an_end_to_how_many_a_tenant_has(tmp_path: Path) -> None:
    settings = WebhookSettings(allow_private=True, max_endpoints=1)
    with served(tmp_path, webhooks=settings) as service:
        created(service, "http://127.0.0.1:9/a")
        answer = service.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/b"})
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
