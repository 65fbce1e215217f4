"""What does the log say of a job from its upload to its end?"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from jobs import logs
from jobs.services import Services
from jobs.work import run_next
from schemas.engine_protocol import EngineExtract
from schemas.jobs import Queue
from schemas.settings import LogSettings
from tests.jobs.asked import asked
from tests.jobs.fake_engine import FakeEngine
from tests.jobs.ingesting import upload, with_tiny_model

MARK = "Quomodocunquize"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure(LogSettings(), "worker", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def document(services: Services, tiny_folder: Path, log: io.StringIO) -> str:
    text = f"The agent is {MARK} plc.\n".encode()
    document = upload(with_tiny_model(services, tiny_folder), "terms.txt", text)
    assert run_next(Queue.INGEST, with_tiny_model(services, tiny_folder))
    return document


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    assert MARK not in log.getvalue()
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_job_leaves_its_id_and_no_text_of_its_document(
    services: Services, document: str, log: io.StringIO
) -> None:
    job = asked(services.jobs, document, instructions=f"who is {MARK}?")
    assert run_next(Queue.STANDARD, services)
    said = [line["event"] for line in lines(log) if line.get("job_id") == job.id]
    assert said == ["job begun", "job done"]


def test_an_error_that_quotes_the_document_is_logged_without_the_quote(
    services: Services, engine: FakeEngine, document: str, log: io.StringIO
) -> None:
    def breaks(_: EngineExtract, __: object) -> Any:
        raise ValueError(f"not a number: {MARK}")

    engine.acts.append(breaks)
    asked(services.jobs, document)
    assert run_next(Queue.STANDARD, services)
    [line] = [line for line in lines(log) if "error" in line]
    assert line["error"].endswith("ValueError")
    assert "test_logged_jobs.py:" in line["error"]
