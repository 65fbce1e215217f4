"""What is left of 200 jobs when every process is killed again and again? All of them."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from pydantic import SecretStr
from sqlalchemy import func, select

from api.ports import free_port
from evals.served import Served
from jobs.database import Database, url_of
from jobs.tables import JobRecord, LedgerRecord
from schemas.settings import DatabaseSettings, Settings
from tests.chaos_client import PatientClient
from tests.servers import broker_process, new_database

pytestmark = [pytest.mark.slow, pytest.mark.alone]

NUM_JOBS = 200
NUM_ROUNDS = 4
NUM_PROGRAMS = 9  # broker, API, engine, and a worker for each of six queues
SEED = 20261121
LIFE_SECONDS = 6.0
DONE = ("completed", "incomplete")
PRIORITIES = ("interactive", "standard", "batch")
MARK = "Quomodocunquize"  # stands in every document, and never in a log
FIELDS = ("agent", "margin", "borrower", "date", "total", "bank")
LONG = 25  # fields: such a job is seldom done before something is killed
OFTEN = {
    "NEEDLEPOINT_ENGINE__DENSE_TOKENS": "4000",
    "NEEDLEPOINT_ENGINE__INDEX_MODEL": "null",
    "NEEDLEPOINT_JOBS__LEASE_SECONDS": "4",
    "NEEDLEPOINT_JOBS__SWEEP_SECONDS": "1",
    "NEEDLEPOINT_JOBS__MAX_ATTEMPTS": "20",
    "NEEDLEPOINT_JOBS__DRAIN_SECONDS": "5",
}


@dataclass
class Chaos:
    """The service and what it stands on."""

    served: Served
    client: PatientClient
    database: Database
    redis: RedisProcess | None
    documents: list[str]

    def programs(self) -> list[str]:
        return sorted({*self.served.pids(), "broker"})

    def kill(self, name: str) -> bool:
        if name == "broker" and self.redis is not None:
            self.redis.kill_and_restart()
            return True
        return self.served.kill(name)

    def age(self, name: str) -> float:
        """Seconds since it was started; 0 where it does not run just now."""
        if name == "broker" and self.redis is not None:
            return LIFE_SECONDS
        try:
            return time.time() - psutil.Process(self.served.pids()[name]).create_time()
        except (KeyError, psutil.NoSuchProcess):
            return 0.0

    def wipe_broker(self) -> None:
        with redis.Redis.from_url(self._broker_url()) as client:
            assert client.dbsize()
            client.flushall()

    def _broker_url(self) -> str:
        if self.redis is not None:
            return self.redis.url
        text = (self.served.data / "broker" / "broker.conf").read_text()
        found = dict(re.findall(r"^(port|requirepass) (\S+)$", text, re.MULTILINE))
        return f"redis://:{found['requirepass']}@127.0.0.1:{found['port']}/0"


class RedisProcess:
    """A real Redis of this test alone, since it is killed."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None, "redis-server is not installed"
        self._program, self._port = program, free_port()
        self._stack = ExitStack()
        self.url = self._start()

    def kill_and_restart(self) -> None:
        self._stack.close()
        self._start()

    def close(self) -> None:
        self._stack.close()

    def _start(self) -> str:
        running = broker_process(self._program, self._port, how_ends=signal.SIGKILL)
        return self._stack.enter_context(running)


@pytest.fixture(
    scope="module",
    params=["sqlite-embedded", pytest.param("postgresql-redis", marks=pytest.mark.service)],
)
def chaos(
    request: pytest.FixtureRequest,
    tiny_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Chaos]:
    folder = tmp_path_factory.mktemp("chaos")
    environment = {**OFTEN, "NEEDLEPOINT_ENGINE__MODEL": str(tiny_folder)}
    settings = Settings(data_directory=folder / "data")
    with ExitStack() as stack:
        own_redis = None
        if request.param == "postgresql-redis":
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(new_database(server))
            own_redis = RedisProcess()
            stack.callback(own_redis.close)
            environment["NEEDLEPOINT_DATABASE__URL"] = url
            environment["NEEDLEPOINT_BROKER__URL"] = own_redis.url
            settings = Settings(database=DatabaseSettings(url=SecretStr(url)))
        served = Served(folder, environment)
        served.start()
        stack.callback(served.kill_all)
        database = Database(url_of(settings))
        stack.callback(database.dispose)
        client = PatientClient(served.url)
        stack.callback(client.close)
        documents = [client.upload(name, text) for name, text in texts()]
        yield Chaos(served, client, database, own_redis, documents)
        assert served.stop() == 0


def texts() -> Iterator[tuple[str, bytes]]:
    for number in range(5):
        lines = [f"{MARK} {number}: the margin is {number}.25 per cent for the agent Wexmoor."]
        lines += [f"Line {line} of a document about nothing in particular." for line in range(40)]
        yield f"terms-{number}.txt", "\n".join(lines).encode()
    rows = [f"{MARK},{row},{row * 1.5}" for row in range(60)]
    yield "rows.csv", "\n".join(["name,number,margin", *rows]).encode()


def schema_of(num_fields: int) -> dict[str, Any]:
    names = [f"{FIELDS[number % len(FIELDS)]}_{number}" for number in range(num_fields)]
    return {"type": "object", "properties": {name: {"type": ["string", "null"]} for name in names}}


def ask(chaos: Chaos, name: str, number: int, num_fields: int = 2) -> str:
    job = chaos.client.extract(
        f"{name}-{number}",
        documents=[chaos.documents[number % len(chaos.documents)]],
        response_schema=schema_of(num_fields),
        instructions=f"{name} {number}",
        priority=PRIORITIES[number % 3],
    )
    return str(job["id"])


def ask_slowly(chaos: Chaos, numbers: Sequence[int]) -> list[str]:
    """All of them, while processes are killed; every tenth is a long one."""
    ids = []
    for number in numbers:
        ids.append(ask(chaos, "chaos", number, 2 if number % 10 else LONG))
        time.sleep(0.5)
    return ids


def kill_at_random(chaos: Chaos) -> Counter[str]:
    """Every program in turn, in an order that changes; each is left some seconds to begin work."""
    chooser, killed = random.Random(SEED), Counter[str]()
    programs = chaos.programs()  # later one may just be on its way up
    for _ in range(NUM_ROUNDS):
        for name in chooser.sample(programs, len(programs)):
            time.sleep(chooser.uniform(0.2, 1.5))
            while chaos.age(name) < LIFE_SECONDS or not chaos.kill(name):
                time.sleep(0.1)  # it may end by itself before it is killed
            killed[name] += 1
    return killed


def ledger_of(chaos: Chaos, job_ids: list[str]) -> list[LedgerRecord]:
    with chaos.database.reading() as session:
        wanted = select(LedgerRecord).where(LedgerRecord.job_id.in_(job_ids))
        return list(session.scalars(wanted))


def test_no_job_is_lost_and_none_is_done_twice_whatever_is_killed(chaos: Chaos) -> None:
    with ThreadPoolExecutor(5) as pool:
        killer = pool.submit(kill_at_random, chaos)
        parts = [range(first, NUM_JOBS, 4) for first in range(4)]
        ids = [job_id for ids in pool.map(partial(ask_slowly, chaos), parts) for job_id in ids]
        killed = killer.result()
    jobs = [chaos.client.finished(job_id) for job_id in ids]
    attempts = Counter(job["attempt"] for job in jobs)
    sys.stderr.write(f"killed: {dict(killed)}; jobs by attempts: {dict(attempts)}\n")
    assert len(set(ids)) == NUM_JOBS
    assert {*killed.values()} == {NUM_ROUNDS}
    assert len(killed) == NUM_PROGRAMS
    failures = [job["failure"] for job in jobs if job["status"] == "failed"]
    assert failures == []
    assert all(job["result"]["id"] == job["id"] for job in jobs)
    ledger = ledger_of(chaos, ids)
    assert len(ledger) == NUM_JOBS
    for count in ("prompt_tokens", "cached_tokens", "completion_tokens"):
        in_results = sum(job["result"]["usage"][count] for job in jobs)
        assert sum(getattr(line, count) for line in ledger) == in_results


def test_a_job_whose_worker_is_killed_in_the_middle_is_done_by_the_next_one(chaos: Chaos) -> None:
    assert chaos.served.kill("engine", signal.SIGSTOP)  # so that the job is not done before
    try:
        job_id = ask(chaos, "middle", 1)
        while chaos.client.get(job_id)["status"] != "running":
            time.sleep(0.1)
        assert chaos.served.kill("worker-standard")
    finally:
        assert chaos.served.kill("engine", signal.SIGCONT)
    job = chaos.client.finished(job_id)
    assert (job["status"] in DONE, job["attempt"]) == (True, 2)
    [line] = ledger_of(chaos, [job_id])
    assert line.attempt == 2


def test_the_same_request_three_times_at_once_is_one_job(chaos: Chaos) -> None:
    start = threading.Barrier(3)

    def post(_: int) -> dict[str, Any]:
        start.wait()
        return chaos.client.extract(
            "three-at-once", documents=chaos.documents[:2], response_schema=schema_of(2)
        )

    with ThreadPoolExecutor(3) as pool:
        ids = {job["id"] for job in pool.map(post, range(3))}
    [job_id] = ids
    chaos.client.finished(job_id)
    assert len(ledger_of(chaos, [job_id])) == 1


def test_the_sweeper_brings_back_what_a_wiped_broker_lost(chaos: Chaos) -> None:
    assert chaos.served.kill("worker-batch", signal.SIGSTOP)
    try:
        numbers = [number for number in range(30) if PRIORITIES[number % 3] == "batch"]
        ids = [ask(chaos, "wiped", number) for number in numbers]
        chaos.wipe_broker()
    finally:
        chaos.served.kill("worker-batch", signal.SIGCONT)
    assert {chaos.client.finished(job_id)["status"] for job_id in ids} <= {
        "completed",
        "incomplete",
    }


def test_a_killed_supervisor_leaves_no_process_and_the_next_one_finishes_the_rest(
    chaos: Chaos,
) -> None:
    ids = [ask(chaos, "orphans", number) for number in range(30)]
    processes = [psutil.Process(pid) for pid in chaos.served.pids().values()]
    chaos.served.kill_all()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
    chaos.served.start()
    for job_id in ids:
        assert chaos.client.finished(job_id)["status"] in DONE
    assert len(ledger_of(chaos, ids)) == len(ids)


def test_nothing_is_left_running_and_no_text_of_a_document_is_in_the_log(chaos: Chaos) -> None:
    with chaos.database.reading() as session:
        wanted = select(func.count()).where(JobRecord.status.in_(("queued", "running")))
        assert session.scalar(wanted) == 0
    log = chaos.served.log.read_text()
    assert "job done" in log
    assert MARK not in log
    assert "nothing in particular" not in log
