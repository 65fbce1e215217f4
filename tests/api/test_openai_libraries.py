"""Libraries of others over OpenAI's client, as they come, each a program of `.venv-clients`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.openai_server import ChatServer, chat_server
from tests.engine.chat_model import write_chat_model

HERE = Path(__file__).resolve().parents[2]
PYTHON = HERE / ".venv-clients" / "bin" / "python"
LEASE = "The flat is let to Ms Ada Byron for 1,250 euros a month."
TENANT = {
    "type": "object",
    "properties": {"tenant": {"enum": ["Ms Ada Byron"], "type": "string"}},
    "required": ["tenant"],
    "additionalProperties": False,
}
FOUND = {
    "type": "object",
    "properties": {"extractions": {"type": "array", "items": TENANT, "minItems": 1, "maxItems": 1}},
    "required": ["extractions"],
    "additionalProperties": False,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="make test-slow makes .venv-clients"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("chat")
    model = folder / "tiny-chat"
    model.mkdir()
    with chat_server(write_chat_model(model), folder) as server:
        yield server


def said_by(program: str, server: ChatServer, *arguments: str) -> Any:
    script = HERE / "tests" / "clients" / program
    run = subprocess.run(
        [PYTHON, script, f"{server.url}/v1", "tiny-chat", *arguments],
        env={"OPENAI_API_KEY": server.key},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_instructor_gets_its_model_by_a_schema_and_by_a_tool(server: ChatServer) -> None:
    found = said_by("instructor_client.py", server, LEASE)["found"]
    assert found["JSON_SCHEMA"]["finish"] == "stop"
    assert found["TOOLS"]["finish"] == "tool_calls"
    for mode in found.values():
        assert set(mode["verdict"]) == {"is_signed", "grade"}


def test_langextract_is_held_to_its_schema_and_finds_the_place(server: ChatServer) -> None:
    [tenant] = said_by("langextract_client.py", server, LEASE, "300", json.dumps(FOUND))
    assert (tenant["class"], tenant["text"]) == ("tenant", "Ms Ada Byron")
    assert tenant["start"] == LEASE.index("Ms Ada")
