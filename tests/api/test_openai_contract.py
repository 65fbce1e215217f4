import json
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from openai import OpenAI

from api.app import openapi_schema
from tests.api.openai_client import Checked
from tests.api.openai_contract import Answered, BreaksContract, Contract, contract

FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 1,
    "created_at": 1,
    "filename": "a",
    "purpose": "batch",
    "status": "processed",
}
CHUNK = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": None}],
}


@pytest.fixture
def described(shared_data: Path) -> Contract:
    found = contract()
    assert found is not None, f"{shared_data} has no bench/openapi/openapi.yaml"
    return found


def answered(path: str, body: Any, status: int = 200) -> Answered:
    return Answered("GET", path, status, "application/json", json.dumps(body).encode())


def streamed(path: str, *events: Any) -> Answered:
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    body = f": alive\n\n{lines}data: [DONE]\n\n".encode()
    return Answered("POST", path, 200, "text/event-stream", body)


def test_every_route_of_openai_that_is_served_is_described(described: Contract) -> None:
    served = [
        (method, path.removeprefix("/v1"))
        for path, operations in openapi_schema()["paths"].items()
        for method, operation in operations.items()
        if "openai" in operation["tags"]
    ]
    assert len(served) >= 17
    assert [one for one in served if not described.has(*one)] == []


def test_what_is_as_described_is_counted(described: Contract) -> None:
    assert described.check(answered("/files/file-1", FILE)) == 1
    assert described.check(streamed("/chat/completions", CHUNK, {**CHUNK, "usage": None})) == 2
    assert described.check(answered("/documents", {})) == 0


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/files/file-1", {"bytes": "1"}),
        ("/files/file-1", {"expires_at": None}),
        ("/files/file-1", {"md5": "0"}),
        ("/models/m", {"object": "file"}),
    ],
)
def test_what_is_not_as_described_is_told(
    described: Contract, path: str, change: dict[str, Any]
) -> None:
    with pytest.raises(BreaksContract):
        described.check(answered(path, FILE | change))


def test_what_is_added_is_told_by_its_place_unless_it_is_ours(described: Contract) -> None:
    files: dict[str, Any] = {"object": "list", "first_id": "", "last_id": "", "has_more": False}
    ours, theirs = {**FILE, "document": "doc_1"}, {**FILE, "page": 1}
    assert described.check(answered("/files", {**files, "data": [ours]})) == 1
    with pytest.raises(BreaksContract, match=r"\['\.data\[\]\.page'\]"):
        described.check(answered("/files", {**files, "data": [ours, theirs]}))


def test_an_event_is_held_against_its_type(described: Contract) -> None:
    delta = {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0}
    place = {"content_index": 0, "sequence_number": 3, "delta": "a"}
    assert described.check(streamed("/responses", {**delta, **place, "logprobs": []})) == 1
    with pytest.raises(BreaksContract, match="logprobs"):
        described.check(streamed("/responses", {**delta, **place}))


def test_an_error_has_its_four_keys(described: Contract) -> None:
    error = {"message": "m", "type": "t", "param": None}
    assert described.check(answered("/models", {"error": {**error, "code": None}}, 404)) == 1
    with pytest.raises(BreaksContract, match="code"):
        described.check(answered("/models", {"error": error}, 404))


def test_a_client_of_the_tests_gets_no_answer_that_breaks_it(described: Contract) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        body = json.dumps(FILE | {"bytes": None}).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    http = httpx.Client(transport=Checked(httpx.MockTransport(answer)))
    client = OpenAI(api_key="none", base_url="http://a/v1", http_client=http, max_retries=0)
    with client, pytest.raises(BreaksContract, match="file-1"):
        client.files.retrieve("file-1")
