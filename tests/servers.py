"""Servers that tests talk to: each is started once a session, on a free port, and ended with it.

Where a program is missing, a test that needs it is skipped with a reason; it fails instead when
service tests were asked for by their marker (`-m "slow or service"`, as CI does).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
import redis

from api.ports import free_port
from jobs.embedded_broker import find_server

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_POSTGRES_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "max_connections=200",
    "shared_buffers=32MB",
)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a PostgreSQL of this session, to which a database's name is added."""
    initdb, server = _postgres_program("initdb"), _postgres_program("postgres")
    if initdb is None or server is None:
        _missing(request, "PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="needlepoint-postgres-"))
    try:
        user = _unprivileged(folder)
        make = [initdb, "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        port = free_port()
        options = [word for option in _POSTGRES_OPTIONS for word in ("-c", option)]
        run = [server, "-D", "data", "-p", str(port), *options]
        url = f"postgresql://postgres@127.0.0.1:{port}"
        with _running(run, lambda: _answers(url), cwd=folder, **user):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new and empty database of the test."""
    with new_database(postgres_server) as url:
        yield url


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        try:
            yield f"{server}/{name}".replace("postgresql://", "postgresql+psycopg://")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def embedded_broker_url() -> Iterator[str]:
    """The broker that comes with the service. Tests tell their keys apart by a prefix."""
    with broker_process(str(find_server())) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A real Redis."""
    program = shutil.which("redis-server")
    if program is None:
        _missing(request, "redis-server")
    with broker_process(program) as url:
        yield url


@contextmanager
def broker_process(
    program: str, port: int | None = None, *, how_ends: int = signal.SIGINT
) -> Iterator[str]:
    port = port or free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    with _running(command, lambda: _pongs(port), how_ends=how_ends):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(
    command: list[str],
    answers: Callable[[], bool],
    *,
    how_ends: int = signal.SIGINT,
    **options: Any,
) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        until = time.monotonic() + _START_SECONDS
        while not answers():
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < until, f"{command[0]} did not start"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(how_ends)
        process.wait(_STOP_SECONDS)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _pongs(port: int) -> bool:
    with redis.Redis(port=port) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _postgres_program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as one who owns nothing but the folder."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _missing(request: pytest.FixtureRequest, what: str) -> NoReturn:
    if "service" in request.config.getoption("markexpr", ""):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")
