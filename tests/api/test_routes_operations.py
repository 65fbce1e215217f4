"""What do load balancers and monitors hear?"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api import health
from jobs.tables import PulseRecord
from schemas.engine_protocol import EngineHealth
from schemas.errors import Unavailable
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from tests.api.served import Served, served

QUICK = JobSettings(batch_slots=0, prepare_slots=0, prepare="never", sweep_seconds=5)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, jobs=QUICK) as service:
        yield service


def test_a_service_with_all_its_parts_is_ready(service: Served) -> None:
    _pulse(service, seconds_ago=40)
    answer = service.client.get("/readyz")
    checks = [(check["name"], check["ok"]) for check in answer.json()["checks"]]
    assert (answer.status_code, checks) == (
        200,
        [
            ("database", True),
            ("queue interactive", True),
            ("queue standard", True),
            ("queue ingest", True),
            ("engine", True),
        ],
    )


def test_a_service_whose_queue_nobody_hears_is_not_ready(service: Served) -> None:
    _pulse(service, seconds_ago=50)
    answer = service.client.get("/readyz")
    failed = [check["name"] for check in answer.json()["checks"] if not check["ok"]]
    assert (answer.status_code, answer.json()["ready"], failed) == (
        503,
        False,
        ["queue interactive", "queue standard", "queue ingest"],
    )


def test_a_service_without_its_engine_is_not_ready(service: Served) -> None:
    _pulse(service, seconds_ago=0)
    service.engine.is_away = True
    failed = [check for check in service.client.get("/readyz").json()["checks"] if not check["ok"]]
    assert failed == [{"name": "engine", "ok": False, "detail": "the engine does not answer"}]


def test_a_service_whose_database_takes_no_writes_is_not_ready(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise Unavailable("the database does not answer: try again")

    _pulse(service, seconds_ago=0)
    monkeypatch.setattr(service.services.jobs, "check_writes", fail)
    failed = [check for check in service.client.get("/readyz").json()["checks"] if not check["ok"]]
    assert [check["name"] for check in failed] == ["database"]


def test_readiness_is_not_looked_at_for_every_one_who_asks(service: Served) -> None:
    for _ in range(5):
        service.client.get("/readyz")
    assert service.engine.calls == ["health"]


@pytest.fixture
def hung(service: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set when somebody waits for the engine, which answers at the end of the test."""
    is_asked, ends = threading.Event(), threading.Event()
    answer = service.engine.health()

    def hang() -> EngineHealth:
        is_asked.set()
        assert ends.wait(30)
        return answer

    def look() -> None:
        service.client.get("/readyz")

    with ThreadPoolExecutor() as pool:
        _pulse(service, seconds_ago=0)
        look()
        monkeypatch.setattr(service.engine, "health", hang)
        monkeypatch.setattr(health, "_BELIEVED_SECONDS", 0.0)
        waiting = pool.submit(look)
        assert is_asked.wait(10)
        yield is_asked
        ends.set()
        waiting.result()


@pytest.mark.usefixtures("hung")
def test_nobody_waits_while_another_looks(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    answers = [service.client.get("/readyz") for _ in range(5)]
    assert time.monotonic() - begun < 5
    assert {answer.status_code for answer in answers} == {200}
    assert all(0 <= int(answer.headers["Age"]) < 15 for answer in answers)
    monkeypatch.setattr(health, "_OLDEST_SECONDS", 0.0)
    answer = service.client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "the last look was" in answer.json()["checks"][0]["detail"]


def test_metrics_count_jobs_by_queue_and_status(service: Served) -> None:
    service.extract(service.ready_document())
    lines = service.client.get("/metrics").text.splitlines()
    assert 'needlepoint_jobs{queue="standard",status="queued"} 1.0' in lines
    assert "needlepoint_database_up 1.0" in lines


def test_metrics_say_since_when_a_queue_was_not_heard(service: Served) -> None:
    _pulse(service, seconds_ago=100)
    lines = service.client.get("/metrics").text.splitlines()
    (line,) = [line for line in lines if line.startswith('needlepoint_pulse_age_seconds{queue="st')]
    assert 100 <= float(line.split()[1]) < 110


def test_metrics_say_how_long_the_first_of_a_queue_waits(service: Served) -> None:
    service.extract(service.ready_document())
    lines = service.client.get("/metrics").text.splitlines()
    ages = [line for line in lines if line.startswith("needlepoint_queue_age_seconds{")]
    assert [line.split("} ")[0] for line in ages] == [
        'needlepoint_queue_age_seconds{queue="standard"'
    ]
    assert 0 <= float(ages[0].split()[1]) < 60


def test_metrics_count_the_bytes_of_uploads(service: Served) -> None:
    service.upload("12345678")
    assert "needlepoint_uploaded_bytes_total 8.0" in service.client.get("/metrics").text


def test_metrics_come_also_without_the_database(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise Unavailable("the database does not answer: try again")

    monkeypatch.setattr(service.services.jobs, "queue_depths", fail)
    assert "needlepoint_database_up 0.0" in service.client.get("/metrics").text


def test_the_openapi_schema_is_served(service: Served) -> None:
    assert service.client.get("/openapi.json").json()["info"]["title"] == "Needlepoint"


def _pulse(service: Served, seconds_ago: int) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    with service.services.database.transaction() as session:
        for queue in (Queue.INTERACTIVE, Queue.STANDARD, Queue.INGEST):
            session.merge(PulseRecord(name=queue.value, at=at))
