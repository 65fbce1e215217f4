"""The engine as a process of its own, started, killed and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from api.engine_app import serve_engine
from jobs.engine_client import EngineClient
from jobs.storage import Storage
from schemas.engine_protocol import EngineDocument, EngineEvent, EngineExtract
from schemas.errors import EngineUnavailable, InvalidInput, ModelUnavailable, UnknownModel
from schemas.settings import Settings, environment_of, with_model
from tests.api.engine_process import engine_settings, request_for, stored, until
from tests.engine.sources import source_of

ROOT = Path(__file__).parents[2]
LONG = source_of("The borrower is Bob and the margin is 3 per cent. " * 140, "long.txt")
SHORT = source_of("The agent is Ann. The margin is 2.5 per cent.", "short.txt")
SERVE = "from api.engine_app import serve_engine; from schemas.settings import load_settings; "
SERVE += "serve_engine(load_settings())"


@pytest.fixture
def settings(tiny_settings: Settings, tmp_path: Path) -> Settings:
    return engine_settings(tiny_settings, tmp_path)


@contextmanager
def process_of(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """One that answers."""
    environment = {**os.environ, **environment_of(settings)}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, cwd=ROOT)
    try:
        until(lambda: answers(settings))
        yield process
    finally:
        process.kill()
        process.wait()


def answers(settings: Settings) -> bool:
    try:
        return EngineClient(settings).health().model != ""
    except EngineUnavailable:
        return False


def document_in(settings: Settings, name: str = "doc_1") -> EngineDocument:
    source = LONG if name == "doc_1" else SHORT
    return stored(Storage.of(settings), source, name, "a")


def lost(request: EngineExtract, settings: Settings, end: Callable[[], None]) -> EngineUnavailable:
    """What is raised when the engine is ended while it reads."""

    def listen(event: EngineEvent) -> None:
        if event.progress is not None and event.progress.stage == "read":
            end()

    with pytest.raises(EngineUnavailable) as raised:
        EngineClient(settings).extract(request, listen)
    return raised.value


@pytest.mark.slow
@pytest.mark.alone
def test_an_engine_that_is_killed_at_work_was_reached(settings: Settings) -> None:
    request = request_for(document_in(settings), mode="dense")
    with process_of(settings) as process:
        assert lost(request, settings, process.kill).was_reached
        process.wait()
    with process_of(settings):
        answer = EngineClient(settings).extract(request, lambda _: None)
    assert answer.output is not None


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_engine_that_is_told_to_stop_says_so_and_ends(
    settings: Settings, number: signal.Signals
) -> None:
    request = request_for(document_in(settings), mode="dense")
    with process_of(settings) as process:
        error = lost(request, settings, lambda: process.send_signal(number))
        begun = time.monotonic()
        assert process.wait(10) == 0
    assert (error.was_reached, "is being stopped" in error.message) == (False, True)
    assert time.monotonic() - begun < 5


@pytest.mark.slow
@pytest.mark.alone
def test_its_memory_stays_over_a_thousand_requests(settings: Settings) -> None:
    request = request_for(document_in(settings, "doc_2"))
    with process_of(settings) as process:
        client = EngineClient(settings)

        def memory_after(num_requests: int) -> int:
            for number in range(num_requests):
                told = request.model_copy(update={"instructions": f"Be brief {number}."})
                client.extract(told, lambda _: None)
            return int(psutil.Process(process.pid).memory_info().rss)

        before = memory_after(200)
        assert memory_after(800) - before < 20 << 20


def test_a_model_that_is_not_there_is_said_at_the_start(settings: Settings) -> None:
    with pytest.raises(UnknownModel, match="no model 'gone'"):
        serve_engine(with_model(settings, "gone"))


def test_a_model_that_is_damaged_is_said_at_the_start(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable):
        serve_engine(with_model(settings, str(tmp_path)))


def test_a_host_that_others_reach_needs_a_token(settings: Settings) -> None:
    server = settings.engine_server.model_copy(update={"host": "0.0.0.0", "token": None})
    with pytest.raises(InvalidInput, match="NEEDLEPOINT_ENGINE_SERVER__TOKEN"):
        serve_engine(settings.model_copy(update={"engine_server": server}))
