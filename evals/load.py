"""How much does the service bear on this machine, and does its memory stay?

The service runs beside with the model of the settings; who asks shares its cores.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from evals.served import Served
from schemas.errors import ServiceError
from schemas.settings import Settings, environment_of

_SCHEMA = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}
_FINAL = ("completed", "incomplete", "failed", "cancelled")
_TEXT = "The margin is 3.25 per cent. The agent is Wexmoor Bank plc.\n"
_UPLOAD_BYTES = 100_000
_BIG_BYTES = 1_000_000_000
_PART_BYTES = 1 << 20
_READ_SECONDS, _NUM_READERS = 10.0, 8
_NUM_UPLOADS, _NUM_UPLOADERS = 150, 4
_JOBS_A_STEP = 100
_PATIENCE_SECONDS = 600.0


class LoadFailed(ServiceError):
    code = "load_failed"


def measure(settings: Settings, folder: Path, num_jobs: int) -> dict[str, Any]:
    served = Served(folder, environment_of(settings))
    served.start()
    try:
        caller = Caller(served.url)
        document = caller.uploaded("terms.txt", _TEXT.encode() * 20)
        job = caller.extracted(document, 0)
        record = {
            "what": "load",
            "cores": psutil.cpu_count(),
            "model": settings.engine.model,
            **_reads(served, job),
            **_uploads(served),
            **_big_upload(served),
            **_memory(served, document, num_jobs),
        }
    finally:
        served.stop()
    return record


def _reads(served: Served, job: str) -> dict[str, Any]:
    """The status of a job, asked for by several at once."""
    ends = time.monotonic() + _READ_SECONDS

    def read(_: int) -> list[float]:
        caller, seconds = Caller(served.url), []
        while time.monotonic() < ends:
            begun = time.monotonic()
            caller.get(f"/v1/extractions/{job}")
            seconds.append(time.monotonic() - begun)
        return seconds

    with ThreadPoolExecutor(_NUM_READERS) as pool:
        seconds = sorted(one for part in pool.map(read, range(_NUM_READERS)) for one in part)
    return {
        "status_reads_per_second": round(len(seconds) / _READ_SECONDS, 1),
        "status_read_p99_ms": round(1000 * seconds[len(seconds) * 99 // 100], 1),
    }


def _uploads(served: Served) -> dict[str, Any]:
    """Documents of 100 KB, each another one, while they are read in the background."""

    def upload(number: int) -> None:
        content = f"{uuid.uuid4()}\n{_TEXT * 2000}"[:_UPLOAD_BYTES].encode()
        callers.caller(served.url).upload(f"{number}.txt", content)

    callers = _Callers()
    begun = time.monotonic()
    with ThreadPoolExecutor(_NUM_UPLOADERS) as pool:
        list(pool.map(upload, range(_NUM_UPLOADS)))
    seconds = time.monotonic() - begun
    _until_idle(served)
    return {
        "uploads_per_second": round(_NUM_UPLOADS / seconds, 1),
        "documents_read_per_second": round(_NUM_UPLOADS / (time.monotonic() - begun), 1),
    }


def _big_upload(served: Served) -> dict[str, Any]:
    """A gigabyte at once, and what memory the API takes for it."""
    caller = Caller(served.url)
    begun = time.monotonic()
    with _peak_memory(served.pids()["api"]) as peak:
        document = caller.upload("big.pdf", _big_content())
    caller.delete(f"/v1/documents/{document}")
    return {
        "big_upload_more_megabytes": round(peak() / 1e6, 1),
        "big_upload_seconds": round(time.monotonic() - begun, 1),
    }


def _big_content() -> Iterator[bytes]:
    """What is taken for a PDF, and holds nothing."""
    yield b"%PDF-1.7\n"
    for _ in range(_BIG_BYTES // _PART_BYTES):
        yield bytes(_PART_BYTES)


def _memory(served: Served, document: str, num_jobs: int) -> dict[str, Any]:
    """Of each program, after each hundred jobs, of its own and not shared."""
    callers, steps = _Callers(), []
    begun = time.monotonic()
    for first in range(0, num_jobs, _JOBS_A_STEP):
        with ThreadPoolExecutor(4) as pool:
            numbers = range(first + 1, first + 1 + _JOBS_A_STEP)
            list(pool.map(lambda n: callers.caller(served.url).extracted(document, n), numbers))
        steps.append({name: round(size / 1e6, 1) for name, size in served.memory().items()})
        print(f"{first + _JOBS_A_STEP} jobs: {steps[-1]}")
    return {
        "jobs": num_jobs,
        "jobs_per_second": round(num_jobs / (time.monotonic() - begun), 1),
        "memory_megabytes": steps,
    }


def table_of(record: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was measured, its value, and what was aimed at."""
    yield "status reads per second", str(record["status_reads_per_second"]), "≥ 200"
    yield "the slowest 1 % of them", f"{record['status_read_p99_ms']} ms", ""
    yield "uploads of 100 KB per second", str(record["uploads_per_second"]), "≥ 30"
    yield "memory for an upload of 1 GB", f"{record['big_upload_more_megabytes']} MB", "< 200 MB"
    steps = record["memory_megabytes"]
    for name, size in steps[-1].items():
        first = steps[min(1, len(steps) - 1)].get(name)
        yield f"{name}, 200th to {record['jobs']:,}th job", f"{first} to {size} MB", "flat"


@dataclass
class Caller:
    """One connection that stays; not for several threads."""

    url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        self._connection = HTTPConnection(parts.hostname, parts.port, timeout=120)

    def get(self, path: str) -> dict[str, Any]:
        return self._asked("GET", path, None, {})

    def delete(self, path: str) -> None:
        self._asked("DELETE", path, None, {})

    def upload(self, name: str, content: Any) -> str:
        headers = {"Content-Type": "application/octet-stream"}
        return str(self._asked("POST", f"/v1/documents?name={name}", content, headers)["id"])

    def uploaded(self, name: str, content: bytes) -> str:
        document = self.upload(name, content)
        self._until_final(f"/v1/documents/{document}", ("ready", "failed"))
        return document

    def extracted(self, document: str, number: int) -> str:
        body = {
            "documents": [document],
            "response_schema": _SCHEMA,
            "instructions": f"number {number}",
            "priority": ("interactive", "standard", "batch")[number % 3],
        }
        headers = {"Content-Type": "application/json"}
        job = self._asked("POST", "/v1/extractions", json.dumps(body).encode(), headers)
        self._until_final(f"/v1/extractions/{job['id']}", _FINAL)
        return str(job["id"])

    def _until_final(self, path: str, final: tuple[str, ...]) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.get(path)["status"] not in final:
            if time.monotonic() > until:
                raise LoadFailed(f"{path} did not come to an end")
            time.sleep(0.05)

    def _asked(self, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise LoadFailed(f"{method} {path}: {response.status} {content[:300]!r}")
        answer = json.loads(content)
        assert isinstance(answer, dict)
        return answer


class _Callers:
    """One for each thread."""

    def __init__(self) -> None:
        self._own = threading.local()

    def caller(self, url: str) -> Caller:
        if not hasattr(self._own, "caller"):
            self._own.caller = Caller(url)
        caller = self._own.caller
        assert isinstance(caller, Caller)
        return caller


def _until_idle(served: Served) -> None:
    caller, until = Caller(served.url), time.monotonic() + _PATIENCE_SECONDS
    for status in ("queued", "running"):
        while caller.get(f"/v1/documents?status={status}")["data"]:
            if time.monotonic() > until:
                raise LoadFailed("the documents were not read in time")
            time.sleep(0.5)


@contextmanager
def _peak_memory(pid: int) -> Iterator[Callable[[], int]]:
    """By how many bytes the process grew at most while inside."""
    process, ends = psutil.Process(pid), threading.Event()
    before = process.memory_info().rss
    sizes = [before]

    def watch() -> None:
        while not ends.wait(0.02):
            sizes.append(process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: max(sizes) - before
    finally:
        ends.set()
        thread.join()
