"""What does a signal do to those who wait?"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sse_starlette.sse import AppStatus

from api.server import ApiServer
from tests.api.served import SCHEMA, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


def test_who_waits_for_a_job_is_answered_with_the_job_as_it_is(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppStatus, "should_exit", False)  # is set for the whole process, and back
    app: Any = service.client.app
    body = {"documents": [service.ready_document()], "response_schema": SCHEMA}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(
            service.client.post, "/v1/extractions", json=body, headers={"Prefer": "wait=60"}
        )
        while not app.state.context.watch._watched:
            threading.Event().wait(0.01)
        ApiServer(app).handle_exit(signal.SIGTERM, None)
        answer = waiting.result(timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


def test_who_listens_is_let_go_without_a_last_event(service: Served) -> None:
    app: Any = service.client.app
    job = service.extract(service.ready_document())
    app.state.context.watch.end()
    events = service.client.get(f"/v1/extractions/{job}/events").text
    assert ("event: progress" in events, "event: done" in events) == (True, False)
