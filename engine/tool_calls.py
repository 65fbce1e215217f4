"""How does a model write the calls of its tools, and how are they read back?

In the manner of Qwen 2.5 and 3 (and Hermes): each call is JSON between two tags. The template
tells the model so; here a grammar holds it to it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema
from referencing.exceptions import Unresolvable

from engine.chat_template import CLOSING, OPENING
from engine.token_text import num_begun
from schemas.errors import InvalidInput, InvalidSchema
from schemas.generation import GenerateOptions, Tool, ToolCall, ToolChoice

_FENCE = "```json"
_FENCED = re.compile(r"```json\s*(.*?)\s*```", re.DOTALL)
_ANYTHING = {"type": "object"}
_LAYOUT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def check_tools(options: GenerateOptions, *, calls_tools: bool) -> None:
    """Raises `InvalidInput` where tools are asked for that the model can not be told of."""
    if tools_of(options) and not calls_tools:
        raise InvalidInput("the model was not made to call tools", param="tools")
    names = {tool.name for tool in options.tools}
    wanted = _named(options)
    if wanted is not None and wanted not in names:
        raise InvalidInput(f"there is no tool {wanted!r} to be called", param="tool_choice")
    if options.tool_choice is ToolChoice.REQUIRED and not names:
        raise InvalidInput("a call is required, and there are no tools", param="tool_choice")


def tools_of(options: GenerateOptions) -> Sequence[Tool]:
    """Those that the model is told of."""
    return () if options.tool_choice is ToolChoice.NONE else options.tools


def grammar_of(
    options: GenerateOptions, is_token: Callable[[str], bool], is_held: Callable[[str], bool]
) -> str | None:
    """In Lark's notation; None where anything may be said. `is_token`: a text is one token;
    `is_held`: a grammar can be held to. Raises `InvalidSchema` for a strict one that can not."""
    tools = [tool for tool in tools_of(options) if _named(options) in (None, tool.name)]
    rules: list[str] = []
    if options.json_schema is not None:
        rules.append(f"answer: {_json(options.json_schema)}")
    if not tools:
        return None if not rules else "\n".join(["start: answer", *rules])
    must_call = options.tool_choice is not ToolChoice.AUTO
    if not must_call and options.json_schema is None:
        if not is_token(OPENING):
            return None  # its words may be said in passing
        rules.append("answer: /(.|\\n)*/")
    more = '("\\n" call)*' if options.parallel_tool_calls and _named(options) is None else ""
    calls = f"call {more}"
    if must_call:
        rules = [f"start: {calls}"]
    elif options.json_schema is None:
        rules.append(f"start: answer ({calls})?")
    else:
        rules.append(f"start: answer | {calls}")
    opening, closing = (tag if is_token(tag) else json.dumps(tag) for tag in (OPENING, CLOSING))
    names = [f"tool_{number}" for number in range(len(tools))]
    rules.append(f'call: {opening} "\\n" ({" | ".join(names)}) "\\n" {closing}')
    for name, tool in zip(names, tools, strict=True):
        rules.append(f"{name}: {_body(tool, is_held)}")
    return "\n".join(rules)


def _body(tool: Tool, is_held: Callable[[str], bool]) -> str:
    parameters = tool.parameters or _ANYTHING
    if not is_held(f"start: {_json(parameters)}"):
        if tool.is_strict:
            raise InvalidSchema(f"the parameters of {tool.name} can not be held to", param="tools")
        parameters = _ANYTHING
    before = json.dumps(f'{{"name": "{tool.name}", "arguments": ')
    return f'{before} {_json(parameters)} "}}"'


def _json(schema: dict[str, Any]) -> str:
    return f"%json {json.dumps({**schema, 'x-guidance': _LAYOUT})}"


def _named(options: GenerateOptions) -> str | None:
    choice = options.tool_choice
    return None if isinstance(choice, ToolChoice) else choice.removeprefix("function:")


@dataclass(slots=True)
class CallReader:
    """Takes the calls out of the text of one choice. What is between the tags and is no call
    stays text, and so does a call that does not come to its end.

    Small models forget the tags: an answer that is nothing but the JSON of a call of one of the
    `tools`, with arguments as it wants them, is one. So an answer that begins like JSON is held
    back until its end. They also repeat themselves: the same call again ends the answer, and is
    not told.
    """

    tools: Sequence[Tool] = ()
    most: int | None = None
    _told: list[tuple[str, str]] = field(default_factory=list)
    _is_repeating: bool = False
    _held: str = ""
    _blank: str = ""
    _is_begun: bool = False

    def add(self, text: str) -> tuple[str, list[ToolCall]]:
        self._held += text
        if not self._is_begun and _may_be_bare(self._held):
            return "", []
        self._is_begun = True
        shown = ""
        calls: list[ToolCall] = []
        while (start := self._held.find(OPENING)) >= 0:
            stop = self._held.find(CLOSING, start)
            if stop < 0:
                shown += self._out(self._held[:start])
                self._held = self._held[start:]
                return shown, calls
            whole = self._held[start : stop + len(CLOSING)]
            call = _call_in(whole)
            shown += self._out(self._held[:start])
            self._held = self._held[stop + len(CLOSING) :]
            if call is None:
                shown += self._out(whole)
            elif not self.is_full:
                self._is_repeating = (call.name, call.arguments) in self._told
                calls += [] if self._is_repeating else [call]
                self._told.append((call.name, call.arguments))
                self._blank = ""
        kept = num_begun(self._held, (OPENING,))
        shown += self._out(self._held[: len(self._held) - kept])
        self._held = self._held[len(self._held) - kept :]
        return shown, calls

    def end(self) -> tuple[str, list[ToolCall]]:
        call = None if self._is_begun else _bare_call(self._held, self.tools)
        if call is not None:
            self._told, self._held = [(call.name, call.arguments)], ""
            return "", [call]
        self._is_begun = True
        shown, calls = self.add("")
        rest = self._out(self._held)
        self._held = ""
        return shown + rest + ("" if self._told else self._blank), calls

    @property
    def has_called(self) -> bool:
        return bool(self._told)

    @property
    def is_full(self) -> bool:
        return self._is_repeating or (self.most is not None and len(self._told) >= self.most)

    def _out(self, text: str) -> str:
        """Blanks wait for what is behind them: those around a call are none of the text."""
        whole = self._blank + text
        shown = whole.rstrip()
        self._blank = whole[len(shown) :]
        return shown


def _may_be_bare(text: str) -> bool:
    begun = text.lstrip()
    return not begun or begun.startswith("{") or _FENCE.startswith(begun[: len(_FENCE)])


def _bare_call(text: str, tools: Sequence[Tool]) -> ToolCall | None:
    fenced = _FENCED.fullmatch(text.strip())
    call = _call_in(text.strip() if fenced is None else fenced[1])
    tool = next((tool for tool in tools if call is not None and tool.name == call.name), None)
    if call is None or tool is None:
        return None
    try:
        jsonschema.validate(json.loads(call.arguments), tool.parameters)
    except (jsonschema.ValidationError, jsonschema.SchemaError, Unresolvable):
        return None
    return call


def _call_in(whole: str) -> ToolCall | None:
    inner = whole.removeprefix(OPENING).removesuffix(CLOSING).strip()
    try:
        said = json.loads(inner)
    except ValueError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("name"), str):
        return None
    arguments = said.get("arguments", {})
    if not isinstance(arguments, dict):
        return None
    return ToolCall(
        id=f"call_{uuid.uuid4().hex[:24]}",
        name=said["name"],
        arguments=json.dumps(arguments, ensure_ascii=False),
    )
