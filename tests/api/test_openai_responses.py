"""Responses about files, as the client of OpenAI asks for them."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from schemas.extraction import Status
from schemas.fetch_settings import FetchSettings
from schemas.jobs import Failure, Queue
from tests.api.openai_client import client_of
from tests.api.served import Served, served
from tests.file_host import file_host

LEASE = b"rent 93\n"


class Lease(BaseModel):
    rent: str


SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "name": "lease",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"rent": {"type": "string"}},
        "required": ["rent"],
        "additionalProperties": False,
    },
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def client(service: Served) -> OpenAI:
    return client_of(service)


def message(*parts: Any) -> list[Any]:
    return [{"role": "user", "content": list(parts)}]


def said(text: str) -> dict[str, str]:
    return {"type": "input_text", "text": text}


def uploaded(client: OpenAI) -> dict[str, str]:
    file = client.files.create(file=("lease.txt", LEASE), purpose="user_data")
    return {"type": "input_file", "file_id": file.id}


def asked(client: OpenAI, *parts: Any, **options: Any) -> Any:
    """In the background."""
    more = {"background": True, "text": {"format": SCHEMA}, **options}
    return client.responses.create(model="fake", input=message(*parts), **more)


def answer(service: Served, value: Any = "93", **kwargs: Any) -> None:
    service.read_documents()
    service.finish_next(value, **kwargs)


def retrieved(client: OpenAI, response_id: str, **kwargs: Any) -> Any:
    return client.responses.retrieve(response_id, **kwargs)


def begun_work(service: Served) -> threading.Thread:
    """A worker that waits for one extraction, for a while."""

    def work() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if service.services.jobs.due(Queue.INTERACTIVE):
                service.finish_next(queue=Queue.INTERACTIVE)
                return
            time.sleep(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def the_job(service: Served) -> dict[str, Any]:
    [listed] = service.client.get("/v1/extractions").json()["data"]
    found: dict[str, Any] = service.client.get(f"/v1/extractions/{listed['id']}").json()
    return found


def test_a_schema_is_filled_from_a_file_with_its_place(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    response = asked(client, file, said("What does the lease say?"))
    assert (response.status, response.output) == ("queued", [])
    answer(service)
    response = retrieved(client, response.id)
    assert (response.status, json.loads(response.output_text)) == ("completed", {"rent": "93"})
    citation = response.output[0].content[0].annotations[0]
    assert (citation.type, citation.path, citation.quote) == ("file_citation", "/rent", "93")
    assert citation.regions == [{"first_line": 1, "last_line": 1}]
    assert (citation.file_id, citation.filename) == (file["file_id"], "lease.txt")
    assert response.usage is not None
    assert response.usage.input_tokens_details.cached_tokens == 40
    assert the_job(service)["instructions"] == "What does the lease say?"


def test_the_client_parses_it_while_it_waits(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    service.read_documents()
    work = begun_work(service)
    response = client.responses.parse(
        model="fake", input=message(file, said("The lease.")), text_format=Lease
    )
    work.join()
    assert response.output_parsed == Lease(rent="93")


def test_a_question_is_answered_in_text(service: Served, client: OpenAI) -> None:
    response = asked(
        client, uploaded(client), said("What is the rent?"), text={}, instructions="In euros."
    )
    job = the_job(service)
    assert job["response_schema"]["properties"]["answer"]["description"] == "What is the rent?"
    assert job["instructions"] == "In euros."
    answer(service, path="answer")
    assert retrieved(client, response.id).output_text == "93"


def test_what_is_not_there_is_refused(service: Served, client: OpenAI) -> None:
    response = asked(client, uploaded(client), said("The lease."))
    answer(service, None, status=Status.INCOMPLETE)
    [content] = retrieved(client, response.id).output[0].content
    assert (content.type, content.refusal) == ("refusal", "Not found in the documents: /rent")


def test_what_fails_says_why(service: Served, client: OpenAI) -> None:
    response = asked(client, uploaded(client), said("The lease."))
    service.read_documents()
    service.fail_next(Failure(code="prompt_too_long", message="too much is asked"))
    response = retrieved(client, response.id)
    assert response.status == "failed"
    assert response.error is not None
    assert response.error.message == "too much is asked"


def test_a_file_may_come_with_the_message(service: Served, client: OpenAI) -> None:
    data = "data:text/plain;base64," + base64.b64encode(LEASE).decode()
    inline = {"type": "input_file", "filename": "lease.txt", "file_data": data}
    response = asked(client, inline, said("The lease."))
    [file] = client.files.list().data
    assert file.expires_at == file.created_at + 86_400
    sent: Any = client.responses.input_items.list(response.id).data[0]
    [part, _] = sent.content
    assert (part.file_id, "file_data" in part.model_dump(exclude_none=True)) == (file.id, False)
    answer(service)
    citation = retrieved(client, response.id).output[0].content[0].annotations[0]
    assert citation.filename == "lease.txt"


def test_a_file_that_comes_along_may_be_large(service: Served, client: OpenAI) -> None:
    data = base64.b64encode(LEASE * 300_000).decode()
    inline = {"type": "input_file", "filename": "lease.txt", "file_data": data}
    asked(client, inline, said("The lease."))
    [file] = client.files.list().data
    assert file.bytes == 2_400_000


def test_a_file_is_fetched_from_a_host_that_is_allowed(tmp_path: Path) -> None:
    fetch = FetchSettings(allowed_hosts=("127.0.0.1",), allow_private=True)
    with file_host() as port, served(tmp_path, fetch=fetch) as service:
        client = client_of(service)
        url = {"type": "input_file", "file_url": f"http://127.0.0.1:{port}/lease.txt"}
        response = asked(client, url, said("The lease."))
        answer(service)
        citation = retrieved(client, response.id).output[0].content[0].annotations[0]
        assert citation.filename == "lease.txt"


def test_a_text_too_long_for_a_message_is_a_document(service: Served, client: OpenAI) -> None:
    asked(client, said("The rent is 93 euros. " * 500), said("What is the rent?"))
    [document] = the_job(service)["documents"]
    service.read_documents()
    text = service.client.get(f"/v1/documents/{document}/text").json()["text"]
    assert text.startswith("The rent is 93 euros.")


def test_the_same_again_is_one_job(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    responses = [asked(client, file, said("The lease.")) for _ in range(3)]
    answer(service)
    assert len(service.client.get("/v1/extractions").json()["data"]) == 1
    assert {retrieved(client, r.id).output_text for r in responses} == {'{"rent": "93"}'}


def test_a_stream_is_what_the_client_knows(service: Served, client: OpenAI) -> None:
    response = asked(client, uploaded(client), said("The lease."))
    answer(service)
    events = list(retrieved(client, response.id, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].type == "response.created"
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == '{"rent": "93"}'
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == '{"rent": "93"}'


def test_a_stream_goes_on_where_it_broke_off(service: Served, client: OpenAI) -> None:
    response = asked(client, uploaded(client), said("The lease."))
    answer(service)
    whole = list(retrieved(client, response.id, stream=True))
    rest = list(retrieved(client, response.id, stream=True, starting_after=3))
    assert rest == whole[4:]


def test_a_stream_waits_for_the_end(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    service.read_documents()
    work = begun_work(service)
    with client.responses.stream(
        model="fake", input=message(file, said("The lease.")), text_format=Lease
    ) as stream:
        response = stream.get_final_response()
    work.join()
    assert response.output_parsed == Lease(rent="93")


def test_it_is_asked_on_about_the_same_files(service: Served, client: OpenAI) -> None:
    first = asked(client, uploaded(client), said("The lease."))
    answer(service)
    document = the_job(service)["documents"]
    second = asked(client, said("And who is the tenant?"), previous_response_id=first.id)
    job = service.client.get("/v1/extractions").json()["data"][0]
    assert job["documents"] == document
    assert second.previous_response_id == first.id


def test_it_is_cancelled(service: Served, client: OpenAI) -> None:
    response = asked(client, uploaded(client), said("The lease."))
    assert client.responses.cancel(response.id).status == "cancelled"
    assert the_job(service)["status"] == "cancelled"


def test_a_deleted_response_takes_what_was_found(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    first, second = (asked(client, file, said("The lease.")) for _ in range(2))
    answer(service)
    client.responses.delete(first.id)
    assert retrieved(client, second.id).output_text == '{"rent": "93"}'
    client.responses.delete(second.id)
    assert service.client.get("/v1/extractions").json()["data"] == []
    with pytest.raises(openai.NotFoundError):
        retrieved(client, second.id)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"text": {"format": {**SCHEMA, "schema": {"type": "object"}}}}, "additionalProperties"),
        ({"text": {"format": {"type": "json_object"}}}, "by a json_schema"),
        ({"include": ["reasoning.encrypted_content"]}, "include"),
        ({"truncation": "cut"}, "truncation"),
        ({"model": "other"}, "does not exist"),
    ],
)
def test_what_is_not_served_is_said(client: OpenAI, options: Any, told: str) -> None:
    more = {"model": "fake", "text": {"format": SCHEMA}, **options}
    with pytest.raises(openai.APIStatusError, match=told) as caught:
        client.responses.create(input=message(uploaded(client), said("The lease.")), **more)
    assert caught.value.status_code in (400, 404)


def test_the_tokens_of_files_are_those_that_would_be_read(service: Served, client: OpenAI) -> None:
    file = uploaded(client)
    service.read_documents()
    counted: Any = client.responses.input_tokens.count(input=message(file, said("The rent?")))
    assert counted.input_tokens == 1_000_000
    assert counted.needlepoint == {"mode": "dense", "document_tokens": 900_000}
    assert service.client.get("/v1/extractions").json()["data"] == []


def test_a_file_that_is_not_read_answers_nothing(client: OpenAI) -> None:
    lines = client.files.create(file=("a.jsonl", b"{}\n"), purpose="batch")
    with pytest.raises(openai.BadRequestError, match="uploaded for batch, and is not read"):
        asked(client, {"type": "input_file", "file_id": lines.id}, said("The lease."))
