"""What may a client of OpenAI's Responses send?

A field that is not here is refused, and so is what one of them asks for that is not served. Those
that only steer a hosted service are taken and change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.generation import ChatMessage, GenerateOptions, Tool, ToolCall, ToolChoice
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


class StreamOptions(_Sent):
    include_obfuscation: bool | None = None


class ResponseCreate(_Sent):
    """`input` is a text, or items: messages, calls of functions and what these gave."""

    model: str
    input: str | Annotated[list[dict[str, Any]], Field(min_length=1)]
    instructions: str | None = None
    max_output_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    text: TextOptions = TextOptions()
    tools: Annotated[list[FunctionTool], Field(max_length=128)] = []
    tool_choice: Any = "auto"
    parallel_tool_calls: bool | None = None
    background: bool | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    previous_response_id: Annotated[str | None, Field(pattern=r"^resp_[0-9a-f]{32}$")] = None
    metadata: Annotated[dict[str, str] | None, Field(max_length=16)] = None
    truncation: Literal["disabled"] | None = None
    include: Annotated[list[str] | None, Field(max_length=0)] = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    safety_identifier: str | None = None
    service_tier: str | None = None
    user: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> ResponseCreate:
        turns_of(self.items())
        _choice_of(self.tool_choice)
        if self.background and self.store is False:
            raise ValueError("a response in the background is stored: leave store out")
        return self

    def items(self) -> list[dict[str, Any]]:
        if isinstance(self.input, str):
            return [{"type": "message", "role": "user", "content": self.input}]
        return self.input

    def options(self) -> GenerateOptions:
        wanted = self.text.format
        schema = {"type": "object"} if wanted.type == "json_object" else wanted.schema_
        return GenerateOptions(
            max_tokens=self.max_output_tokens,
            temperature=1.0 if self.temperature is None else self.temperature,
            top_p=1.0 if self.top_p is None else max(self.top_p, _LEAST_TOP_P),
            json_schema=schema,
            tools=tuple(
                Tool(
                    name=tool.name,
                    description=tool.description,
                    parameters=tool.parameters or {},
                    is_strict=bool(tool.strict),
                )
                for tool in self.tools
            ),
            tool_choice=_choice_of(self.tool_choice),
            parallel_tool_calls=self.parallel_tool_calls is not False,
        )


@dataclass(frozen=True, slots=True)
class FilePart:
    """One of the three: a file by its id, or its bytes in base64 with its name; or where it lies,
    which is not fetched."""

    file_id: str | None = None
    file_data: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says, or a call of a function, or what that gave."""

    role: str
    texts: tuple[str, ...] = ()
    files: tuple[FilePart, ...] = ()
    call: ToolCall | None = None
    call_id: str | None = None

    def message(self) -> ChatMessage:
        return ChatMessage(
            role=self.role,
            content="".join(self.texts),
            tool_calls=() if self.call is None else (self.call,),
            tool_call_id=self.call_id,
        )


def turns_of(items: list[dict[str, Any]]) -> list[Turn]:
    """Raises `ValueError` for an item that is none that is served."""
    return [_turn(number, item) for number, item in enumerate(items)]


def file_part(part: dict[str, Any], where: str) -> FilePart:
    """Of the fields that both APIs have. Raises `ValueError`."""
    match part:
        case {"file_id": str(file_id)}:
            return FilePart(file_id=file_id)
        case {"file_data": str(data), "filename": str(name)}:
            return FilePart(file_data=data, filename=name)
        case {"file_data": str()}:
            raise ValueError(f"{where}: a file that is sent inline has a filename")
        case {"file_url": _}:
            raise ValueError(f"{where}: files are not fetched: upload it to /v1/files")
    raise ValueError(f"{where}: a file has a file_id, or file_data and a filename")


def _turn(number: int, item: dict[str, Any]) -> Turn:
    where = f"input[{number}]"
    match item:
        case {"type": "function_call", "call_id": str(ident), "name": str(name)}:
            arguments = str(item.get("arguments", ""))
            return Turn("assistant", call=ToolCall(id=ident, name=name, arguments=arguments))
        case {"type": "function_call_output", "call_id": str(ident), "output": output}:
            return Turn("tool", texts=_parts(output, where)[0], call_id=ident)
        case {"role": str(role), "content": content} if item.get("type", "message") == "message":
            if role not in ("user", "assistant", "system", "developer"):
                raise ValueError(f"{where}: no role {role[:32]!r}")
            texts, files = _parts(content, where)
            return Turn(role, texts, files)
    raise ValueError(f"{where} is none that is served: messages, and calls of functions, are")


def _parts(content: Any, where: str) -> tuple[tuple[str, ...], tuple[FilePart, ...]]:
    if isinstance(content, str):
        return (content,), ()
    if not isinstance(content, list):
        raise ValueError(f"{where}: content is a text, or a list of parts")
    texts, files = [], []
    for number, part in enumerate(content):
        place = f"{where}.content[{number}]"
        match part:
            case {"type": "input_text" | "output_text" | "text", "text": str(text)}:
                texts.append(text)
            case {"type": "refusal", "refusal": str(text)}:
                texts.append(text)
            case {"type": "input_file"}:
                files.append(file_part(part, place))
            case {"type": "input_image"}:
                raise ValueError(f"{place}: send a picture as an input_file: it is read by OCR")
            case _:
                raise ValueError(f"{place} is none that is known")
    return tuple(texts), tuple(files)


def _choice_of(sent: Any) -> ToolChoice | str:
    match sent:
        case None:
            return ToolChoice.AUTO
        case "none" | "auto" | "required":
            return ToolChoice(sent)
        case {"type": "function", "name": str(name)}:
            return f"function:{name}"
    raise ValueError("tool_choice is none, auto, required, or a function by name")
