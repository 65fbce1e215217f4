"""What may a client of OpenAI's Chat Completions send, and what does it ask of the engine?

A field that is not here is refused, and so is what one of them asks for that is not served:
nothing is passed over in silence. Those that only steer a hosted service are taken and change
nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from schemas.generation import ChatMessage, GenerateOptions, Tool, ToolCall, ToolChoice
from schemas.openai_content import content_of
from schemas.openai_turns import Turn
from schemas.strict_schema import check_strict

_NAME = r"^[a-zA-Z0-9_-]{1,64}$"
_LEAST_TOP_P = 1e-6


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FunctionCall(_Sent):
    name: Annotated[str, Field(pattern=_NAME)]
    arguments: str


class ToolCallSent(_Sent):
    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


class Message(_Sent):
    """`content` is text, or parts; those of a user may be files. What a user says stands in a
    list of parts."""

    role: Literal["developer", "system", "user", "assistant", "tool"]
    content: Any = None
    refusal: str | None = None
    name: str | None = None
    tool_calls: list[ToolCallSent] | None = None
    tool_call_id: str | None = None
    audio: None = None
    function_call: None = None
    annotations: list[Any] | None = None

    @field_validator("content")
    @classmethod
    def _is_served(cls, content: Any, info: ValidationInfo) -> Any:
        is_user = info.data.get("role") == "user"
        if content_of(content).files and not is_user:
            raise ValueError("files are in messages of a user")
        is_text = is_user and isinstance(content, str)
        return [{"type": "text", "text": content}] if is_text else content

    @model_validator(mode="after")
    def _fits_its_role(self) -> Message:
        if self.role == "tool" and self.tool_call_id is None:
            raise ValueError("a message of a tool has a tool_call_id")
        if self.tool_calls is not None and self.role != "assistant":
            raise ValueError("only an assistant has tool_calls")
        return self


class JsonSchema(_Sent):
    name: Annotated[str, Field(pattern=_NAME)]
    description: str | None = None
    schema_: Annotated[dict[str, Any], Field(alias="schema")] = Field(default_factory=dict)
    strict: bool | None = None


class ResponseFormat(_Sent):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _has_its_schema(self) -> ResponseFormat:
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("the type json_schema has a json_schema, and no other has")
        if self.json_schema is not None and self.json_schema.strict:
            name = self.json_schema.name
            check_strict(self.json_schema.schema_, f"response_format '{name}'")
        return self


class Function(_Sent):
    name: Annotated[str, Field(pattern=_NAME)]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None

    @model_validator(mode="after")
    def _is_as_strict_as_it_says(self) -> Function:
        if self.strict and self.parameters is not None:
            check_strict(self.parameters, f"function '{self.name}'")
        return self


class ToolSent(_Sent):
    type: Literal["function"]
    function: Function


class StreamOptions(_Sent):
    include_usage: bool = False
    include_obfuscation: bool | None = None


class ChatCompletionCreate(_Sent):
    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    max_completion_tokens: Annotated[int | None, Field(ge=1)] = None
    max_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    n: Annotated[int | None, Field(ge=1, le=128)] = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    seed: int | None = None
    presence_penalty: Annotated[float | None, Field(ge=-2, le=2)] = None
    frequency_penalty: Annotated[float | None, Field(ge=-2, le=2)] = None
    logit_bias: dict[int, Annotated[float, Field(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    response_format: ResponseFormat | None = None
    tools: Annotated[list[ToolSent] | None, Field(max_length=128)] = None
    tool_choice: Any = None
    parallel_tool_calls: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    modalities: list[Literal["text"]] | None = None
    store: Literal[False] | None = None
    metadata: dict[str, str] | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    service_tier: str | None = None
    safety_identifier: str | None = None
    user: str | None = None
    prediction: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> ChatCompletionCreate:
        if self.top_logprobs and not self.logprobs:
            raise ValueError("top_logprobs wants logprobs")
        if self.stream_options is not None and not self.stream:
            raise ValueError("stream_options are for a stream")
        if self.tool_choice not in (None, "none") and not self.tools:
            raise ValueError("tool_choice is for tools")
        _choice_of(self.tool_choice)
        return self

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    def user_contents(self) -> list[list[Any]]:
        """The parts of what the user says, to be changed in place."""
        found = [message.content for message in self.messages if message.role == "user"]
        return [content for content in found if isinstance(content, list)]

    def turns(self) -> list[Turn]:
        said = [(message.role, content_of(message.content)) for message in self.messages]
        return [Turn(role, content.texts, content.files) for role, content in said]

    def json_schema(self) -> dict[str, Any] | None:
        """That of a response_format which has one."""
        wanted = self.response_format
        if wanted is None or wanted.json_schema is None:
            return None
        return wanted.json_schema.schema_

    def chat_messages(self) -> list[ChatMessage]:
        return [
            ChatMessage(
                role=message.role,
                content="".join(content_of(message.content).texts) or message.refusal or "",
                name=message.name,
                tool_call_id=message.tool_call_id,
                tool_calls=tuple(
                    ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
                    for call in message.tool_calls or ()
                ),
            )
            for message in self.messages
        ]

    def options(self) -> GenerateOptions:
        choice, allowed = _choice_of(self.tool_choice)
        tools = [tool.function for tool in self.tools or ()]
        return GenerateOptions(
            max_tokens=self.max_completion_tokens or self.max_tokens,
            temperature=1.0 if self.temperature is None else self.temperature,
            top_p=1.0 if self.top_p is None else max(self.top_p, _LEAST_TOP_P),
            seed=self.seed,
            stop=tuple([self.stop] if isinstance(self.stop, str) else self.stop or ()),
            n=self.n or 1,
            logprobs=bool(self.logprobs),
            top_logprobs=self.top_logprobs or 0,
            logit_bias=self.logit_bias or {},
            presence_penalty=self.presence_penalty or 0.0,
            frequency_penalty=self.frequency_penalty or 0.0,
            json_schema=self._json_schema(),
            tools=tuple(
                Tool(
                    name=tool.name,
                    description=tool.description,
                    parameters=tool.parameters or {},
                    is_strict=bool(tool.strict),
                )
                for tool in tools
                if allowed is None or tool.name in allowed
            ),
            tool_choice=choice,
            parallel_tool_calls=self.parallel_tool_calls is not False,
        )

    def _json_schema(self) -> dict[str, Any] | None:
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        return {"type": "object"} if wanted.json_schema is None else wanted.json_schema.schema_


def _choice_of(sent: Any) -> tuple[ToolChoice | str, set[str] | None]:
    """What must be called, and the names of the tools that may be; None for all."""
    match sent:
        case None:
            return ToolChoice.AUTO, None
        case "none" | "auto" | "required":
            return ToolChoice(sent), None
        case {"type": "function", "function": {"name": str(name)}}:
            return f"function:{name}", None
        case {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": list(tools)}}:
            names = [tool.get("function", {}).get("name") for tool in tools]
            if mode in ("auto", "required") and all(isinstance(name, str) for name in names):
                return ToolChoice(mode), set(names)
    raise ValueError("tool_choice is none, auto, required, a function by name, or allowed_tools")
