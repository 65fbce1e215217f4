"""Is a body read late, elsewhere than on the event loop, and refused however it is wrapped?"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from pydantic_core import from_json

from api import openai_errors
from api.app import app_of, openapi_schema
from jobs.key_store import Scope
from schemas import json_values
from schemas.saved_schemas import ExtractionBody
from tests.api.served import SCHEMA, Served, served

pytestmark = pytest.mark.slow

JSON = {"content-type": "application/json"}
WITH_JSON = [
    *("/v1/extractions", "/v1/extractions/estimate", "/v1/search", "/v1/uploads"),
    *("/v1/fine_tuning/jobs", "/v1/response-schemas/suggest"),
    *("/v1/response-schemas", "/v1/extraction-batches", "/v1/extraction-batches/estimate"),
    *("/v1/schedules", "/v1/webhooks", "/v1/caches", "/v1/chat/completions", "/v1/responses"),
    *("/v1/responses/input_tokens", "/v1/batches"),
]
LARGE = b'{"query": [' + b"1," * (1 << 18) + b"1]}"
SECONDS = 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with a key, so that all need one."""
    with served(tmp_path_factory.mktemp("keyed")) as service:
        service.key("acme")
        yield service


def test_all_routes_with_json_are_looked_at_here() -> None:
    found = [
        path
        for path, operations in openapi_schema()["paths"].items()
        if "application/json"
        in operations.get("post", {}).get("requestBody", {}).get("content", {})
        and "{" not in path  # which asks for the thing first
    ]
    assert sorted(found) == sorted(WITH_JSON)


@pytest.mark.parametrize("path", [*WITH_JSON, "/v1/documents?name=a.txt"])
@pytest.mark.parametrize(("key", "status"), [("bad", 401), ("metrics", 403), (None, 401)])
def test_no_byte_is_read_of_who_may_not_call(
    keyed: Served, path: str, key: str | None, status: int
) -> None:
    keys = {
        "bad": {"Authorization": "Bearer np_" + "a" * 40},
        "metrics": keyed.key("acme", Scope.METRICS),
        None: {},
    }
    answer, num_read = asyncio.run(_post_counted(keyed, path, {**JSON, **keys[key]}))
    assert (answer.status_code, num_read) == (status, 0)


@pytest.mark.parametrize("path", [*WITH_JSON, "/v1/documents?name=a.txt"])
def test_no_byte_is_read_of_another_machine_without_any_key(service: Served, path: str) -> None:
    headers = {**JSON, "X-Forwarded-For": "8.8.8.8"}
    answer, num_read = asyncio.run(_post_counted(service, path, headers))
    assert (answer.status_code, num_read) == (401, 0)


@pytest.mark.parametrize("path", WITH_JSON)
def test_others_are_answered_while_a_large_body_is_parsed(
    service: Served, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser waits until /healthz has answered: on the event loop it would wait in vain."""
    is_parsing, is_answered = threading.Event(), threading.Event()
    in_time = []

    def slow(data: bytearray, **options: Any) -> Any:
        is_parsing.set()
        in_time.append(is_answered.wait(SECONDS))
        return {}

    monkeypatch.setattr(json_values, "from_json", slow)

    async def both() -> int:
        async with _client(service) as client:
            posting = asyncio.create_task(client.post(path, content=LARGE, headers=JSON))
            assert await asyncio.to_thread(is_parsing.wait, SECONDS)
            health = await client.get("/healthz")
            is_answered.set()
            await posting
            return health.status_code

    assert (asyncio.run(both()), in_time) == (200, [True])


def test_only_two_bodies_are_parsed_at_the_same_time(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def counted(data: bytearray, **options: Any) -> Any:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        threading.Event().wait(0.05)
        with lock:
            at_work -= 1
        return from_json(data, **options)

    monkeypatch.setattr(json_values, "from_json", counted)

    async def all_at_once() -> None:
        async with _client(service) as client:
            post = [client.post("/v1/search", content=b"{}", headers=JSON) for _ in range(6)]
            await asyncio.gather(*post)

    asyncio.run(all_at_once())
    assert most == 2


@pytest.mark.parametrize("path", WITH_JSON)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{} x",
        b"[]",
        b"null",
        b"\xff",
        b'{"query": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_object_is_the_callers_mistake(
    service: Served, path: str, body: bytes
) -> None:
    answer = service.client.post(path, content=body, headers=JSON)
    if openai_errors.is_for(path):
        kind = answer.json()["error"]["type"]
        assert (answer.status_code, kind) == (400, "invalid_request_error")
        return
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
def test_a_body_of_another_kind_is_refused(service: Served, headers: dict[str, str]) -> None:
    answer = service.client.post("/v1/search", content=b'{"query": "a"}', headers=headers)
    assert (answer.status_code, answer.json()["param"]) == (422, "content-type")


@pytest.mark.parametrize(
    "schema",
    [
        '{"type": "object", "properties": {"a\\u0000": {"type": "string"}}}',
        '{"type": "object", "description": "\\u0000", "properties": {"a": {"type": "string"}}}',
        '{"type": "object", "description": "\\\\\\u0000"}',
        '{"type": "object", "description": "\\ud800", "properties": {"a": {"type": "string"}}}',
        '{"type": "object", "description": "\\udc00\\ud800"}',
        '{"type": "object", "properties": {"a": {"type": "string", "minLength": NaN}}}',
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1e999}}}',
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1'
        + "0" * 400
        + "}}}",
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1'
        + "0" * 9000
        + "}}}",
        '{"a":' * 70 + "1" + "}" * 70,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "{",
        "\\u0000",
    ],
    ids=lambda schema: schema[:40],
)
def test_a_body_that_can_not_be_kept_is_the_callers_mistake(service: Served, schema: str) -> None:
    document = f'["doc_{"0" * 32}"]'
    answer = service.client.post(
        "/v1/extractions",
        content=f'{{"documents": {document}, "response_schema": {schema}}}',
        headers=JSON,
    )
    assert (answer.status_code, answer.json()["param"]) == (422, "body"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "😀", "1" * 400])
def test_a_string_that_only_looks_bad_is_kept(service: Served, text: str) -> None:
    schema = {**SCHEMA, "description": text}
    body = json.dumps({"documents": [service.ready_document()], "response_schema": schema})
    answer = service.client.post("/v1/extractions", content=body, headers=JSON)
    assert answer.json()["response_schema"]["description"] == text


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge+json"]
)
def test_json_is_looked_at_whatever_it_is_called(service: Served, kind: str) -> None:
    answer = service.client.post(
        "/v1/search", content=b'{"query": "\\u0000"}', headers={"content-type": kind}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {f"name {number}": 1 for number in range(10_000)},
        {"query": "a", "filters": {f"name {number}": 1 for number in range(10_000)}},
        {"query": "a", "metadata": {f"name {number}": 1 for number in range(10_000)}},
        {"query": "a", "filters": {"sheets": [1] * 10_000}},
        {"query": "a", "documents": [1] * 10_000},
    ],
    ids=["names", "filters", "metadata", "sheets", "documents"],
)
def test_what_is_wrong_with_a_large_body_is_said_in_few_words(
    service: Served, body: dict[str, Any]
) -> None:
    answer = service.client.post("/v1/search", json=body)
    assert (answer.status_code, len(answer.json()["errors"]) <= 3) == (422, True)


def test_the_body_of_a_route_is_described_with_all_it_refers_to() -> None:
    schemas = openapi_schema()["components"]["schemas"]
    assert schemas["ExtractionBody"]["properties"].keys() == ExtractionBody.model_fields.keys()
    references = {
        part.partition('"')[0]
        for part in json.dumps(openapi_schema()).split("#/components/schemas/")[1:]
    }
    assert references - schemas.keys() == set()


async def _post_counted(
    service: Served, path: str, headers: dict[str, str]
) -> tuple[httpx.Response, int]:
    """The answer, and how many parts of the body were read for it."""
    num_read = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal num_read
        for _ in range(3):
            num_read += 1
            yield b" " * 1000

    async with _client(service) as client:
        return await client.post(path, content=parts(), headers=headers), num_read


def _client(service: Served) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app_of(service.services), client=("127.0.0.1", 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321")
