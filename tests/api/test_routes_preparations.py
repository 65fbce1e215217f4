from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jobs.job_store import Claim
from schemas.engine_settings import EngineSettings
from schemas.job_settings import JobSettings
from schemas.jobs import JobProgress, Queue
from tests.api.engine_process import until
from tests.api.served import PREPARED, Served, served


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    """Where documents are prepared when somebody asks."""
    with served(tmp_path, jobs=JobSettings(prepare="never")) as service:
        yield service


def asked(service: Served, document: str) -> Any:
    return service.client.post(f"/v1/documents/{document}/prepare")


def claimed(service: Served) -> Claim:
    claim = service.services.jobs.claim(Queue.PREPARE, "test")
    assert claim is not None
    return claim


def events(service: Served, document: str) -> list[tuple[str, dict[str, Any]]]:
    text = service.client.get(f"/v1/documents/{document}/prepare/events").text
    blocks = text.replace("\r\n", "\n").strip().split("\n\n")
    found = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    return [(event["event"], json.loads(event["data"])) for event in found]


def test_a_document_is_prepared_when_it_is_asked_for(service: Served) -> None:
    document = service.ready_document()
    service.doorbell.rung.clear()
    answer = asked(service, document)
    job = answer.json()
    assert (answer.status_code, job["object"], job["document"], job["status"]) == (
        202,
        "preparation",
        document,
        "queued",
    )
    assert answer.headers["location"] == f"/v1/documents/{document}/prepare"
    assert service.doorbell.rung == [Queue.PREPARE]
    assert service.client.get(answer.headers["location"]).json() == job


def test_asking_twice_is_one_job(service: Served) -> None:
    document = service.ready_document()
    first, second = asked(service, document), asked(service, document)
    assert (second.status_code, second.json()["id"]) == (202, first.json()["id"])
    assert second.headers["needlepoint-deduplicated"] == "true"


def test_what_is_done_already_is_said_to_be(service: Served) -> None:
    document = service.ready_document()
    asked(service, document)
    service.prepare_next()
    answer = asked(service, document)
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert answer.headers["needlepoint-deduplicated"] == "true"
    service.engine.has_forgotten = True
    assert asked(service, document).status_code == 202


def test_by_words_alone_nothing_is_queued_and_the_answer_says_why(tmp_path: Path) -> None:
    with served(tmp_path, engine=EngineSettings(index_model=None)) as service:
        document = service.ready_document()
        answer = asked(service, document)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert "NEEDLEPOINT_ENGINE__INDEX_MODEL" in answer.json()["detail"]
        assert service.services.jobs.due(Queue.PREPARE) == 0


def test_an_upload_is_prepared_without_anyone_asking(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        document = service.ready_document()
        found = service.client.get(f"/v1/documents/{document}").json()["index"]
        assert (found["status"], found["num_tokens"], found["num_tokens_indexed"]) == (
            "queued",
            7,
            0,
        )
        service.prepare_next()
        found = service.client.get(f"/v1/documents/{document}").json()["index"]
        assert (found["status"], found["num_tokens_indexed"]) == ("ready", 8)


def test_a_document_that_nobody_prepares_says_so(service: Served) -> None:
    document = service.ready_document()
    found = service.client.get(f"/v1/documents/{document}").json()["index"]
    assert (found["status"], found["num_tokens_indexed"]) == ("unread", 0)
    answer = service.client.get(f"/v1/documents/{document}/prepare")
    assert (answer.status_code, "POST" in answer.json()["detail"]) == (404, True)


def test_it_is_cancelled(service: Served) -> None:
    document = service.ready_document()
    asked(service, document)
    answer = service.client.post(f"/v1/documents/{document}/prepare/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    assert asked(service, document).json()["status"] == "queued"


def test_a_listener_hears_how_far_it_is_and_then_the_end(service: Served) -> None:
    document = service.ready_document()
    asked(service, document)
    claim = claimed(service)
    progress = JobProgress(stage="look", tokens_done=4, tokens_total=8, share=0.5)
    service.services.jobs.report(claim, progress)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(events, service, document)
        watch = service.client.app.state.context.watch  # type: ignore[attr-defined]
        until(lambda: bool(watch._watched))
        time.sleep(0.1)
        service.services.preparations.finish(claim, PREPARED)
        told = heard.result(20)
    assert [(name, data["progress"]["tokens_done"]) for name, data in told] == [
        ("progress", 4),
        ("progress", 8),
        ("done", 8),
    ]
    assert told[-1][1]["document"] == document


def test_who_heard_the_end_is_told_to_stop_coming_back(service: Served) -> None:
    document = service.ready_document()
    asked(service, document)
    service.prepare_next()
    version = service.services.preparations.get("default", document).version
    answer = service.client.get(
        f"/v1/documents/{document}/prepare/events", headers={"Last-Event-ID": str(version)}
    )
    assert answer.status_code == 204


def test_a_deleted_document_takes_its_preparation_along(service: Served) -> None:
    document = service.ready_document()
    asked(service, document)
    claim = claimed(service)
    answer = service.client.delete(f"/v1/documents/{document}")
    assert answer.json()["extractions_deleted"] == []
    assert service.services.jobs.look(claim) is None
    assert service.engine.calls[-1].documents == [document]
