from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from jobs.engine_client import EngineClient, RemoteFailure
from schemas.engine_protocol import EngineDocument, EngineEvent, EngineExtract, EngineSearch
from schemas.errors import EngineUnavailable
from schemas.extraction import Coverage, Extraction, Mode, Status
from schemas.jobs import Failure
from schemas.settings import EngineServerSettings, Settings

DOCUMENTS = [EngineDocument(id="doc_1", key="a/x")]
REQUEST = EngineExtract(request_id="x:1", tenant="a", documents=DOCUMENTS, response_schema={})
SEARCH = EngineSearch(tenant="a", documents=DOCUMENTS, query="agent")
RESULT = Extraction(
    id="ext_1",
    status=Status.COMPLETED,
    model="tiny",
    mode=Mode.DENSE,
    output={"agent": None},
    fields=[],
    coverage=Coverage(
        num_tokens=1, num_tokens_read=1, num_passages=1, num_passages_read=1, share_read=1.0
    ),
)
Handle = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def engine_that(handle: Handle) -> Iterator[EngineClient]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            handle(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    client = client_of(server.server_port)
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()


def client_of(port: int) -> EngineClient:
    return EngineClient(Settings(engine_server=EngineServerSettings(port=port)))


def says(*events: EngineEvent) -> Handle:
    """Lines, and then the end of the connection."""

    def handle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for event in events:
            handler.wfile.write(event.model_dump_json(exclude_defaults=True).encode() + b"\n")

    return handle


def answers(status: int, content: bytes) -> Handle:
    def handle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return handle


def problem(code: str) -> bytes:
    return json.dumps({"code": code, "detail": "so it is", "param": "x", "title": ""}).encode()


def ignore(_: EngineEvent) -> None:
    pass


def unavailable(client: EngineClient) -> EngineUnavailable:
    with pytest.raises(EngineUnavailable) as raised:
        client.extract(REQUEST, ignore)
    return raised.value


def test_every_line_is_told_up_to_the_result() -> None:
    told: list[EngineEvent] = []
    events = [EngineEvent(), EngineEvent(waiting=2), EngineEvent(result=RESULT)]
    with engine_that(says(*events)) as client:
        assert client.extract(REQUEST, told.append) == RESULT
    assert told == events


def test_where_nobody_listens_the_engine_was_not_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = client_of(taken.getsockname()[1])
        assert not unavailable(client).was_reached
        with pytest.raises(EngineUnavailable):
            client.health()
        with pytest.raises(EngineUnavailable):
            client.search(SEARCH)


def test_an_engine_that_goes_away_at_work_was_reached() -> None:
    with engine_that(says(EngineEvent())) as client:
        assert unavailable(client).was_reached


def test_an_engine_that_goes_away_before_it_begins_was_not_reached() -> None:
    with engine_that(lambda handler: handler.connection.close()) as client:
        assert not unavailable(client).was_reached


def test_an_engine_that_falls_silent_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.engine_client._SILENT_SECONDS", 0.2)

    def fall_silent(handler: BaseHTTPRequestHandler) -> None:
        says(EngineEvent())(handler)
        time.sleep(0.6)

    with engine_that(fall_silent) as client:
        assert unavailable(client).was_reached


def test_an_engine_that_is_being_stopped_says_so_and_is_not_lost() -> None:
    failure = Failure(code="engine_unavailable", message="it will be back", retryable=True)
    with engine_that(says(EngineEvent(), EngineEvent(failure=failure))) as client:
        error = unavailable(client)
    assert (error.message, error.was_reached) == ("it will be back", False)


def test_a_failure_comes_through_as_it_is() -> None:
    failure = Failure(code="prompt_too_long", message="too long", param="files", retryable=False)
    with (
        engine_that(says(EngineEvent(failure=failure))) as client,
        pytest.raises(RemoteFailure, match="too long") as raised,
    ):
        client.extract(REQUEST, ignore)
    assert raised.value.failure == failure
    assert (raised.value.code, raised.value.param) == ("prompt_too_long", "files")
    assert not raised.value.retryable


@pytest.mark.parametrize(
    ("status", "code"), [(503, "engine_unavailable"), (401, "unauthenticated")]
)
def test_an_engine_that_takes_nothing_was_not_reached(status: int, code: str) -> None:
    with engine_that(answers(status, problem(code))) as client:
        assert not unavailable(client).was_reached


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b""])
def test_what_is_no_engine_does_not_answer_for_it(content: bytes) -> None:
    with engine_that(answers(502, content)) as client:
        assert unavailable(client).message == "what answers for the engine says 502"


def test_a_problem_of_a_request_comes_through() -> None:
    with engine_that(answers(422, problem("invalid_schema"))) as client:
        for ask in (lambda: client.extract(REQUEST, ignore), lambda: client.estimate(REQUEST)):
            with pytest.raises(RemoteFailure, match="so it is") as raised:
                ask()
            assert raised.value.code == "invalid_schema"


def test_what_the_listener_raises_hangs_up_and_comes_through() -> None:
    hung_up = threading.Event()

    def talk_on(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"{}\n")
                time.sleep(0.005)
        except OSError:
            hung_up.set()

    def listen(_: EngineEvent) -> None:
        raise KeyError("enough")

    with engine_that(talk_on) as client:
        with pytest.raises(KeyError, match="enough"):
            client.extract(REQUEST, listen)
        assert hung_up.wait(10)


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ({"host": "0.0.0.0", "port": 1}, "http://127.0.0.1:1"),
        ({"host": "::", "port": 1}, "http://[::1]:1"),
        ({"host": "10.0.0.5", "port": 1}, "http://10.0.0.5:1"),
        ({"host": "0.0.0.0", "url": "https://engine:9/x"}, "https://engine:9/x"),
    ],
)
def test_the_engine_is_found_where_the_settings_say(
    server: dict[str, str | int], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def send(_: httpx.Client, request: httpx.Request, **__: object) -> httpx.Response:
        asked.append(str(request.url))
        raise httpx.ConnectError("not here")

    monkeypatch.setattr(httpx.Client, "send", send)
    client = EngineClient(Settings(engine_server=EngineServerSettings.model_validate(server)))
    with pytest.raises(EngineUnavailable):
        client.health()
    assert asked == [f"{url}/health"]
