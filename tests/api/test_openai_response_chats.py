"""Responses that read no document: chats, as the client of OpenAI asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal
from unittest.mock import Mock

import httpx2
import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from engine.global_decoder import GlobalDecoder
from jobs.work import run_next
from schemas.jobs import Queue
from tests.api.engine_process import until
from tests.api.gate import closed_gate
from tests.api.openai_client import Tries, client_of
from tests.api.openai_server import ChatServer, chat_server
from tests.api.served import Served, served
from tests.engine.chat_model import write_chat_model

WEATHER: dict[str, Any] = {
    "type": "function",
    "name": "weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"enum": ["Pau", "Lyon"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


LONG: list[Any] = [
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": "hello " * 9000},
            {"type": "input_text", "text": "What is said?"},
        ],
    }
]


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


def asked(client: OpenAI, **options: Any) -> Any:
    usual = {"model": "tiny-chat", "input": "hello world", "max_output_tokens": 12}
    return client.responses.create(**{**usual, "temperature": 0, **options})


def test_a_text_is_answered_as_a_chat_is(client: OpenAI) -> None:
    response = asked(client, instructions="Be brief.")
    messages: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hello world"},
    ]
    chat = client.chat.completions.create(
        model="tiny-chat", messages=messages, max_tokens=12, temperature=0
    )
    assert response.output_text == chat.choices[0].message.content
    assert (response.status, response.incomplete_details.reason) == (
        "incomplete",
        "max_output_tokens",
    )
    assert response.usage.output_tokens == 12
    assert response.usage.input_tokens_details.cached_tokens == 0
    assert client.responses.retrieve(response.id) == response


def test_a_stream_says_the_same_and_is_told_again_event_by_event(client: OpenAI) -> None:
    events = list(asked(client, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.incomplete",
    ]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == asked(client).output_text
    response_id = events[0].response.id
    assert list(client.responses.retrieve(response_id, stream=True)) == events
    rest = list(client.responses.retrieve(response_id, stream=True, starting_after=4))
    assert rest == events[5:]


def test_a_schema_is_held_to_and_parsed(client: OpenAI) -> None:
    response = client.responses.parse(
        model="tiny-chat", input="hello", text_format=Verdict, max_output_tokens=80
    )
    assert isinstance(response.output_parsed, Verdict)
    assert response.status == "completed"


def test_tools_are_called_and_what_they_gave_is_told(client: OpenAI) -> None:
    first = asked(client, tools=[WEATHER], tool_choice="required", max_output_tokens=200)
    call = next(item for item in first.output if item.type == "function_call")
    assert (call.name, json.loads(call.arguments)["city"] in ("Pau", "Lyon")) == ("weather", True)
    given = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    second = asked(client, input=[given], previous_response_id=first.id, tools=[WEATHER])
    assert second.output_text
    assert second.usage.input_tokens > first.usage.input_tokens
    items = client.responses.input_items.list(second.id).data
    assert [item.type for item in items] == ["function_call_output"]


def test_a_call_is_streamed_with_its_arguments(client: OpenAI) -> None:
    named: Any = {"type": "function", "name": "weather"}
    tools: Any = [WEATHER]
    with client.responses.stream(
        model="tiny-chat", input="hello", tools=tools, tool_choice=named, max_output_tokens=200
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert "response.function_call_arguments.done" in kinds
    call: Any = final.output[-1]
    assert json.loads(call.arguments)["city"] in ("Pau", "Lyon")


def test_it_goes_on_from_what_was_said(client: OpenAI) -> None:
    first = asked(client, input="hello world " * 120)
    second = asked(client, input="and then?", previous_response_id=first.id)
    assert second.usage.input_tokens_details.cached_tokens >= 256
    told = [
        {"role": "user", "content": "hello world " * 120},
        *[item.model_dump() for item in first.output],
        {"role": "user", "content": "and then?"},
    ]
    assert asked(client, input=told).output_text == second.output_text


def test_tokens_are_counted_as_they_are_read(client: OpenAI) -> None:
    first = asked(client, tools=[WEATHER], tool_choice="none")
    sent: Any = {"model": "tiny-chat", "input": "hello world", "tools": [WEATHER]}
    counted = client.responses.input_tokens.count(**sent, tool_choice="none")
    assert counted.object == "response.input_tokens"
    assert counted.input_tokens == first.usage.input_tokens
    asked_on = {"previous_response_id": first.id, "input": "and then?"}
    second = asked(client, **asked_on)
    assert client.responses.input_tokens.count(**asked_on).input_tokens == second.usage.input_tokens


def test_chances_of_tokens_are_told(client: OpenAI) -> None:
    response = asked(client, include=["message.output_text.logprobs"], top_logprobs=2)
    first = response.output[0].content[0].logprobs[0]
    assert len(first.top_logprobs) == 2
    assert first.logprob < 0


def test_what_is_not_to_be_stored_is_not(client: OpenAI) -> None:
    response = asked(client, store=False, metadata={"who": "me"})
    assert response.metadata == {"who": "me"}
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_a_response_in_the_background_is_a_workers_job(server: ChatServer, client: OpenAI) -> None:
    response = asked(client, background=True)
    assert response.status == "queued"
    with pytest.raises(openai.ConflictError, match="has not come to an answer"):
        asked(client, previous_response_id=response.id)
    assert run_next(Queue.STANDARD, server.services)
    done = client.responses.retrieve(response.id)
    assert (done.status, done.output_text) == ("incomplete", asked(client).output_text)
    whole = list(client.responses.retrieve(response.id, stream=True))
    assert list(client.responses.retrieve(response.id, stream=True, starting_after=2)) == whole[3:]
    client.responses.delete(response.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_a_killed_worker_does_not_end_it(server: ChatServer, client: OpenAI) -> None:
    response = asked(client, background=True)
    claim = server.services.jobs.claim(Queue.STANDARD, "killed")
    assert claim is not None
    assert client.responses.retrieve(response.id).status == "in_progress"
    server.services.jobs.release(claim, is_lost=True)  # as the sweeper does when its lease is over
    assert run_next(Queue.STANDARD, server.services)
    assert client.responses.retrieve(response.id).output_text == asked(client).output_text


def test_it_is_cancelled(server: ChatServer, client: OpenAI) -> None:
    response = asked(client, background=True)
    assert client.responses.cancel(response.id).status == "cancelled"
    assert not run_next(Queue.STANDARD, server.services)
    events = list(client.responses.retrieve(response.id, stream=True))
    assert [event.type for event in events][-1] == "response.failed"
    with pytest.raises(openai.ConflictError, match="synchronous"):
        client.responses.cancel(asked(client).id)


def test_who_hangs_up_ends_the_work(server: ChatServer, client: OpenAI) -> None:
    stream = asked(client, stream=True, max_output_tokens=3000)
    next(stream)
    assert server.engine.service.turns.num_present == 1
    stream.close()
    until(lambda: server.engine.service.turns.num_present == 0)


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"model": "gpt-9"}, "model", "model_not_found"),
        ({"input": "hello " * 9000}, "input", "context_length_exceeded"),
        ({"input": LONG, "truncation": "disabled"}, "input", "context_length_exceeded"),
        ({"previous_response_id": "resp_" + "0" * 32}, "previous_response_id", "not_found"),
        ({"tool_choice": "required"}, "tool_choice", None),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    client: OpenAI, changes: dict[str, Any], param: str | None, code: str | None
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        asked(client, **changes)
    assert isinstance(refused.value.body, dict)
    assert (refused.value.body["param"], refused.value.body["code"]) == (param, code)


def test_what_the_model_does_not_take_is_read_as_a_document(
    server: ChatServer, client: OpenAI
) -> None:
    response = asked(client, input=LONG, background=True)
    stored = server.services.responses.get("a", response.id)
    assert stored.extraction_id is not None
    [item] = client.responses.input_items.list(response.id).data
    sent: Any = item
    assert [part.type for part in sent.content] == ["input_file", "input_text"]
    client.responses.cancel(response.id)


def test_a_base_model_says_that_it_does_not_chat(tmp_path: Any) -> None:
    service: Served
    with served(tmp_path) as service:
        client = client_of(service)
        with pytest.raises(openai.BadRequestError, match="not fit for chat"):
            client.responses.create(model="fake", input="hello")


def test_three_more_tries_of_a_chat_are_one_response(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its patience is one second here, and what the client waits between two tries is shortened."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.05)
    begun = Mock(side_effect=server.services.engine.generate)
    monkeypatch.setattr(server.services.engine, "generate", begun)
    with closed_gate(monkeypatch, "branch", GlobalDecoder) as gate:
        tries = Tries(last=3, then=gate.open)
        http = httpx2.Client(transport=tries)
        with server.client(timeout=1.0, max_retries=3, http_client=http) as client:
            response = client.responses.create(
                model="tiny-chat", input="hello world", max_output_tokens=4
            )
    with server.client() as client:
        assert client.responses.retrieve(response.id).output_text == response.output_text
    assert tries.counts == ["0", "1", "2", "3"]
    assert begun.call_count == 1
