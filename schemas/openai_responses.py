"""What may a client of OpenAI's Responses send?

A field that is not here is refused, and so is what one of them asks for that is not served. Those
that only steer a hosted service are taken and change nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.generation import GenerateOptions, Tool, ToolChoice
from schemas.jobs import Metadata
from schemas.openai_turns import turns_of
from schemas.strict_schema import check_strict

_NAME = r"^[a-zA-Z0-9_-]{1,64}$"
_LEAST_TOP_P = 1e-6


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextFormat(_Sent):
    type: Literal["text", "json_object", "json_schema"] = "text"
    name: Annotated[str | None, Field(pattern=_NAME)] = None
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None

    @model_validator(mode="after")
    def _has_its_schema(self) -> TextFormat:
        if (self.type == "json_schema") != (self.schema_ is not None):
            raise ValueError("the type json_schema has a schema, and no other has")
        if self.schema_ is not None and self.strict:
            check_strict(self.schema_, f"response_format '{self.name}'")
        return self


class TextOptions(_Sent):
    format: TextFormat = TextFormat()
    verbosity: str | None = None


class FunctionTool(_Sent):
    type: Literal["function"]
    name: Annotated[str, Field(pattern=_NAME)]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None

    @model_validator(mode="after")
    def _is_as_strict_as_it_says(self) -> FunctionTool:
        if self.strict and self.parameters is not None:
            check_strict(self.parameters, f"function '{self.name}'")
        return self


class StreamOptions(_Sent):
    include_obfuscation: bool | None = None


class ResponseAsked(_Sent):
    """What a response is asked for, and what its tokens are counted by. `input` is a text, or
    items: messages, calls of functions and what these gave."""

    input: str | Annotated[list[dict[str, Any]], Field(min_length=1)]
    instructions: str | None = None
    text: TextOptions = TextOptions()
    tools: Annotated[list[FunctionTool], Field(max_length=128)] = []
    tool_choice: Any = "auto"
    parallel_tool_calls: bool | None = None
    previous_response_id: Annotated[str | None, Field(pattern=r"^resp_[0-9a-f]{32}$")] = None
    truncation: Annotated[
        Literal["disabled", "auto"] | None,
        Field(
            description="disabled: what is longer than the model takes is an error; otherwise "
            "long texts of it are read as documents. Nothing is cut off"
        ),
    ] = None

    @field_validator("input")
    @classmethod
    def _in_items(cls, sent: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What a user says stands in a list of parts."""
        if isinstance(sent, str):
            sent = [{"type": "message", "role": "user", "content": sent}]
        return [_with_parts(item) for item in sent]

    @model_validator(mode="after")
    def _is_served(self) -> ResponseAsked:
        turns_of(self.items())
        _choice_of(self.tool_choice)
        return self

    def items(self) -> list[dict[str, Any]]:
        assert isinstance(self.input, list), "a text became an item"
        return self.input

    def user_contents(self) -> list[list[Any]]:
        """The parts of what the user says, to be changed in place."""
        found = [item.get("content") for item in self.items() if item.get("role") == "user"]
        return [content for content in found if isinstance(content, list)]

    def options(self) -> GenerateOptions:
        wanted = self.text.format
        schema = {"type": "object"} if wanted.type == "json_object" else wanted.schema_
        choice, allowed = _choice_of(self.tool_choice)
        return GenerateOptions(
            json_schema=schema,
            tools=tuple(
                Tool(
                    name=tool.name,
                    description=tool.description,
                    parameters=tool.parameters or {},
                    is_strict=bool(tool.strict),
                )
                for tool in self.tools
                if allowed is None or tool.name in allowed
            ),
            tool_choice=choice,
            parallel_tool_calls=self.parallel_tool_calls is not False,
        )


class InputTokensCount(ResponseAsked):
    model: str | None = None


class ResponseCreate(ResponseAsked):
    model: str
    max_output_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    top_logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    background: bool | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    metadata: Metadata | None = None
    include: list[Literal["message.output_text.logprobs"]] | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    safety_identifier: str | None = None
    service_tier: str | None = None
    user: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> ResponseCreate:
        if self.background and self.store is False:
            raise ValueError("a response in the background is stored: leave store out")
        return self

    @property
    def has_logprobs(self) -> bool:
        return bool(self.include) or bool(self.top_logprobs)

    def options(self) -> GenerateOptions:
        sampled = {
            "max_tokens": self.max_output_tokens,
            "temperature": 1.0 if self.temperature is None else self.temperature,
            "top_p": 1.0 if self.top_p is None else max(self.top_p, _LEAST_TOP_P),
            "logprobs": self.has_logprobs,
            "top_logprobs": self.top_logprobs or 0,
        }
        return super().options().model_copy(update=sampled)


def _with_parts(item: dict[str, Any]) -> dict[str, Any]:
    content = item.get("content")
    if item.get("role") == "user" and isinstance(content, str):
        return {**item, "content": [{"type": "input_text", "text": content}]}
    return item


def _choice_of(sent: Any) -> tuple[ToolChoice | str, set[str] | None]:
    """What must be called, and the names of the tools that may be; None for all."""
    match sent:
        case None:
            return ToolChoice.AUTO, None
        case "none" | "auto" | "required":
            return ToolChoice(sent), None
        case {"type": "function", "name": str(name)}:
            return f"function:{name}", None
        case {"type": "allowed_tools", "mode": mode, "tools": list(tools)}:
            names = {str(tool.get("name")) for tool in tools if isinstance(tool, dict)}
            if mode in ("auto", "required"):
                return ToolChoice(mode), names
    raise ValueError("tool_choice is none, auto, required, a function by name, or allowed_tools")
