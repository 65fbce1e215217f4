from __future__ import annotations

import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from api.ports import free_port
from jobs import embedded_broker
from jobs.embedded_broker import EmbeddedBroker, NoBroker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def broker(folder: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker.prepare(folder, free_port())
    process = subprocess.Popen(broker.command)
    try:
        until = time.monotonic() + 10
        while not broker.answers():
            assert time.monotonic() < until
            time.sleep(0.01)
        yield broker
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_it_takes_commands_from_who_knows_the_password(broker: EmbeddedBroker) -> None:
    with redis.Redis.from_url(broker.url) as client:
        assert client.ping()
    with (
        redis.Redis(port=broker.port) as stranger,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        stranger.ping()


def test_it_keeps_nothing_and_drops_nothing(broker: EmbeddedBroker, folder: Path) -> None:
    with redis.Redis.from_url(broker.url, decode_responses=True) as client:
        found = client.config_get("save", "appendonly", "maxmemory-policy", "bind")
    assert found == {
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "bind": "127.0.0.1",
    }


def test_nobody_else_may_read_its_password(folder: Path) -> None:
    broker = EmbeddedBroker.prepare(folder, 1)
    file = folder / "broker.conf"
    assert broker.password in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert broker.password not in " ".join(broker.command)


def test_each_has_a_password_of_its_own(folder: Path) -> None:
    first, second = EmbeddedBroker.prepare(folder, 1), EmbeddedBroker.prepare(folder, 1)
    assert first.password != second.password


def test_one_that_is_not_there_does_not_answer(folder: Path) -> None:
    assert not EmbeddedBroker.prepare(folder, free_port()).answers()


def test_without_the_bundled_program_one_on_the_path_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setattr(embedded_broker, "_bundled_server", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded_broker.find_server() == program


def test_without_any_program_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_broker, "_bundled_server", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match="--broker-url"):
        embedded_broker.find_server()
