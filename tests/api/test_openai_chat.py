"""The unmodified `openai` package is the caller; the model says what its random weights say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal
from unittest.mock import Mock

import httpx
import httpx2
import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from api import openai_stream, whole_answers
from engine.global_decoder import GlobalDecoder
from examples import openai_client
from tests.api.engine_process import until
from tests.api.gate import closed_gate
from tests.api.openai_client import Tries
from tests.api.openai_server import ChatServer, chat_server
from tests.engine.chat_model import write_chat_model

HELLO: list[Any] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "hello world"},
]
LONG: list[Any] = [{"role": "user", "content": "hello " * 9000}]
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Pau", "Lyon"]}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class Verdict(BaseModel):
    is_signed: bool
    grade: Literal["a", "b"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("chat")
    model = folder / "tiny-chat"
    model.mkdir()
    with chat_server(write_chat_model(model), folder) as server:
        yield server


@pytest.fixture
def client(server: ChatServer) -> Iterator[OpenAI]:
    with server.client() as client:
        yield client


def said(client: OpenAI, **options: Any) -> Any:
    asked = {"model": "tiny-chat", "messages": HELLO, "max_tokens": 12, "temperature": 0}
    return client.chat.completions.create(**{**asked, **options})


def test_the_models_are_listed_with_their_other_names(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["tiny-chat", "gpt-4.1-mini"]
    assert client.models.retrieve("gpt-4.1-mini").owned_by == "needlepoint"


def test_a_completion_has_what_the_client_reads(client: OpenAI) -> None:
    answer = said(client)
    assert answer.object == "chat.completion"
    assert answer.model == "tiny-chat"
    assert answer.choices[0].finish_reason == "length"
    assert answer.choices[0].message.role == "assistant"
    assert answer.usage.completion_tokens == 12
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 12
    assert answer.usage.prompt_tokens_details.cached_tokens == 0


def test_a_stream_says_what_the_whole_answer_says(client: OpenAI) -> None:
    whole = said(client, model="gpt-4.1-mini")
    chunks = list(said(client, stream=True, stream_options={"include_usage": True}))
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks[-2:-1]] == ["length"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage == whole.usage
    assert {chunk.usage for chunk in chunks[:-1]} == {None}
    assert len({chunk.id for chunk in chunks}) == 1


def test_choices_are_of_one_prompt_and_of_their_own_luck(client: OpenAI) -> None:
    drawn = said(client, n=3, temperature=1.5, seed=4)
    again = said(client, n=3, temperature=1.5, seed=4)
    texts = [choice.message.content for choice in drawn.choices]
    assert len(set(texts)) == 3
    assert texts == [choice.message.content for choice in again.choices]


def test_logprobs_name_the_rivals(client: OpenAI) -> None:
    answer = said(client, logprobs=True, top_logprobs=3, max_completion_tokens=2)
    first = answer.choices[0].logprobs.content[0]
    assert len(first.top_logprobs) == 3
    assert first.logprob <= first.top_logprobs[0].logprob < 0


def test_a_schema_is_held_to_and_parsed(client: OpenAI) -> None:
    parsed = client.chat.completions.parse(
        model="tiny-chat", messages=HELLO, response_format=Verdict, max_tokens=80
    )
    assert isinstance(parsed.choices[0].message.parsed, Verdict)
    assert parsed.choices[0].finish_reason == "stop"


def test_json_that_is_cut_off_is_no_finished_answer(client: OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(
            model="tiny-chat", messages=HELLO, response_format=Verdict, max_tokens=4
        )


def test_a_tool_is_called_where_it_must_be(client: OpenAI) -> None:
    answer = said(client, tools=[WEATHER], tool_choice="required", max_tokens=200)
    call = answer.choices[0].message.tool_calls[0]
    assert (call.function.name, answer.choices[0].finish_reason) == ("weather", "tool_calls")
    assert json.loads(call.function.arguments)["city"] in ("Pau", "Lyon")
    assert answer.choices[0].message.content is None


def test_a_call_is_streamed_in_parts_and_answered(client: OpenAI) -> None:
    named = {"type": "function", "function": {"name": "weather"}}
    chunks = list(said(client, tools=[WEATHER], tool_choice=named, max_tokens=200, stream=True))
    parts = [part for c in chunks for part in c.choices[0].delta.tool_calls or ()]
    assert parts[0].id is not None
    assert json.loads("".join(part.function.arguments for part in parts))["city"]
    call = {"id": parts[0].id, "type": "function"}
    call["function"] = {"name": "weather", "arguments": '{"city": "Pau"}'}
    told = [
        *HELLO,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": parts[0].id, "content": "rain"},
    ]
    assert said(client, messages=told, tools=[WEATHER]).choices[0].finish_reason == "length"


def test_a_chat_that_goes_on_is_not_read_again(client: OpenAI) -> None:
    asked = [{"role": "user", "content": "hello world " * 120}]
    first = said(client, messages=asked)
    reply = {"role": "assistant", "content": first.choices[0].message.content}
    second = said(client, messages=[*asked, reply, {"role": "user", "content": "hello"}])
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    assert second.usage.prompt_tokens_details.cached_tokens >= 256


def test_an_answer_is_the_same_found_or_read(server: ChatServer, client: OpenAI) -> None:
    asked = [{"role": "user", "content": "a world hello " * 60}, *HELLO]
    cold, warm = said(client, messages=asked), said(client, messages=asked)
    assert warm.usage.prompt_tokens_details.cached_tokens >= 256
    assert warm.choices[0].message.content == cold.choices[0].message.content


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"model": "gpt-9"}, "model", "model_not_found"),
        ({"temperature": 3}, "temperature", "invalid_value"),
        ({"n": 0}, "n", "invalid_value"),
        ({"messages": []}, "messages", "invalid_value"),
        ({"messages": [{"role": "king", "content": ""}]}, "messages[0].role", "invalid_value"),
        ({"extra_body": {"audio": {}}}, "audio", "unknown_parameter"),
        ({"top_logprobs": 2}, None, None),
        ({"store": True}, "store", "invalid_value"),
        ({"messages": LONG}, "messages", "context_length_exceeded"),
        ({"logit_bias": {"9999": 1}}, "logit_bias", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(
    client: OpenAI, changes: dict[str, Any], param: str | None, code: str | None
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        said(client, **changes)
    body = refused.value.body
    assert isinstance(body, dict)
    assert set(body) == {"message", "type", "param", "code"}
    assert (body["param"], body["code"]) == (param, code)
    assert refused.value.status_code == (404 if code == "model_not_found" else 400)
    assert refused.value.request_id


def test_a_schema_that_is_not_strict_is_refused_in_known_words(client: OpenAI) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"x": {"type": "object", "properties": {}}},
    }
    schema |= {"required": ["x"], "additionalProperties": False}
    wanted = {"type": "json_schema", "json_schema": {"name": "f", "schema": schema, "strict": True}}
    with pytest.raises(openai.BadRequestError) as refused:
        said(client, response_format=wanted)
    assert refused.value.body == {
        "message": "Invalid schema for response_format 'f': In context=('properties', 'x'), "
        "'additionalProperties' is required to be supplied and to be false.",
        "type": "invalid_request_error",
        "param": "response_format",
        "code": None,
    }


def test_an_error_of_a_stream_is_told_before_it_begins(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="at most 4096 tokens"):
        said(client, messages=LONG, stream=True)


def test_a_wrong_key_is_told_as_clients_know_it(server: ChatServer) -> None:
    with (
        OpenAI(base_url=f"{server.url}/v1", api_key="np_wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        said(client)
    assert refused.value.code == "invalid_api_key"


def test_the_same_script_wants_only_another_base_url(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    openai_client.main()
    said = dict(
        line.split(": ", 1) for line in capsys.readouterr().out.splitlines() if ": " in line
    )
    assert said["model"] == "gpt-4.1-mini"
    assert said["parsed"].startswith("is_furnished=")
    assert (said["file"], said["deleted"]) == (openai_client.LEASE, "True")


@pytest.mark.parametrize("path", ["/embeddings", "/images/generations", "/vector_stores"])
def test_a_route_of_theirs_that_is_not_served_is_an_error_of_theirs(
    client: OpenAI, path: str
) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.post(path, cast_to=object, body={})
    assert refused.value.code == "unknown_url"
    assert refused.value.type == "invalid_request_error"
    headers = refused.value.response.headers
    assert headers["openai-version"] == "2020-10-01"
    assert headers["x-request-id"] == refused.value.request_id


def test_a_path_that_is_not_there_has_an_error_of_four_keys(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.post("/chat/nothing", cast_to=object, body={})
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["code"] == "unknown_url"


def test_a_long_reading_shows_signs_of_life(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_stream, "BEAT_SECONDS", 0.0)
    body = {"model": "tiny-chat", "messages": HELLO, "max_tokens": 2, "stream": True}
    headers = {"Authorization": f"Bearer {server.key}"}
    url = f"{server.url}/v1/chat/completions"
    answer = httpx.post(url, json=body, headers=headers)
    assert ": generate 1 of 2 tokens" in answer.text or ": read" in answer.text
    assert answer.text.endswith("data: [DONE]\n\n")
    assert int(answer.headers["openai-processing-ms"]) >= 0
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_who_hangs_up_ends_the_work(server: ChatServer, client: OpenAI) -> None:
    stream = said(client, stream=True, max_tokens=4000)
    next(stream)
    assert server.engine.service.turns.num_present == 1
    stream.close()
    until(lambda: server.engine.service.turns.num_present == 0)


def test_a_client_that_loses_patience_three_times_asks_for_one_answer(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's patience of ten minutes is one second here, and what it waits between two tries
    is shortened, too. The reading of the prompt ends when it has tried for the last time."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.05)
    begun = Mock(side_effect=server.services.engine.generate)
    monkeypatch.setattr(server.services.engine, "generate", begun)
    with closed_gate(monkeypatch, "branch", GlobalDecoder) as gate:
        tries = Tries(last=3, then=gate.open)
        http = httpx2.Client(transport=tries)
        with server.client(timeout=1.0, max_retries=3, http_client=http) as client:
            answer = said(client, temperature=1)
    assert tries.counts == ["0", "1", "2", "3"]
    assert begun.call_count == 1
    assert answer.usage.completion_tokens == 12


def test_who_asks_the_same_beside_another_gets_an_answer_of_its_own(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.client() as client, ThreadPoolExecutor() as threads:
        with closed_gate(monkeypatch, "branch", GlobalDecoder):
            drawn = [threads.submit(said, client, temperature=1.5) for _ in range(2)]
            same = [threads.submit(said, client, temperature=0) for _ in range(2)]
            until(lambda: server.engine.service.turns.num_present == 3)
        assert len({one.result().id for one in drawn}) == 2
        assert len({one.result().id for one in same}) == 1


def test_who_does_not_wait_for_a_whole_answer_ends_the_work(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_answers, "RETRY_SECONDS", 0.0)
    with closed_gate(monkeypatch, "branch", GlobalDecoder) as gate:
        with server.client(timeout=1.0) as client, pytest.raises(openai.APITimeoutError):
            said(client, max_tokens=4000)
        assert server.engine.service.turns.num_present == 1
        gate.open()
        until(lambda: server.engine.service.turns.num_present == 0)
