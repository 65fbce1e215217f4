"""Which broker serves best where none is installed, when processes are killed?

50 jobs in the table, a ring for each, one worker with two slots. When ten are done, the worker or
the broker is killed (SIGKILL) and started again at once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.broker_consumer import LEASE_SECONDS, QUEUE, services_of, settings_of
from jobs.embedded_broker import EmbeddedBroker, find_server
from jobs.job_store import JobStore, NewExtraction
from jobs.migrate import upgrade
from jobs.services import Services
from schemas.errors import InvalidInput
from schemas.jobs import ExtractionCreate, Queue

_NUM_JOBS, _NUM_BEFORE = 50, 10
_PATIENCE_SECONDS = LEASE_SECONDS + 9.0  # without one more job done: it stays so
_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Case:
    broker: str
    killed: str
    sweeper: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """`seconds` from the kill (or the start) to the last job that came to its end."""

    broker: str
    killed: str
    sweeper: bool
    done: int
    lost: int
    seconds: float


def measure(free_port: Callable[[], int]) -> dict[str, Any]:
    """All cases, as one record; prints a line a case as it goes."""
    outcomes = []
    for case in _cases():
        with tempfile.TemporaryDirectory() as folder:
            outcome = _run(case, Path(folder), free_port)
        outcomes.append(asdict(outcome))
        print(outcome)
    return {"what": "brokers", "jobs": _NUM_JOBS, "outcomes": outcomes}


def _cases() -> Iterator[Case]:
    for broker in ("embedded", "redis-server", "filesystem", "memory"):
        if broker == "redis-server" and shutil.which(broker) is None:
            continue
        has_process = broker in ("embedded", "redis-server")
        for killed in ("nothing", "worker", *(["broker"] if has_process else [])):
            for sweeper in (False, True):
                yield Case(broker, killed, sweeper)


def _run(case: Case, folder: Path, free_port: Callable[[], int]) -> Outcome:
    with _broker(case.broker, folder, free_port) as broker:
        settings = settings_of(folder, broker.url)
        upgrade(settings)
        services = services_of(settings, broker.url)
        _ask(services)
        arguments = (str(folder), broker.url, str(case.sweeper))
        worker = Restarted([sys.executable, "-m", "evals.broker_consumer", *arguments])
        try:
            begun = time.monotonic()
            if case.killed != "nothing":
                _until_done(services.jobs, _NUM_BEFORE)
                begun = time.monotonic()
                (worker if case.killed == "worker" else broker.process).kill_and_restart()
            done, ended = _until_done(services.jobs, _NUM_JOBS)
        finally:
            worker.kill()
    return Outcome(
        case.broker, case.killed, case.sweeper, done, _NUM_JOBS - done, round(ended - begun, 1)
    )


class Restarted:
    """A process, and how to have another one like it."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process = subprocess.Popen(command)

    def kill_and_restart(self) -> None:
        self.kill()
        self._process = subprocess.Popen(self._command)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class RunningBroker:
    url: str
    process: Restarted


@contextmanager
def _broker(name: str, folder: Path, free_port: Callable[[], int]) -> Iterator[RunningBroker]:
    if name in ("filesystem", "memory"):
        for part in ("messages", "control"):
            (folder / part).mkdir()
        yield RunningBroker(f"{name}://", Restarted(["true"]))
        return
    prepared = EmbeddedBroker.prepare(folder / "broker", free_port())
    program = str(find_server()) if name == "embedded" else name
    running = Restarted([program, *prepared.command[1:]])
    try:
        while not prepared.answers():
            time.sleep(0.02)
        yield RunningBroker(prepared.url, running)
    finally:
        running.kill()


def _ask(services: Services) -> None:
    """Fifty jobs on one document, each with its message."""
    document, _ = services.documents.add(_TENANT, sha256="0" * 64, name="a.txt", num_bytes=1)
    claim = services.jobs.claim(Queue.INGEST, "eval")
    if claim is None:
        raise InvalidInput("the document was not taken up")
    services.documents.ingested(claim, media_type="text/plain", summary={}, parsed_key="none")
    for number in range(_NUM_JOBS):
        create = ExtractionCreate(
            documents=[document.id],
            response_schema={"type": "object", "properties": {"a": {"type": "string"}}},
            instructions=f"number {number}",
        )
        services.jobs.create_extraction(NewExtraction(_TENANT, None, create))
        services.doorbell.ring(QUEUE)


def _until_done(jobs: JobStore, wanted: int) -> tuple[int, float]:
    """How many are done, and since when; gives up when it goes on no more."""
    done, changed = 0, time.monotonic()
    while done < wanted and time.monotonic() - changed < _PATIENCE_SECONDS:
        found = _NUM_JOBS - sum(jobs.queue_depths()[QUEUE].values())
        if found != done:
            done, changed = found, time.monotonic()
        time.sleep(0.05)
    return done, changed
