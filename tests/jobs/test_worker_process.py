from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.ports import free_port
from jobs.embedded_broker import find_server
from jobs.migrate import upgrade
from jobs.services import Services
from jobs.worker_process import Drain, Slots, run_worker
from schemas.errors import InvalidInput
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Queue
from schemas.settings import (
    BrokerSettings,
    EngineServerSettings,
    Settings,
    environment_of,
)
from tests.jobs.asked import TENANT, asked, read
from tests.servers import broker_process

_WORKER = """
import sys
from jobs import logs
from jobs.worker_process import run_worker
from schemas.jobs import Queue
from schemas.settings import load_settings
assert "torch" not in sys.modules
settings = load_settings()
logs.configure(settings.log, "worker")
sys.exit(run_worker(settings, Queue.STANDARD))
"""


def settings_of_broker(broker_url: str, folder: Path) -> Settings:
    """With an engine that is not there, so that every job waits for it."""
    return Settings(
        data_directory=folder,
        broker=BrokerSettings(url=SecretStr(broker_url)),
        engine_server=EngineServerSettings(url=f"http://127.0.0.1:{free_port()}"),
        jobs=JobSettings(sweep_seconds=0.3, lease_seconds=2.0, drain_seconds=0.5, standard_slots=1),
    )


@contextmanager
def worker_of(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", _WORKER],
            env={**os.environ, **environment_of(settings)},
            stdout=stderr,
            stderr=stderr,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def status_of(services: Services, job_id: str) -> Status:
    return services.jobs.get_extraction(TENANT, job_id).status


def test_a_queue_without_slots_is_not_served(tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path, jobs=JobSettings(batch_slots=0))
    with pytest.raises(InvalidInput, match="NEEDLEPOINT_JOBS__BATCH_SLOTS"):
        run_worker(settings, Queue.BATCH)


def test_slots_are_full_while_all_are_taken() -> None:
    slots = Slots(2)
    with slots.taken():
        one = slots.is_full()
        with slots.taken():
            two = slots.is_full()
    assert (one, two, slots.is_full()) == (False, True, False)


def test_a_drain_first_begins_nothing_then_stops_what_runs() -> None:
    drain = Drain(seconds=0.05)
    before = (drain.has_begun.is_set(), drain.is_over.is_set())
    drain.begin()
    begun = (drain.has_begun.is_set(), drain.is_over.is_set())
    assert (before, begun) == ((False, False), (True, False))
    assert drain.is_over.wait(10)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_claims_waits_and_drains(tmp_path: Path, signal_number: int) -> None:
    with broker_process(str(find_server())) as broker_url:
        settings = settings_of_broker(broker_url, tmp_path)
        upgrade(settings)
        services = Services.of(settings)
        job = asked(services.jobs, read(services.documents, services.jobs))
        with worker_of(settings, tmp_path / "log") as worker:
            wait_until(lambda: status_of(services, job.id) == Status.RUNNING)
            wait_until(lambda: "standard" in services.jobs.pulses())
            worker.send_signal(signal_number)
            assert worker.wait(20) == 0, (tmp_path / "log").read_text()
        claim = services.jobs.claim(Queue.STANDARD, "next")
        assert claim is not None
        assert (claim.job_id, claim.attempt, claim.num_lost) == (job.id, 2, 0)
        services.database.dispose()


@pytest.mark.slow
@pytest.mark.alone
def test_a_killed_worker_costs_one_lease(tmp_path: Path) -> None:
    with broker_process(str(find_server())) as broker_url:
        settings = settings_of_broker(broker_url, tmp_path)
        upgrade(settings)
        services = Services.of(settings)
        job = asked(services.jobs, read(services.documents, services.jobs))
        with worker_of(settings, tmp_path / "log"):
            wait_until(lambda: status_of(services, job.id) == Status.RUNNING)
        with worker_of(settings, tmp_path / "log"):
            wait_until(lambda: services.jobs.get_extraction(TENANT, job.id).attempt == 2)
            services.jobs.cancel_extraction(TENANT, job.id)
            wait_until(lambda: status_of(services, job.id) == Status.CANCELLED)
        services.database.dispose()


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize(
    "program", ["embedded", pytest.param("redis-server", marks=pytest.mark.service)]
)
def test_a_worker_takes_messages_again_after_the_broker_was_killed(
    tmp_path: Path, program: str
) -> None:
    command = str(find_server()) if program == "embedded" else program
    port = free_port()
    settings = settings_of_broker(f"redis://127.0.0.1:{port}/0", tmp_path)
    upgrade(settings)
    services = Services.of(settings)
    document = read(services.documents, services.jobs)
    with worker_of(settings, tmp_path / "log") as worker:
        with broker_process(command, port, how_ends=signal.SIGKILL):
            wait_until(lambda: "standard" in services.jobs.pulses())
        first = services.jobs.pulses()["standard"]
        job = asked(services.jobs, document)
        with broker_process(command, port):
            wait_until(lambda: services.jobs.pulses()["standard"] > first)
            wait_until(lambda: status_of(services, job.id) == Status.RUNNING)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
    services.database.dispose()
