"""How do the pieces of a chat become an answer, or the chunks of a stream, as OpenAI has them?"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.extraction import Usage
from schemas.generation import Finish, Piece, TokenChance
from schemas.openai_answers import (
    Answer,
    CalledFunction,
    CalledTool,
    ChatCompletion,
    ChatUsage,
    Choice,
    Logprobs,
    PromptDetails,
    TokenLogprob,
    TokenRival,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every answer and chunk of one request has."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def fingerprint(self) -> str:
        return f"fp_{hashlib.sha256(self.model.encode()).hexdigest()[:10]}"

    def answer(
        self, pieces: Sequence[Piece], num_choices: int, usage: Usage, *, has_logprobs: bool
    ) -> ChatCompletion:
        by_choice: list[list[Piece]] = [[] for _ in range(num_choices)]
        for piece in pieces:
            by_choice[piece.choice].append(piece)
        return ChatCompletion(
            id=self.id,
            created=self.created,
            model=self.model,
            choices=[
                _choice(index, one, has_logprobs=has_logprobs)
                for index, one in enumerate(by_choice)
            ],
            usage=usage_of(usage),
            system_fingerprint=self.fingerprint,
        )

    def chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "service_tier": "default",
            "system_fingerprint": self.fingerprint,
            "choices": choices,
        }


@dataclass(slots=True)
class ChunkWriter:
    """The chunks of a stream, in the order that clients know: the role, what is said, the calls,
    the reason of the end, and the usage where it was asked for."""

    frame: Frame
    includes_usage: bool
    has_logprobs: bool
    _num_calls: dict[int, int] = field(default_factory=dict)

    def first(self, num_choices: int) -> Iterator[dict[str, Any]]:
        for index in range(num_choices):
            yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})

    def said(self, piece: Piece) -> Iterator[dict[str, Any]]:
        index = piece.choice
        if piece.text or piece.tokens:
            logprobs = _logprobs(piece.tokens) if self.has_logprobs else None
            yield self._chunk(index, {"content": piece.text}, logprobs=logprobs)
        for call in piece.tool_calls:
            number = self._num_calls.get(index, 0)
            self._num_calls[index] = number + 1
            begun = {"name": call.name, "arguments": ""}
            opening = {"index": number, "id": call.id, "type": "function", "function": begun}
            yield self._chunk(index, {"tool_calls": [opening]})
            rest = {"index": number, "function": {"arguments": call.arguments}}
            yield self._chunk(index, {"tool_calls": [rest]})
        if piece.finish is not None:
            yield self._chunk(index, {}, finish=piece.finish)

    def last(self, usage: Usage) -> Iterator[dict[str, Any]]:
        if self.includes_usage:
            yield {**self.frame.chunk([]), "usage": usage_of(usage).model_dump()}

    def _chunk(
        self,
        index: int,
        delta: dict[str, Any],
        *,
        logprobs: Logprobs | None = None,
        finish: Finish | None = None,
    ) -> dict[str, Any]:
        choice = {
            "index": index,
            "delta": delta,
            "logprobs": None if logprobs is None else logprobs.model_dump(),
            "finish_reason": finish,
        }
        chunk = self.frame.chunk([choice])
        return {**chunk, "usage": None} if self.includes_usage else chunk


def usage_of(usage: Usage) -> ChatUsage:
    return ChatUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
        prompt_tokens_details=PromptDetails(cached_tokens=usage.cached_tokens),
    )


def _choice(index: int, pieces: Sequence[Piece], *, has_logprobs: bool) -> Choice:
    text = "".join(piece.text for piece in pieces)
    calls = [
        CalledTool(id=call.id, function=CalledFunction(name=call.name, arguments=call.arguments))
        for piece in pieces
        for call in piece.tool_calls
    ]
    tokens = [token for piece in pieces for token in piece.tokens]
    finish = next(piece.finish for piece in pieces if piece.finish is not None)
    return Choice(
        index=index,
        message=Answer(content=text or (None if calls else ""), tool_calls=calls or None),
        logprobs=_logprobs(tokens) if has_logprobs else None,
        finish_reason=finish.value,
    )


def _logprobs(tokens: Sequence[TokenChance]) -> Logprobs:
    return Logprobs(
        content=[
            TokenLogprob(
                **_rival(token).model_dump(), top_logprobs=[_rival(rival) for rival in token.top]
            )
            for token in tokens
        ]
    )


def _rival(token: TokenChance) -> TokenRival:
    return TokenRival(token=token.token, logprob=token.logprob, bytes=token.bytes)
