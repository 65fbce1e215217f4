"""Is what can not be kept refused, however it is wrapped?"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.api.served import SCHEMA, Served, served


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.mark.parametrize(
    "schema",
    [
        '{"type": "object", "properties": {"a\\u0000": {"type": "string"}}}',
        '{"type": "object", "description": "\\u0000", "properties": {"a": {"type": "string"}}}',
        '{"type": "object", "description": "\\ud800", "properties": {"a": {"type": "string"}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "minLength": NaN}}}',
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1e999}}}',
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1'
        + "0" * 400
        + "}}}",
        '{"type": "object", "properties": {"a": {"type": "number", "maximum": 1'
        + "0" * 9000
        + "}}}",
        '{"a":' * 70 + "1" + "}" * 70,
        '{"a":' * 900 + "1" + "}" * 900,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" * 100_000,
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
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_bytes_that_are_no_utf_8_are_the_callers_mistake(service: Served) -> None:
    answer = service.client.post(
        "/v1/search", content=b'{"query": "\xff"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_a_string_that_only_looks_like_an_escape_is_kept(service: Served) -> None:
    schema = {**SCHEMA, "description": "\\u0000"}
    body = json.dumps({"documents": [service.ready_document()], "response_schema": schema})
    answer = service.client.post(
        "/v1/extractions", content=body, headers={"content-type": "application/json"}
    )
    assert answer.json()["response_schema"]["description"] == "\\u0000"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge+json"]
)
def test_json_is_looked_at_whatever_it_is_called(service: Served, kind: str) -> None:
    answer = service.client.post(
        "/v1/search", content=b'{"query": "\\u0000"}', headers={"content-type": kind}
    )
    assert answer.status_code == 422


def test_a_query_parameter_that_no_route_reads_is_refused(service: Served) -> None:
    answer = service.client.get("/v1/documents?stauts=failed")
    assert (answer.status_code, answer.json()["param"]) == (422, "stauts")
