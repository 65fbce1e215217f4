"""Responses in the background that are one extraction, as the client of OpenAI sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemas.jobs import Queue
from tests.api.openai_client import client_of
from tests.api.served import Served, served


def test_a_response_that_others_share_is_cancelled_alone(tmp_path: Path) -> None:
    service: Served
    with served(tmp_path) as service:
        client = client_of(service)
        file = client.files.create(file=("lease.txt", b"rent 93\n"), purpose="user_data")
        parts: list[Any] = [
            {"type": "input_file", "file_id": file.id},
            {"type": "input_text", "text": "What is the rent?"},
        ]
        message: Any = [{"role": "user", "content": parts}]
        first, second = (
            client.responses.create(
                model="fake", input=message, background=True, metadata={"case": case}
            )
            for case in "ab"
        )
        assert client.responses.cancel(first.id).status == "cancelled"
        assert client.responses.retrieve(second.id).status == "queued"
        service.read_documents()
        service.finish_next(queue=Queue.STANDARD, path="answer")
        assert client.responses.retrieve(first.id).status == "cancelled"
        events = list(client.responses.retrieve(first.id, stream=True))
        assert [event.type for event in events][-1] == "response.failed"
        assert client.responses.retrieve(second.id).output_text == "93"
        assert client.responses.cancel(first.id).status == "cancelled"
