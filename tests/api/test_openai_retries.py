"""A client loses its patience while documents are read. Its ten minutes are one second here, and
what it waits between two tries is shortened, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import openai
import pytest
from openai import OpenAI

from schemas.jobs import Queue
from tests.api.engine_process import until
from tests.api.openai_client import Tries
from tests.api.openai_server import listening
from tests.api.served import Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.05)


@contextmanager
def trying(service: Served, tries: Tries, **options: Any) -> Iterator[OpenAI]:
    key = service.key("default")["Authorization"].removeprefix("Bearer ")
    with listening(service.services) as url, httpx.Client(transport=tries) as http:
        yield OpenAI(base_url=f"{url}/v1", api_key=key, http_client=http, **options)


def asked(client: OpenAI, file_id: str) -> Any:
    file = {"type": "input_file", "file_id": file_id}
    question = {"type": "input_text", "text": "What is the rent?"}
    message: Any = {"role": "user", "content": [file, question]}
    return client.responses.create(model="fake", input=[message])


def test_three_more_tries_of_a_response_are_one_job(service: Served) -> None:
    headers = service.key("default")
    document = service.ready_document(headers=headers)

    def finish() -> None:
        until(lambda: bool(service.services.jobs.due(Queue.INTERACTIVE)))
        service.finish_next(queue=Queue.INTERACTIVE, path="answer")

    tries = Tries(last=3, then=finish)
    with trying(service, tries, timeout=1.0, max_retries=3) as client:
        response = asked(client, document)
    assert tries.counts == ["0", "1", "2", "3"]
    assert response.output_text == "93"
    [job] = service.client.get("/v1/extractions", headers=headers).json()["data"]
    assert job["status"] == "completed"


def test_what_will_never_go_is_not_tried_again(service: Served) -> None:
    tries = Tries(last=1, then=lambda: None)
    with trying(service, tries) as client, pytest.raises(openai.NotFoundError):
        asked(client, f"file-{'0' * 32}")
    assert tries.counts == ["0"]
