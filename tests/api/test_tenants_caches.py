"""Is what one tenant had read ever found by another one's prompt?

The real engine, the real worker and a tiny model, as callers meet them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jobs.services import Services
from jobs.work import run_next
from schemas.jobs import Queue
from schemas.settings import Settings
from tests.api.engine_process import engine_settings, running_engine
from tests.api.served import SCHEMA, Served, local_client, served

TEXT = "The agent of the lease is Clara Novak and the rent is 93 per cent of the total.\n" * 12


@dataclass
class Working:
    """A service whose extractions are done by an engine of its own."""

    service: Served
    services: Services
    client: TestClient

    def cached_tokens(self, headers: dict[str, str], document: str, question: str) -> int:
        body = {"documents": [document], "response_schema": SCHEMA, "instructions": question}
        body["mode"] = "dense"
        answer = self.client.post("/v1/extractions", json=body, headers=headers)
        assert answer.status_code == 202, answer.text
        assert run_next(Queue.STANDARD, self.services)
        path = f"/v1/extractions/{answer.json()['id']}"
        ended: dict[str, Any] = self.client.get(path, headers=headers).json()
        assert ended["status"] in ("completed", "incomplete"), ended
        assert ended["usage"]["prompt_tokens"] > 200
        return int(ended["usage"]["cached_tokens"])


@pytest.fixture
def working(tiny_settings: Settings, tmp_path: Path) -> Iterator[Working]:
    settings = engine_settings(tiny_settings, tmp_path)
    with served(tmp_path) as service, running_engine(settings) as running:
        services = replace(service.services, engine=running.client)
        with local_client(services) as client:
            yield Working(service, services, client)


def test_the_same_document_of_another_tenant_is_read_anew(working: Working) -> None:
    ours, theirs = working.service.key("a"), working.service.key("b")
    first = working.service.ready_document(TEXT, headers=ours)
    assert working.cached_tokens(ours, first, "Who is it?") == 0
    assert working.cached_tokens(ours, first, "Who is it, again?") > 200
    second = working.service.ready_document(TEXT, headers=theirs)
    assert working.cached_tokens(theirs, second, "Who is it?") == 0
    assert working.cached_tokens(theirs, second, "Who is it, again?") > 200
