"""What does a chat behind an OpenAI-compatible URL answer about a haystack?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from evals.lab.trial import Answer, Question, Trial
from schemas.errors import InvalidInput, Unavailable

_READ_SECONDS = 1800.0  # a million tokens are read before the first one comes
_CONNECT_SECONDS = 10.0
_WAITS = (2.0, 8.0, 32.0, 120.0)
_CALLERS_MISTAKE = (401, 403, 404)
_NONE = re.compile(r"\W*(?:none|null)?\W*", re.IGNORECASE)


class ChatAnswers:
    """One request a question, answered at temperature 0."""

    def __init__(
        self, http: httpx.Client, model: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """`http` has the URL above `/chat/completions` as its base, and the key."""
        self._http, self._model, self._pause = http, model, pause

    @classmethod
    @contextmanager
    def open(cls, url: str, model: str, api_key: str | None) -> Iterator[ChatAnswers]:
        headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
        timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        with httpx.Client(base_url=url, headers=headers, timeout=timeout) as http:
            yield cls(http, model)

    @property
    def model(self) -> str:
        return self._model

    def answers(self, trial: Trial) -> list[Answer]:
        return [self._answer(question) for question in trial.questions]

    def _answer(self, question: Question) -> Answer:
        begun = time.monotonic()
        response = self._posted(question)
        seconds = round(time.monotonic() - begun, 3)
        if response.status_code != 200:
            problem = f"{response.status_code}: {response.text[:500]}"
            return Answer((), False, seconds, mode="chat", problem=problem)
        text = _text_of(response)
        return Answer((text,), bool(_NONE.fullmatch(text)), seconds, mode="chat")

    def _posted(self, question: Question) -> httpx.Response:
        """Tried again where the server is busy or away; a refusal of this one request is told
        to the caller, one of all requests is raised."""
        body = {
            "model": self._model,
            "messages": question.chat(),
            "max_tokens": question.max_tokens,
            "temperature": 0,
        }
        told = ""
        for wait in (*_WAITS, None):
            try:
                response = self._http.post("chat/completions", json=body)
            except httpx.RequestError as error:
                told = f"{type(error).__name__}: {error}"
            else:
                if response.status_code in _CALLERS_MISTAKE:
                    raise InvalidInput(f"{self._http.base_url} answers {_refusal(response)}")
                if response.status_code != 429 and response.status_code < 500:
                    return response
                told = _refusal(response)
            if wait is not None:
                self._pause(wait)
        raise Unavailable(f"{self._http.base_url} does not answer: {told}")


def _refusal(response: httpx.Response) -> str:
    return f"{response.status_code}: {response.text[:200]}"


def _text_of(response: httpx.Response) -> str:
    try:
        content = response.json()["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise Unavailable(f"this is no chat completion: {response.text[:200]}") from error
    return "" if content is None else str(content)
