"""Does a large upload pass through the API process without filling its memory?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import SecretStr

from api.ports import free_port
from jobs.migrate import upgrade
from schemas.settings import ApiSettings, BrokerSettings, Settings, environment_of

pytestmark = [pytest.mark.slow, pytest.mark.alone]

NUM_BYTES = 1 << 30
MOST_GROWTH_BYTES = 200 << 20
_LINE = b"0123456789 a line of a long text\n"
_BLOCK = _LINE * (1 << 15)
_SERVE = (
    "from api.serving import serve_api; from schemas.settings import load_settings; "
    "serve_api(load_settings(), None)"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The API alone, in a process of its own; its broker is away."""
    settings = Settings(
        data_directory=tmp_path / "data",
        api=ApiSettings(port=free_port()),
        broker=BrokerSettings(url=SecretStr("redis://127.0.0.1:1/0")),
    )
    upgrade(settings)
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE], env={**os.environ, **environment_of(settings)}
    )
    url = f"http://127.0.0.1:{settings.api.port}"
    try:
        _wait_until_up(url)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("form", [False, True], ids=["body", "form"])
def test_a_gigabyte_is_taken_in_with_less_than_200_mb_more_memory(
    server: tuple[str, psutil.Process], form: bool
) -> None:
    url, process = server
    httpx.post(f"{url}/v1/documents?name=small.txt", content=b"small").raise_for_status()
    before = process.memory_info().rss
    answer = _upload(url, form)
    assert (answer.status_code, answer.json()["sha256"]) == (201, _sha256())
    assert _peak_bytes(process.pid) - before < MOST_GROWTH_BYTES


def _upload(url: str, form: bool) -> httpx.Response:
    if not form:
        return httpx.post(f"{url}/v1/documents?name=large.txt", content=_text(), timeout=600)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n'
    body = (part for parts in ([head], _text(), [b"\r\n--x--\r\n"]) for part in parts)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return httpx.post(f"{url}/v1/documents", content=body, headers=headers, timeout=600)


def _text() -> Iterator[bytes]:
    for _ in range(NUM_BYTES // len(_BLOCK)):
        yield _BLOCK
    yield _BLOCK[: NUM_BYTES % len(_BLOCK)]


def _sha256() -> str:
    digest = hashlib.sha256()
    for part in _text():
        digest.update(part)
    return digest.hexdigest()


def _peak_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def _wait_until_up(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{url}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
