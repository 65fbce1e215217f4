"""A tiny model of random weights suggests: what it says is nonsense, and held to the grammar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.engine_settings import EngineSettings
from schemas.settings import CacheSettings, Settings
from tests.api.engine_process import engine_settings, running_engine
from tests.api.served import Served, local_client, served
from tests.engine.chat_model import write_chat_model

PATH = "/v1/response-schemas/suggest"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "service") as service:
        yield service


@pytest.fixture
def chatting(service: Served, tmp_path: Path) -> Iterator[TestClient]:
    """The same service, with an engine that chats."""
    reads = EngineSettings(
        model=str(write_chat_model(tmp_path)), adapter=None, index_model=None, dense_tokens=200
    )
    settings = Settings(engine=reads, cache=CacheSettings(directory=tmp_path / "cache"))
    with running_engine(engine_settings(settings, tmp_path / "service")) as running:
        services = replace(service.services, engine=running.client)
        with local_client(services) as client:
            yield client


def suggested(client: TestClient, document: str, **changes: Any) -> Any:
    body = {"documents": [document], "wanted": "the rent", "max_fields": 1}
    return client.post(PATH, json={**body, **changes})


def test_a_suggestion_can_be_saved_and_is_paid_for(service: Served, chatting: TestClient) -> None:
    document = service.ready_document("The rent is 93 euros.\n" * 60)
    long_one = service.ready_document("The tenant is Clara Novak.\n" * 600, "b.txt")
    answer = suggested(chatting, document, documents=[document, long_one])
    assert answer.status_code == 200, answer.text
    found = answer.json()
    [(name, field)] = found["response_schema"]["properties"].items()
    assert found["response_schema"]["required"] == [name]
    assert set(field) - {"items", "format"} == {"type", "description"}
    body = {"name": "lease", "response_schema": found["response_schema"]}
    assert chatting.post("/v1/response-schemas", json=body).status_code == 201
    total = chatting.get("/v1/usage").json()["total"]
    assert total["prompt_tokens"] == found["usage"]["prompt_tokens"] > 1_000
    assert total["completion_tokens"] == found["usage"]["completion_tokens"] > 20


def test_a_model_that_does_not_chat_suggests_nothing(service: Served) -> None:
    answer = suggested(service.client, service.ready_document())
    assert (answer.status_code, answer.json()["code"]) == (422, "model_not_for_chat")
    assert "fake suggests no schemas: the model has no chat template" in answer.json()["detail"]


def test_a_document_that_is_not_read_yet_is_told(service: Served) -> None:
    answer = suggested(service.client, service.upload())
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
