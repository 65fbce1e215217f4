"""Which tokens is a chat to a model?

Only the template makes control tokens. Words of a message that look like one stay text, so that
nobody ends a turn from inside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from engine.chat_template import ChatTemplate
from schemas.errors import InvalidInput, ModelUnavailable
from schemas.generation import ChatMessage, Tool, ToolCall

_NONCHARACTERS = [chr(code) for code in range(0xFDD0, 0xFDF0)]


class ChatPrompt:
    """`ends` are the tokens by which the model ends its turn."""

    def __init__(self, template: ChatTemplate, tokenizer: Tokenizer, ends: frozenset[int]) -> None:
        self.template, self._tokenizer, self.ends = template, tokenizer, ends
        added = tokenizer.get_added_tokens_decoder()
        self._controls = {token.content: id for id, token in added.items() if token.special}
        names = sorted(self._controls, key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    @classmethod
    def of(cls, folder: Path, tokenizer: Tokenizer) -> ChatPrompt | None:
        """None for a model without a template. Raises `ModelUnavailable` for a damaged one."""
        template = ChatTemplate.of(folder)
        if template is None:
            return None
        ends = _ends_in(folder, tokenizer)
        if not ends:
            raise ModelUnavailable(f"{folder.name} does not say by which token a turn ends")
        return cls(template, tokenizer, ends)

    def token_ids(self, messages: Sequence[ChatMessage], tools: Sequence[Tool] = ()) -> list[int]:
        """Up to where the model is to go on."""
        mark = _mark_for(messages, tools)
        rendered = self.template.rendered(
            [self._told(message, mark) for message in messages],
            [self._marked(_told_tool(tool), mark) for tool in tools],
        )
        return list(self._token_ids_of(rendered, mark))

    def _token_ids_of(self, rendered: str, mark: str) -> Iterator[int]:
        start = 0
        for control in self._control.finditer(rendered):
            yield from self._text_ids(rendered[start : control.start()], mark)
            yield self._controls[control[0]]
            start = control.end()
        yield from self._text_ids(rendered[start:], mark)

    def _text_ids(self, text: str, mark: str) -> list[int]:
        text = text.replace(mark, "")
        return self._tokenizer.encode(text, add_special_tokens=False).ids if text else []

    def _told(self, message: ChatMessage, mark: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "role": "system" if message.role == "developer" else message.role,
            "content": message.content,
        }
        if message.name is not None:
            told["name"] = message.name
        if message.tool_call_id is not None:
            told["tool_call_id"] = message.tool_call_id
        if message.tool_calls:
            told["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": _told_call(call),
                }
                for call in message.tool_calls
            ]
        marked = self._marked(told, mark)
        assert isinstance(marked, dict)
        return marked

    def _marked(self, value: Any, mark: str) -> Any:
        """What looks like a control token is broken by a mark, which is taken out again."""
        if isinstance(value, str):
            return self._control.sub(lambda found: found[0][0] + mark + found[0][1:], value)
        if isinstance(value, dict):
            return {self._marked(key, mark): self._marked(one, mark) for key, one in value.items()}
        return [self._marked(one, mark) for one in value] if isinstance(value, list) else value


def _told_call(call: ToolCall) -> dict[str, Any]:
    """Templates write the arguments as JSON themselves."""
    try:
        return {"name": call.name, "arguments": json.loads(call.arguments)}
    except ValueError:
        return {"name": call.name, "arguments": call.arguments}


def _told_tool(tool: Tool) -> dict[str, Any]:
    function: dict[str, Any] = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    return {"type": "function", "function": {**function, "parameters": tool.parameters}}


def _mark_for(messages: Sequence[ChatMessage], tools: Sequence[Tool]) -> str:
    """A character that stands nowhere in them."""
    texts = [model.model_dump_json() for model in (*messages, *tools)]
    for mark in _NONCHARACTERS:
        if not any(mark in text for text in texts):
            return mark
    raise InvalidInput("the messages hold every one of U+FDD0 to U+FDEF", param="messages")


def _ends_in(folder: Path, tokenizer: Tokenizer) -> frozenset[int]:
    ends: set[int] = set()
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        file = folder / name
        config = json.loads(file.read_text()) if file.is_file() else {}
        found = config.get("eos_token_id")
        ends.update([found] if isinstance(found, int) else found or [])
        token = config.get("eos_token")
        token = token.get("content") if isinstance(token, dict) else token
        number = tokenizer.token_to_id(token) if isinstance(token, str) else None
        ends.update([] if number is None else [number])
    return frozenset(ends)
