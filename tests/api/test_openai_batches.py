"""Batches of requests: the client of OpenAI asks, the worker's own functions answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.webhooks import BatchFailedWebhookEvent

from jobs.webhook_deliverer import WebhookDeliverer
from schemas.jobs import Failure, Queue
from schemas.webhook_settings import WebhookSettings
from tests.api.batched import (
    CHAT,
    RESPONSES,
    begun,
    chat,
    line,
    read_about,
    retrieved,
    run,
    said,
    told,
    uploaded,
    work,
)
from tests.api.openai_client import client_of
from tests.api.openai_server import ChatServer, chat_server
from tests.api.served import Served, served
from tests.engine.chat_model import write_chat_model
from tests.webhook_receiver import receiving

LEASE = b"rent 93\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("batches")
    model = folder / "tiny-chat"
    model.mkdir()
    with chat_server(write_chat_model(model), folder) as server:
        yield server


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def client(service: Served) -> OpenAI:
    return client_of(service)


def test_a_file_of_chats_is_answered_and_what_is_refused_is_told(server: ChatServer) -> None:
    with server.client() as client:
        batch = begun(
            client,
            line("a", chat()),
            line("b", chat("hello", n=2)),
            line("hot", chat(temperature=3)),
            line("odd", chat(audio={})),
            line("streamed", chat(stream=True)),
            line("unknown", chat(logit_bias={"9999": 1})),
            line("long", chat("hello " * 9000)),
            line("nobody", {"messages": [], "max_tokens": 4}),
            metadata={"night": "1"},
        )
        assert (batch.status, batch.request_counts.total) == ("validating", 0)
        work(server.services)
        batch = retrieved(client, batch)
        assert (batch.status, batch.errors, batch.model) == ("completed", None, "tiny-chat")
        assert (batch.metadata, batch.completion_window) == ({"night": "1"}, "24h")
        counts = batch.request_counts
        assert (counts.total, counts.completed, counts.failed) == (8, 2, 6)
        assert batch.in_progress_at <= batch.finalizing_at <= batch.completed_at
        assert batch.expires_at == batch.created_at + 86_400
        answers = said(client, batch.output_file_id)
        whole = client.chat.completions.create(**chat())
        assert answers["a"]["id"].startswith("batch_req_")
        assert (answers["a"]["error"], answers["a"]["response"]["status_code"]) == (None, 200)
        body = answers["a"]["response"]["body"]
        assert body["object"] == "chat.completion"
        assert body["choices"][0]["message"]["content"] == whole.choices[0].message.content
        assert len(answers["b"]["response"]["body"]["choices"]) == 2
        assert batch.usage.output_tokens == 12
        errors = said(client, batch.error_file_id)
        assert told(errors, "hot") == (400, "temperature", "invalid_value")
        assert told(errors, "odd") == (400, "audio", "unknown_parameter")
        assert told(errors, "streamed") == (400, "stream", "invalid_value")
        assert told(errors, "unknown") == (400, "logit_bias", None)
        assert told(errors, "long") == (400, "messages", "context_length_exceeded")
        assert told(errors, "nobody") == (400, "model", "missing_required_parameter")
        assert {errors[name]["error"] for name in errors} == {None}


def test_a_response_without_files_is_a_chat_of_the_batch(server: ChatServer) -> None:
    asked: Any = {"model": "tiny-chat", "input": "hello world", "max_output_tokens": 4}
    asked["temperature"] = 0
    with server.client() as client:
        batch = begun(client, line("a", asked, RESPONSES), endpoint=RESPONSES)
        work(server.services)
        body = said(client, retrieved(client, batch).output_file_id)["a"]["response"]["body"]
        whole = client.responses.create(**asked)
        [message] = body["output"]
        assert message["content"][0]["text"] == whole.output_text
        assert (body["status"], body["usage"]["output_tokens"]) == ("incomplete", 4)


def test_a_file_in_a_chat_of_a_batch_is_refused(server: ChatServer) -> None:
    file = {"type": "file", "file": {"file_data": "cmVudA==", "filename": "a.txt"}}
    content = [file, {"type": "text", "text": "What?"}]
    messages = [{"role": "user", "content": content}]
    with server.client() as client:
        batch = begun(client, line("a", chat(messages=messages)))
        work(server.services)
        errors = said(client, retrieved(client, batch).error_file_id)
        assert told(errors, "a") == (400, "messages", None)


def test_where_every_request_fails_there_is_no_output(server: ChatServer) -> None:
    with server.client() as client:
        batch = begun(client, line("a", chat(model="gpt-9")), line("b", chat(model="gpt-9")))
        work(server.services)
        batch = retrieved(client, batch)
        assert (batch.status, batch.output_file_id) == ("completed", None)
        errors = said(client, batch.error_file_id)
        assert told(errors, "a") == told(errors, "b") == (404, "model", "model_not_found")


def test_responses_without_files_are_chats_and_can_be_gone_on_from(server: ChatServer) -> None:
    asked = {"model": "tiny-chat", "max_output_tokens": 4, "temperature": 0, "input": "hello"}
    with server.client() as client:
        batch = begun(client, line("a", asked, RESPONSES), endpoint=RESPONSES)
        work(server.services)
        body = said(client, retrieved(client, batch).output_file_id)["a"]["response"]["body"]
        told = client.responses.retrieve(body["id"])
        assert told.output_text == body["output"][0]["content"][0]["text"]
        assert (told.status, body["usage"]["output_tokens"]) == ("incomplete", 4)


def test_files_in_chats_are_no_part_of_a_batch(server: ChatServer) -> None:
    part = {"type": "file", "file": {"file_id": f"file-{'0' * 32}"}}
    with server.client() as client:
        body = chat(messages=[{"role": "user", "content": [part]}])
        batch = begun(client, line("a", body))
        work(server.services)
        errors = said(client, retrieved(client, batch).error_file_id)
        assert told(errors, "a") == (400, "messages", None)


def test_responses_are_read_from_files_and_from_what_is_sent_inline(
    service: Served, client: OpenAI
) -> None:
    file = {"type": "input_file", "file_id": uploaded(client, LEASE, "lease.txt", "user_data")}
    inline = {
        "type": "input_file",
        "filename": "b.txt",
        "file_data": base64.b64encode(b"rent 94\n").decode(),
    }
    service.read_documents()
    batch = begun(
        client,
        read_about("a", file),
        read_about("b", inline),
        read_about("c"),
        read_about("d", file, background=True),
        read_about("e", {"type": "input_file", "file_id": f"file-{'0' * 32}"}),
        endpoint=RESPONSES,
    )
    run(service.services, Queue.INGEST)
    run(service.services, Queue.BATCH)
    service.finish_next(queue=Queue.BATCH)
    for _ in range(4):
        run(service.services, Queue.BATCH)
    service.read_documents()
    service.finish_next("94", queue=Queue.BATCH)
    service.services.request_batches.advance(batch.id)
    work(service.services)
    batch = retrieved(client, batch)
    assert (batch.status, batch.request_counts.completed) == ("completed", 2)
    answers = said(client, batch.output_file_id)
    body = answers["a"]["response"]["body"]
    assert (body["object"], body["status"]) == ("response", "completed")
    content = body["output"][0]["content"][0]
    assert json.loads(content["text"]) == {"rent": "93"}
    assert content["annotations"][0]["filename"] == "lease.txt"
    kept = client.responses.retrieve(answers["b"]["response"]["body"]["id"])
    assert json.loads(kept.output_text) == {"rent": "94"}
    errors = said(client, batch.error_file_id)
    assert told(errors, "c") == (400, "model", "model_not_for_chat")
    assert told(errors, "d") == (400, "background", "invalid_value")
    assert told(errors, "e") == (404, "file_id", "not_found")


def test_a_response_whose_file_can_not_be_read_is_an_error_of_its_line(
    service: Served, client: OpenAI
) -> None:
    file = {"type": "input_file", "file_id": uploaded(client, LEASE, "lease.txt", "user_data")}
    reading = service.services.jobs.claim(Queue.INGEST, "test")
    batch = begun(client, read_about("a", file), endpoint=RESPONSES)
    run(service.services, Queue.INGEST)
    run(service.services, Queue.BATCH)
    assert reading is not None
    service.services.jobs.fail(reading, Failure(code="unreadable_document", message="it is torn"))
    service.services.request_batches.advance(batch.id)
    work(service.services)
    errors = said(client, retrieved(client, batch).error_file_id)
    assert told(errors, "a")[0] == 400
    assert errors["a"]["response"]["body"]["error"]["message"] == "it is torn"


def test_all_that_is_wrong_with_a_file_is_told_and_nothing_of_it_is_begun(
    service: Served, client: OpenAI
) -> None:
    batch = begun(
        client,
        line("a", chat()),
        b'{"custom_id": "b", ',
        line("a", chat()),
        line("c", chat(), RESPONSES),
        line("d", chat(model="other")),
        {"custom_id": "e", "method": "POST", "url": CHAT},
    )
    run(service.services, Queue.INGEST)
    batch = retrieved(client, batch)
    assert (batch.status, batch.request_counts.total) == ("failed", 0)
    assert batch.failed_at is not None
    assert [(error.line, error.code, error.param) for error in batch.errors.data] == [
        (2, "invalid_json_line", None),
        (3, "duplicate_custom_id", "custom_id"),
        (4, "url_mismatch", "url"),
        (5, "model_mismatch", "body.model"),
        (6, "missing_required_parameter", "body"),
    ]
    assert service.services.jobs.due(Queue.BATCH) == 0


@pytest.mark.parametrize(
    ("data", "code"), [(b"\n\n", "empty_file"), (b"a;b\n1;2\n", "invalid_json_line")]
)
def test_a_file_that_holds_no_requests_fails(
    service: Served, client: OpenAI, data: bytes, code: str
) -> None:
    batch: Any = begun(client, data)
    run(service.services, Queue.INGEST)
    batch = retrieved(client, batch)
    assert (batch.status, batch.errors.data[0].code) == ("failed", code)


def test_a_file_for_something_else_is_refused_at_once(client: OpenAI) -> None:
    file = uploaded(client, LEASE, "lease.txt", "user_data")
    with pytest.raises(openai.BadRequestError, match="uploaded for user_data") as refused:
        client.batches.create(input_file_id=file, endpoint=CHAT, completion_window="24h")
    assert refused.value.param == "input_file_id"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"endpoint": "/v1/embeddings"}, "endpoint"),
        ({"completion_window": "1h"}, "completion_window"),
        ({"metadata": {"a": "x" * 513}}, "metadata.a"),
        (
            {"output_expires_after": {"anchor": "created_at", "seconds": 60}},
            "output_expires_after.seconds",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    client: OpenAI, changes: dict[str, Any], param: str
) -> None:
    asked: dict[str, Any] = {"endpoint": CHAT, "completion_window": "24h"}
    with pytest.raises(openai.BadRequestError) as refused:
        client.batches.create(input_file_id="file-1", **{**asked, **changes})
    assert (refused.value.param, refused.value.code) == (param, "invalid_value")


def test_files_and_batches_of_another_tenant_are_not_there(service: Served, client: OpenAI) -> None:
    batch = begun(client, line("a", chat()))
    headers = service.key("b")
    asked = {"input_file_id": batch.input_file_id, "endpoint": CHAT, "completion_window": "24h"}
    answer = service.client.post("/v1/batches", json=asked, headers=headers)
    assert (answer.status_code, answer.json()["error"]["param"]) == (404, "input_file_id")
    for method, path in (("GET", batch.id), ("POST", f"{batch.id}/cancel")):
        answer = service.client.request(method, f"/v1/batches/{path}", headers=headers)
        assert (answer.status_code, set(answer.json())) == (404, {"error"})
    assert service.client.get("/v1/batches", headers=headers).json()["data"] == []


def test_batches_are_listed_the_newest_first_page_by_page(client: OpenAI) -> None:
    made = [begun(client, line("a", chat())).id for _ in range(5)]
    assert [batch.id for batch in client.batches.list(limit=2)] == made[::-1]
    page = client.batches.list(limit=2, after=made[3])
    assert ([batch.id for batch in page.data], page.has_more) == ([made[2], made[1]], True)
    with pytest.raises(openai.NotFoundError):
        client.batches.list(after=f"batch_{'0' * 32}")


def test_a_batch_is_cancelled_and_what_was_answered_is_delivered(server: ChatServer) -> None:
    with server.client() as client:
        batch = begun(client, *(line(str(number), chat()) for number in range(40)))
        run(server.services, Queue.INGEST)
        run(server.services, Queue.BATCH)
        assert client.batches.cancel(batch.id).status == "cancelling"
        work(server.services)
        batch = retrieved(client, batch)
        assert (batch.status, batch.request_counts.completed) == ("cancelled", 1)
        assert list(said(client, batch.output_file_id)) == ["0"]
        assert len(said(client, batch.error_file_id)) == 39
        assert client.batches.cancel(batch.id).status == "cancelled"


def test_a_batch_that_failed_is_not_cancelled(service: Served, client: OpenAI) -> None:
    batch = begun(client, b"no JSON")
    run(service.services, Queue.INGEST)
    with pytest.raises(openai.ConflictError, match="with status 'failed'") as refused:
        client.batches.cancel(batch.id)
    assert refused.value.response.headers["x-should-retry"] == "false"


def test_the_end_of_a_batch_is_an_event_that_the_client_unwraps(tmp_path: Path) -> None:
    hooks = WebhookSettings(allow_private=True)
    with served(tmp_path, webhooks=hooks) as service, receiving() as receiver:
        client = client_of(service)
        made = service.client.post("/v1/webhooks", json={"url": receiver.url}).json()
        batch = begun(client, b"no JSON")
        run(service.services, Queue.INGEST)
        WebhookDeliverer(service.services.database, service.services.settings).run_once()
        [got] = receiver.got
        event = client.webhooks.unwrap(got.body, got.headers, secret=made["secret"])
    assert isinstance(event, BatchFailedWebhookEvent)
    assert event.data.id == batch.id
