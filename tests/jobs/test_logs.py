from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from jobs import logs
from schemas.errors import InvalidInput
from schemas.settings import LogSettings


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(LogSettings(), "worker", stream)
    return stream


def test_an_event_is_one_line_of_json_with_its_ids(stream: io.StringIO) -> None:
    with logs.bind(job_id="ext_1", request_id="req_1"):
        logs.logger("jobs.work").info("job finished", seconds=1.5)
    [line] = lines(stream)
    assert (line["event"], line["seconds"], line["level"]) == ("job finished", 1.5, "info")
    assert (line["job_id"], line["request_id"], line["component"]) == ("ext_1", "req_1", "worker")
    assert line["logger"] == "jobs.work"


def test_ids_are_gone_after_what_they_were_bound_for(stream: io.StringIO) -> None:
    with logs.bind(job_id="ext_1"):
        pass
    logs.logger("jobs.work").info("idle")
    assert "job_id" not in lines(stream)[0]


@pytest.mark.parametrize("library", ["uvicorn.error", "celery.worker", "sqlalchemy.pool", "kombu"])
def test_a_library_speaks_in_the_same_lines(stream: io.StringIO, library: str) -> None:
    own = logging.getLogger(library)
    with logs.bind(request_id="req_1"):
        own.warning("lost %s of %d", "connection", 2)
    [line] = lines(stream)
    assert (line["event"], line["request_id"]) == ("lost connection of 2", "req_1")


def test_the_access_log_of_the_server_is_off(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/documents/doc_1/text 200")
    assert lines(stream) == []


def test_an_error_that_quotes_its_data_is_named_by_type_and_place(stream: io.StringIO) -> None:
    try:
        int("Miete 93 Euro")
    except ValueError:
        logs.logger("jobs.work").exception("job failed")
    [line] = lines(stream)
    assert "Miete" not in json.dumps(line)
    assert line["error"].endswith("ValueError")
    assert "test_logs.py:" in line["error"]


def test_an_error_written_for_the_caller_keeps_its_words(stream: io.StringIO) -> None:
    try:
        try:
            int("Miete 93 Euro")
        except ValueError as error:
            raise InvalidInput("page 3 is not there") from error
    except InvalidInput as error:
        logs.logger("api").warning("refused", exc_info=error)
    [line] = lines(stream)
    assert line["error"].endswith("InvalidInput: page 3 is not there")
    assert "ValueError" in line["error"]
    assert "Miete" not in line["error"]


def test_the_level_debug_shows_every_message() -> None:
    stream = io.StringIO()
    logs.configure(LogSettings(level="debug"), "worker", stream)
    try:
        int("Miete 93 Euro")
    except ValueError:
        logging.getLogger("celery").exception("task failed")
    assert "Miete" in lines(stream)[0]["error"]


def test_an_object_is_named_by_its_type_alone(stream: io.StringIO) -> None:
    logs.logger("jobs.work").info("read", document=io.StringIO("the text"))
    assert lines(stream)[0]["document"] == "<StringIO>"


def test_below_the_level_nothing_is_written(stream: io.StringIO) -> None:
    logs.logger("jobs.work").debug("looked")
    logging.getLogger("celery").debug("looked")
    assert lines(stream) == []


def test_text_is_for_people() -> None:
    stream = io.StringIO()
    logs.configure(LogSettings(format="text"), "api", stream)
    logs.logger("api").info("listening", port=8321)
    assert "listening" in stream.getvalue()
    assert "port=8321" in stream.getvalue()


def test_a_library_writes_nothing_at_the_level_debug() -> None:
    stream = io.StringIO()
    logs.configure(LogSettings(level="debug"), "test", stream)
    logging.getLogger("sse_starlette.sse").debug("chunk: the agent is Wexmoor Bank")
    logging.getLogger("jobs.work").debug("ours")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["ours"]
