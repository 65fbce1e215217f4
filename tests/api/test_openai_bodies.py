"""Whatever a body holds, the answer is one that clients of OpenAI know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.openai_chat import ChatCompletionCreate
from schemas.openai_responses import ResponseCreate
from tests.api.openai_server import ChatServer, chat_server
from tests.engine.chat_model import write_chat_model

TAKES_TIME = {"max_tokens", "max_completion_tokens", "max_output_tokens", "n", "background"}
CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 1}
WORDS = st.sampled_from(["type", "role", "content", "user", "function", "name", "json_schema", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
FEW = settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("chat")
    model = folder / "tiny-chat"
    model.mkdir()
    with chat_server(write_chat_model(model), folder) as server:
        yield server


def changes_of(fields: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.sampled_from(sorted(fields - TAKES_TIME - {"model"}))
    return st.dictionaries(known, VALUES, min_size=1, max_size=3)


def check(server: ChatServer, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {server.key}"}
    asked = {"model": "tiny-chat", **body}
    answer = httpx.post(f"{server.url}{path}", json=asked, headers=headers, timeout=60)
    assert answer.status_code < 500, (body, answer.text)
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
        assert answer.headers["x-request-id"]


@FEW
@given(changes=changes_of(set(ChatCompletionCreate.model_fields)))
def test_no_body_of_a_chat_is_an_error_of_ours(server: ChatServer, changes: dict[str, Any]) -> None:
    check(server, "/v1/chat/completions", {**CHAT, **changes})


@FEW
@given(changes=changes_of(set(ResponseCreate.model_fields)))
def test_no_body_of_a_response_is_an_error_of_ours(
    server: ChatServer, changes: dict[str, Any]
) -> None:
    sent = {"input": "hello", "max_output_tokens": 16, **changes}
    check(server, "/v1/responses", sent)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("PUT", "/v1/chat/completions", 405, "method_not_supported"),
        ("PATCH", "/v1/files", 405, "method_not_supported"),
        ("GET", "/v1/files/of-nobody", 400, None),
        ("GET", "/v1/models/gpt-9", 404, "model_not_found"),
        ("POST", "/v1/moderations", 404, "unknown_url"),
    ],
)
def test_every_error_has_four_keys_and_the_headers(
    server: ChatServer, method: str, path: str, status: int, code: str | None
) -> None:
    headers = {"Authorization": f"Bearer {server.key}"}
    answer = httpx.request(method, f"{server.url}{path}", headers=headers)
    error = answer.json()["error"]
    assert (answer.status_code, set(error)) == (status, {"message", "type", "param", "code"})
    assert code in (None, error["code"])
    assert answer.headers["openai-version"] == "2020-10-01"
    assert int(answer.headers["openai-processing-ms"]) >= 0
