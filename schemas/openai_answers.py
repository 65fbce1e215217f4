"""What do clients of OpenAI get back?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

LEFT_OUT = Field(exclude_if=lambda value: value is None)
"""For what OpenAI's own answers do not have, rather than have as null."""


class ErrorDetails(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorAnswer(BaseModel):
    error: ErrorDetails


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "needlepoint"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class TokenRival(BaseModel):
    token: str
    logprob: float
    bytes: list[int] | None


class TokenLogprob(TokenRival):
    top_logprobs: list[TokenRival]


class Logprobs(BaseModel):
    content: list[TokenLogprob]
    refusal: None = None


class CalledFunction(BaseModel):
    name: str
    arguments: str


class CalledTool(BaseModel):
    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class Answer(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str | None
    refusal: str | None = None
    tool_calls: Annotated[list[CalledTool] | None, LEFT_OUT] = None
    annotations: list[dict[str, Any]] = []


class Choice(BaseModel):
    index: int
    message: Answer
    logprobs: Logprobs | None
    finish_reason: Literal["stop", "length", "tool_calls"]


class PromptDetails(BaseModel):
    cached_tokens: int
    audio_tokens: int = 0


class CompletionDetails(BaseModel):
    reasoning_tokens: int = 0
    audio_tokens: int = 0
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0


class ChatUsage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptDetails
    completion_tokens_details: CompletionDetails = CompletionDetails()


class ChatCompletion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: ChatUsage
    service_tier: str = "default"
    system_fingerprint: str


class DocumentCompletion(ChatCompletion):
    """Documents answered: `needlepoint` says how they were read."""

    needlepoint: dict[str, Any]
