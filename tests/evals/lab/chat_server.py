"""A server with OpenAI's chat route that finds needles by their words."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ASKED = re.compile(r"special magic number for (\S+) mentioned")


@dataclass
class ChatServer:
    """`answers_left` requests are answered, the next is told that there is no such model."""

    url: str = ""
    answers_left: int = 1000
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    def reply_to(self, body: dict[str, Any], key: str | None) -> tuple[int, dict[str, Any]]:
        if self.answers_left == 0:
            return 404, {"error": {"message": "no such model"}}
        self.answers_left -= 1
        self.bodies.append(body)
        self.keys.add(key)
        content = _answer_to(body["messages"][-1]["content"])
        return 200, {"choices": [{"message": {"role": "assistant", "content": content}}]}


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    state = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/v1/chat/completions"
            code, reply = state.reply_to(body, self.headers["Authorization"])
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(reply).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def _answer_to(prompt: str) -> str:
    [key] = set(_ASKED.findall(prompt))
    found = re.search(rf"magic numbers for {re.escape(key)} is: (\d+)", prompt)
    return f" {found[1]}." if found else "None."
