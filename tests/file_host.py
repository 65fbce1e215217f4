"""A host that files are fetched from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        target = self.path.partition("?to=")[2]
        self.send_response(302 if target else 404 if self.path == "/gone" else 200)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        if not target:
            self.wfile.write(b"rent 93\n" * 10)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def file_host() -> Iterator[int]:
    """Its port. `?to=URL` redirects; `/gone` is not there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
