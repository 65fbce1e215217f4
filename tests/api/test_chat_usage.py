"""Is what chats said they used what the ledger, the rates and the headers say?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from engine.global_decoder import GlobalDecoder
from jobs.key_store import Scope
from jobs.rate_limits import TOKENS
from tests.api.engine_process import until
from tests.api.gate import closed_gate
from tests.api.openai_server import ChatServer, chat_server
from tests.engine.chat_model import write_chat_model

HELLO: list[Any] = [{"role": "user", "content": "hello world"}]
LONG: list[Any] = [{"role": "user", "content": "hello world " * 120}]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("chat")
    model = folder / "tiny-chat"
    model.mkdir()
    with chat_server(write_chat_model(model), folder) as server:
        yield server


def client_of(server: ChatServer, tenant: str) -> OpenAI:
    _, key = server.services.keys.create(tenant, "test", tuple(Scope))
    return OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0)


def said(client: OpenAI, **options: Any) -> Any:
    asked = {"model": "tiny-chat", "messages": HELLO, "max_tokens": 12, "temperature": 0}
    return client.chat.completions.create(**{**asked, **options})


def usage_of(server: ChatServer, client: OpenAI, **query: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {client.api_key}"}
    answer = httpx.get(f"{server.url}/v1/usage", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_sums_of_usage_are_what_the_answers_said(server: ChatServer) -> None:
    with client_of(server, "sums") as client, client_of(server, "sums") as other:
        first, second = said(client, messages=LONG), said(client, messages=LONG)
        several = said(client, n=3, temperature=1.5, seed=4)
        *_, last = said(client, stream=True, stream_options={"include_usage": True})
        told = [first.usage, second.usage, several.usage, last.usage]
        said(other)
        report = usage_of(server, client, group_by=["key", "model"])
    line = max(report["data"], key=lambda line: line["num_results"])
    assert (line["num_results"], line["model"]) == (4, "tiny-chat")
    assert line["prompt_tokens"] == sum(usage.prompt_tokens for usage in told)
    assert line["completion_tokens"] == sum(usage.completion_tokens for usage in told)
    cached = [usage.prompt_tokens_details.cached_tokens for usage in told]
    assert line["cached_tokens"] == sum(cached) > 0
    assert line["cost_usd"] > 0
    assert (report["total"]["num_results"], report["total"]["num_unpriced"]) == (5, 0)


def test_a_stream_that_does_not_tell_its_usage_has_some(server: ChatServer) -> None:
    with client_of(server, "silent") as client:
        list(said(client, stream=True))
        total = usage_of(server, client)["total"]
    assert (total["num_results"], total["completion_tokens"]) == (1, 12)


def test_a_stream_that_was_left_counts_what_it_used_until_then(server: ChatServer) -> None:
    with client_of(server, "left") as client:
        whole = said(client)
        stream = said(client, stream=True, max_tokens=3000)
        for _ in range(5):
            next(stream)
        stream.close()
        until(lambda: usage_of(server, client)["total"]["num_results"] == 2)
        total = usage_of(server, client)["total"]
    assert total["prompt_tokens"] == 2 * whole.usage.prompt_tokens
    assert 12 + 3 <= total["completion_tokens"] < 3000


def test_what_was_read_of_a_prompt_counts_where_its_caller_left_before_the_answer(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_of(server, "early") as client:
        with closed_gate(monkeypatch, "branch", GlobalDecoder) as gate:
            stream = said(client, messages=LONG, stream=True)
            until(lambda: gate.num_asked == 1)
            stream.close()
            until(lambda: usage_of(server, client)["total"]["num_results"] == 1)
        total = usage_of(server, client)["total"]
    assert total["prompt_tokens"] > 0
    assert total["completion_tokens"] == 0


def test_equal_chats_that_share_an_answer_are_one_line(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_of(server, "shared") as client, ThreadPoolExecutor() as threads:
        with closed_gate(monkeypatch, "branch", GlobalDecoder):
            same = [threads.submit(said, client) for _ in range(2)]
            until(lambda: server.engine.service.turns.num_present == 1)
            time.sleep(0.2)
        told = [one.result().usage.completion_tokens for one in same]
        total = usage_of(server, client)["total"]
    assert (told, total["num_results"], total["completion_tokens"]) == ([12, 12], 1, 12)


def test_what_is_refused_uses_nothing(server: ChatServer) -> None:
    with client_of(server, "refused") as client:
        with pytest.raises(openai.BadRequestError):
            said(client, messages=[{"role": "user", "content": "hello " * 9000}])
        assert usage_of(server, client)["total"]["num_results"] == 0


def test_tokens_of_chats_are_taken_from_the_rate(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.rate_limits._now", lambda: 120.0)
    server.services.quotas.tenants.create("rated", {"tokens_per_minute": 800})
    with client_of(server, "rated") as client:
        answer = client.chat.completions.with_raw_response.create(
            model="tiny-chat", messages=LONG, max_tokens=12
        )
        assert answer.headers["x-ratelimit-limit-tokens"] == "800"
        estimate = 800 - int(answer.headers["x-ratelimit-remaining-tokens"])
        assert 300 < estimate < 500
        usage = answer.parse().usage
        assert usage is not None
        later = client.models.with_raw_response.list()
        assert int(later.headers["x-ratelimit-remaining-tokens"]) == 800 - usage.total_tokens
        server.services.quotas.rates.add("rated", TOKENS, 500)
        with pytest.raises(openai.RateLimitError) as refused:
            said(client, messages=LONG)
    headers = refused.value.response.headers
    assert int(headers["retry-after"]) == 60
    assert headers["x-ratelimit-reset-tokens"] == "1m0s"


def test_a_request_past_its_rate_still_says_how_tokens_stand(server: ChatServer) -> None:
    limits = {"tokens_per_minute": 800, "requests_per_minute": 0}
    server.services.quotas.tenants.create("none", limits)
    with client_of(server, "none") as client, pytest.raises(openai.APIStatusError) as refused:
        client.models.list()
    headers = refused.value.response.headers
    assert (headers["x-ratelimit-remaining-requests"], headers["x-ratelimit-limit-tokens"]) == (
        "0",
        "800",
    )


def test_what_a_tenant_said_is_cached_for_nobody_else(server: ChatServer) -> None:
    asked: list[Any] = [{"role": "user", "content": "the world said hello " * 120}]
    with client_of(server, "a") as ours, client_of(server, "b") as theirs:
        found = [said(client, messages=asked).usage for client in (ours, ours, theirs, theirs)]
    cached = [usage.prompt_tokens_details.cached_tokens for usage in found]
    assert [number > 256 for number in cached] == [False, True, False, True]
    assert cached[0] == cached[2] == 0
