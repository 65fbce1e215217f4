"""A server that is told of events, as a user would write one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from api.ports import free_port


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """`answers` are given one after the other: a status, or a status and headers; then 204."""

    port: int
    got: list[Received] = field(default_factory=list)
    answers: list[int | tuple[int, dict[str, str]]] = field(default_factory=list)
    always: int = 204
    body: bytes = b""
    drip_seconds: float = 0.0
    on_request: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=needlepoint"

    @property
    def ids(self) -> list[str]:
        return [received.headers["webhook-id"] for received in self.got]

    def wait_for(self, num: int, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while len(self.got) < num:
            assert time.monotonic() < until, f"{len(self.got)} of {num} events came"
            time.sleep(0.02)


@contextmanager
def receiving(port: int | None = None) -> Iterator[Receiver]:
    receiver = Receiver(port or free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.on_request()
            receiver.got.append(Received(self.path, headers, body))
            answer = receiver.answers.pop(0) if receiver.answers else receiver.always
            status, more = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self._write(receiver.body)

        def _write(self, body: bytes) -> None:
            try:
                if not receiver.drip_seconds:
                    self.wfile.write(body)
                    return
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(receiver.drip_seconds)
            except OSError:  # it was hung up on
                pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
