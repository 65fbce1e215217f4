from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from evals.lab.chat_answers import ChatAnswers
from evals.lab.trial import Question, Trial, user
from schemas.errors import InvalidInput, Unavailable

QUESTION = Question("q", "What?", lambda: [user("text, what?")], ("1",), max_tokens=30)
TRIAL = Trial("a.txt", b"text", 1, (QUESTION,))

Handle = Callable[[httpx.Request], httpx.Response]


def chat(handle: Handle, waits: list[float] | None = None) -> ChatAnswers:
    http = httpx.Client(base_url="http://host/v1", transport=httpx.MockTransport(handle))
    waited = [] if waits is None else waits
    return ChatAnswers(http, "m", waited.append)


def said(content: str | None) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"content": content}}]})


def test_a_question_is_one_chat_completion() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return said("It is 1.")

    [answer] = chat(handle).answers(TRIAL)
    assert (answer.text, answer.is_null, answer.mode) == ("It is 1.", False, "chat")
    assert str(seen[0].url) == "http://host/v1/chat/completions"
    assert json.loads(seen[0].content) == {
        "model": "m",
        "messages": [{"role": "user", "content": "text, what?"}],
        "max_tokens": 30,
        "temperature": 0,
    }


@pytest.mark.parametrize(
    ("content", "is_null"),
    [
        ("none", True),
        ("None.", True),
        ('"none"', True),
        ("", True),
        (None, True),
        ("nonesuch", False),
    ],
)
def test_none_is_null(content: str | None, is_null: bool) -> None:
    [answer] = chat(lambda _: said(content)).answers(TRIAL)
    assert answer.is_null is is_null


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_busy_server_is_asked_again(code: int) -> None:
    replies = [httpx.Response(code), httpx.Response(code), said("1")]
    waits: list[float] = []
    [answer] = chat(lambda _: replies.pop(0), waits).answers(TRIAL)
    assert answer.text == "1"
    assert waits == [2.0, 8.0]


def test_a_server_that_stays_away_ends_the_run() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unavailable, match="does not answer: ConnectError"):
        chat(handle).answers(TRIAL)


def test_a_prompt_that_is_refused_fails_alone() -> None:
    [answer] = chat(lambda _: httpx.Response(400, text="too many tokens")).answers(TRIAL)
    assert (answer.problem, answer.is_null) == ("400: too many tokens", False)


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_wrong_key_or_model_ends_the_run(code: int) -> None:
    with pytest.raises(InvalidInput, match=f"answers {code}"):
        chat(lambda _: httpx.Response(code, text="no")).answers(TRIAL)


def test_what_is_no_chat_completion_is_told() -> None:
    with pytest.raises(Unavailable, match="no chat completion"):
        chat(lambda _: httpx.Response(200, text="<html>")).answers(TRIAL)
