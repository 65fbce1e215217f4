"""Who said what in a conversation, whichever API it came by?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.generation import ChatMessage, ToolCall
from schemas.openai_content import FilePart, content_of

_ROLES = ("user", "assistant", "system", "developer")
_STANDING = ("system", "developer")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says, or a call of a function, or what that gave."""

    role: str
    texts: tuple[str, ...] = ()
    files: tuple[FilePart, ...] = ()
    call: ToolCall | None = None
    call_id: str | None = None

    @property
    def is_standing(self) -> bool:
        """Whether it holds for the whole conversation."""
        return self.role in _STANDING


def turns_of(items: Sequence[dict[str, Any]]) -> list[Turn]:
    """Of the items of a response. Raises `ValueError` for one that is none that is served."""
    return [_turn(number, item) for number, item in enumerate(items)]


def messages_of(turns: Iterable[Turn], instructions: str | None = None) -> list[ChatMessage]:
    """Calls that follow one another, and what was said before them, are one message."""
    messages: list[ChatMessage] = []
    if instructions:
        messages.append(ChatMessage(role="system", content=instructions))
    for turn in turns:
        last = messages[-1] if messages else None
        if turn.call is not None and last is not None and last.role == "assistant":
            calls = (*last.tool_calls, turn.call)
            messages[-1] = last.model_copy(update={"tool_calls": calls})
        else:
            messages.append(_message(turn))
    return messages


def _message(turn: Turn) -> ChatMessage:
    return ChatMessage(
        role=turn.role,
        content="".join(turn.texts),
        tool_calls=() if turn.call is None else (turn.call,),
        tool_call_id=turn.call_id,
    )


def _turn(number: int, item: dict[str, Any]) -> Turn:
    where = f"input[{number}]"
    match item:
        case {"type": "function_call", "call_id": str(ident), "name": str(name)}:
            arguments = str(item.get("arguments", ""))
            return Turn("assistant", call=ToolCall(id=ident, name=name, arguments=arguments))
        case {"type": "function_call_output", "call_id": str(ident), "output": output}:
            given = content_of(output, f"{where}.output")
            if given.files:
                raise ValueError(f"{where}: what a function gave is read as text alone")
            return Turn("tool", given.texts, call_id=ident)
        case {"role": str(role), "content": content} if item.get("type", "message") == "message":
            if role not in _ROLES:
                raise ValueError(f"{where}: no role {role[:32]!r}")
            said = content_of(content, f"{where}.content")
            if said.files and role != "user":
                raise ValueError(f"{where}: files are in messages of a user")
            return Turn(role, said.texts, said.files)
    raise ValueError(f"{where} is none that is served: messages, and calls of functions, are")
