"""What tests of batches ask for: lines of a file, and what became of them."""

from __future__ import annotations

import json
from typing import Any

from openai import OpenAI

from jobs.services import Services
from jobs.work import run_next
from schemas.jobs import Queue

CHAT: Any = "/v1/chat/completions"
RESPONSES = "/v1/responses"
SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "name": "lease",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"rent": {"type": "string"}},
        "required": ["rent"],
        "additionalProperties": False,
    },
}


def chat(text: str = "hello world", **options: Any) -> dict[str, Any]:
    asked = {"model": "tiny-chat", "max_tokens": 4, "temperature": 0}
    return {**asked, "messages": [{"role": "user", "content": text}], **options}


def response(*parts: Any, **options: Any) -> dict[str, Any]:
    asked = {"model": "fake", "text": {"format": SCHEMA}}
    return {**asked, "input": [{"role": "user", "content": list(parts)}], **options}


def line(custom_id: str, body: Any, url: str = CHAT) -> dict[str, Any]:
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def read_about(custom_id: str, *parts: Any, **options: Any) -> dict[str, Any]:
    said = {"type": "input_text", "text": "What is the rent?"}
    return line(custom_id, response(*parts, said, **options), RESPONSES)


def uploaded(client: OpenAI, data: bytes, name: str = "a.jsonl", purpose: Any = "batch") -> str:
    return client.files.create(file=(name, data), purpose=purpose).id


def begun(client: OpenAI, *lines: Any, endpoint: Any = CHAT, **options: Any) -> Any:
    """Lines that are bytes stay what they are."""
    data = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines]
    return client.batches.create(
        input_file_id=uploaded(client, b"\n".join(data)),
        endpoint=endpoint,
        completion_window="24h",
        **options,
    )


def retrieved(client: OpenAI, batch: Any) -> Any:
    return client.batches.retrieve(batch.id)


def run(services: Services, queue: Queue) -> bool:
    return run_next(queue, services)


def work(services: Services) -> None:
    """All that the workers would do with chats, to the end."""
    while run(services, Queue.INGEST) or run(services, Queue.BATCH):
        pass


def said(client: OpenAI, file_id: str | None) -> dict[str, Any]:
    """The lines of a file by their `custom_id`."""
    assert file_id is not None
    lines = [json.loads(one) for one in client.files.content(file_id).text.splitlines()]
    found = {one["custom_id"]: one for one in lines}
    assert len(found) == len(lines)
    return found


def told(errors: dict[str, Any], name: str) -> tuple[int, str | None, str | None]:
    answer = errors[name]["response"]
    error = answer["body"]["error"]
    return answer["status_code"], error["param"], error["code"]
