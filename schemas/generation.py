"""What is a model asked to say in a chat, and what comes of it, piece by piece?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from schemas.extraction import ContractModel, Usage


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"


class ToolChoice(StrEnum):
    NONE = "none"
    AUTO = "auto"
    REQUIRED = "required"


class Tool(ContractModel):
    """`parameters` is a JSON Schema; `is_strict` refuses one that can not be held to."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    description: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    is_strict: bool = False


class ToolCall(ContractModel):
    """`arguments` are JSON, as the model wrote them."""

    id: str
    name: str
    arguments: str


class ChatMessage(ContractModel):
    role: str
    content: str = ""
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class GenerateOptions(ContractModel):
    """`max_tokens` none: as far as the model's positions go. `json_schema` holds the answer to
    it; `{"type": "object"}` is any object."""

    max_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float, Field(ge=0, le=2)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    n: Annotated[int, Field(ge=1, le=128)] = 1
    logprobs: bool = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] = 0
    logit_bias: dict[int, float] = Field(default_factory=dict)
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    json_schema: dict[str, Any] | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: Annotated[
        ToolChoice | Annotated[str, Field(pattern=r"^function:")],
        Field(description="function:NAME is one that must be called"),
    ] = ToolChoice.AUTO
    parallel_tool_calls: bool = True

    @property
    def has_one_answer(self) -> bool:
        """Asked twice, the model says the same."""
        return self.temperature == 0 or self.seed is not None


class TokenChance(ContractModel):
    """A token, its natural log-probability before any option changed it, and its rivals."""

    token: str
    bytes: list[int] | None
    logprob: float
    top: list[TokenChance] = Field(default_factory=list)


class Piece(ContractModel):
    """What is new of one choice. The last of all has the usage alone."""

    choice: int = 0
    text: str = ""
    tokens: list[TokenChance] = Field(default_factory=list)
    tool_calls: list[ToolCall] = Field(default_factory=list)
    finish: Finish | None = None
    usage: Usage | None = None
