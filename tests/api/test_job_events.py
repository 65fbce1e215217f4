"""What does a listener hear, and in which order?"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.app import app_of
from jobs.job_store import Claim
from schemas.extraction import FieldResult, FieldStatus, Status
from schemas.jobs import Failure, JobProgress, Queue
from tests.api.asgi import hang_up_after
from tests.api.served import Served, extraction_of, served

Event = tuple[str, int, dict[str, Any]]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_listener_hears_progress_then_fields_then_the_end(
    service: Served, pool: ThreadPoolExecutor
) -> None:
    job = service.extract(service.ready_document())
    heard = _listening(service, pool, job)
    claim = _claimed(service)
    _wait_until_seen(service, job)
    _report(service, claim, 0.5, [_field("/rent", "9")])
    _wait_until_seen(service, job)
    _finish(service, claim)
    events = _events(heard)
    assert _without_repeats([name for name, _, _ in events]) == [
        "progress",
        "fields",
        "progress",
        "done",
    ]
    versions = [version for _, version, _ in events]
    assert versions == sorted(versions)


def test_a_field_is_told_once(service: Served, pool: ThreadPoolExecutor) -> None:
    job = service.extract(service.ready_document())
    heard = _listening(service, pool, job)
    claim = _claimed(service)
    _report(service, claim, 0.3, [_field("/rent", "9")])
    _wait_until_seen(service, job)
    _report(service, claim, 0.6, [_field("/rent", "9"), _field("/term", "5")])
    _wait_until_seen(service, job)
    _finish(service, claim)
    told = [
        field["path"]
        for name, _, data in _events(heard)
        if name == "fields"
        for field in data["fields"]
    ]
    assert told == ["/rent", "/term"]


def test_the_last_event_is_the_extraction(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    name, _, data = _events_now(service, job)[-1]
    assert (name, data["id"], data["status"], data["result"]) == ("done", job, "completed", None)


def test_the_last_event_has_the_result_where_it_is_asked_for(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    _, _, data = _events_now(service, job, "?include=result")[-1]
    assert data["result"]["output"] == {"rent": "93"}


def test_a_failure_is_the_last_event(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.fail_next(Failure(code="too_large", message="it is too large"))
    name, _, data = _events_now(service, job)[-1]
    assert (name, data["failure"]["code"]) == ("failed", "too_large")


def test_a_cancellation_is_the_last_event(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.client.post(f"/v1/extractions/{job}/cancel")
    assert _events_now(service, job)[-1][0] == "cancelled"


def test_a_deletion_is_the_last_event(service: Served, pool: ThreadPoolExecutor) -> None:
    job = service.extract(service.ready_document())
    heard = _listening(service, pool, job)
    service.client.delete(f"/v1/extractions/{job}")
    assert _events(heard)[-1][0] == "deleted"


def test_who_comes_back_hears_only_what_is_new(service: Served) -> None:
    job = service.extract(service.ready_document())
    claim = _claimed(service)
    _report(service, claim, 0.5, [_field("/rent", "9")])
    version = service.services.jobs.get_extraction("default", job).version
    with ThreadPoolExecutor(1) as pool:
        heard = _listening(service, pool, job, {"Last-Event-ID": str(version)})
        _finish(service, claim)
        events = _events(heard)
    assert [(name, number > version) for name, number, _ in events] == [
        ("progress", True),
        ("done", True),
    ]


def test_who_heard_the_end_is_told_to_stop_coming_back(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    version = _events_now(service, job)[-1][1]
    answer = service.client.get(
        f"/v1/extractions/{job}/events", headers={"Last-Event-ID": str(version)}
    )
    assert (answer.status_code, answer.content) == (204, b"")


def test_nobody_is_watched_when_all_have_gone(service: Served) -> None:
    job = service.extract(service.ready_document())
    service.finish_next()
    _events_now(service, job)
    context = service.client.app.state.context  # type: ignore[attr-defined]
    assert context.watch._watched == {}


def test_a_listener_who_hangs_up_is_forgotten(service: Served) -> None:
    app = app_of(service.services)
    job = service.extract(service.ready_document())
    sent = asyncio.run(hang_up_after(app, "GET", f"/v1/extractions/{job}/events", seconds=0.1))
    assert b"event: progress" in b"".join(message.get("body", b"") for message in sent)
    assert app.state.context.watch._watched == {}


def _listening(
    service: Served, pool: ThreadPoolExecutor, job: str, headers: dict[str, str] | None = None
) -> Future[str]:
    """Returns once the listener is there."""

    def listen() -> str:
        return service.client.get(f"/v1/extractions/{job}/events", headers=headers).text

    heard = pool.submit(listen)
    _wait_until_seen(service, job)
    return heard


def _wait_until_seen(service: Served, job: str) -> None:
    """Until whoever listens has had the time to hear of it: some looks at the database."""
    context = service.client.app.state.context  # type: ignore[attr-defined]
    for _ in range(500):
        if job in context.watch._watched:
            break
        threading.Event().wait(0.01)
    threading.Event().wait(0.15)


def _claimed(service: Served) -> Claim:
    claim = service.services.jobs.claim(Queue.STANDARD, "test")
    assert claim is not None
    return claim


def _report(service: Served, claim: Claim, share: float, fields: list[FieldResult]) -> None:
    progress = JobProgress(stage="answer", share=share)
    assert service.services.jobs.report(claim, progress, fields)


def _finish(service: Served, claim: Claim) -> None:
    key = f"default/extractions/{claim.job_id}/result-1.json"
    result = extraction_of(claim.job_id, claim.document_ids[0], "93", Status.COMPLETED)
    service.services.storage.put_bytes(key, result.model_dump_json().encode())
    service.services.jobs.finish(
        claim, status=Status.COMPLETED, result_key=key, usage=result.usage, seconds=1.0
    )


def _field(path: str, value: str) -> FieldResult:
    return FieldResult(path=path, value=value, status=FieldStatus.FOUND, confidence=0.5)


def _events_now(service: Served, job: str, query: str = "") -> list[Event]:
    return _parsed(service.client.get(f"/v1/extractions/{job}/events{query}").text)


def _events(heard: Future[str]) -> list[Event]:
    return _parsed(heard.result(timeout=20))


def _parsed(stream: str) -> list[Event]:
    events = []
    for block in stream.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        values = {name: value for name, _, value in lines}
        if values:
            data = json.loads(values["data"])
            events.append((values["event"], int(values.get("id", 0)), data))
    return events


def _without_repeats(names: list[str]) -> list[str]:
    return [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
