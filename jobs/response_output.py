"""What does a model's answer look like as the items of a response, and as the events of a stream?

Both follow from the pieces that were said, which are kept: so a stream can be told again, event by
event, also much later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jobs.response_answer import frame_of, logprobs_of, usage_of
from jobs.response_store import StoredResponse
from schemas.extraction import Usage
from schemas.generation import Finish, Piece, ToolCall

Event = dict[str, Any]
_TEXT = "response.output_text"
_ARGUMENTS = "response.function_call_arguments"


class ChatOutput:
    """The items so far. Blanks before a call, or between two, are no message."""

    def __init__(self, response_id: str) -> None:
        self._name = response_id.removeprefix("resp_")
        self.items: list[dict[str, Any]] = []
        self.finish: Finish | None = None
        self._blanks = ""
        self._part: dict[str, Any] | None = None

    def take(self, piece: Piece) -> Iterator[Event]:
        if piece.text or piece.tokens:
            yield from self._say(piece)
        for call in piece.tool_calls:
            self._blanks = ""
            yield from self._close("completed")
            yield from self._call(call)
        if piece.finish is not None:
            self.finish = piece.finish
            if not self.items:
                yield from self._open()
            is_cut = self.finish is Finish.LENGTH
            yield from self._close("incomplete" if is_cut else "completed")

    def _say(self, piece: Piece) -> Iterator[Event]:
        text = self._blanks + piece.text
        if self._part is None and not text.strip():
            self._blanks = text
            return
        self._blanks = ""
        if self._part is None:
            yield from self._open()
        assert self._part is not None, "nothing is open"
        chances = logprobs_of(piece.tokens)
        self._part["text"] += text
        self._part["logprobs"] += chances
        yield {"type": f"{_TEXT}.delta", **self._place(), "delta": text, "logprobs": chances}

    def _open(self) -> Iterator[Event]:
        self._part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        item = {
            "type": "message",
            "id": f"msg_{self._name}_{len(self.items)}",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        self.items.append(item)
        yield self._item_event("added", {**item})
        part = {**self._part, "logprobs": []}
        yield {"type": "response.content_part.added", **self._place(), "part": part}

    def _close(self, status: str) -> Iterator[Event]:
        if self._part is None:
            return
        part, place = self._part, self._place()
        told = {"text": part["text"], "logprobs": part["logprobs"]}
        yield {"type": f"{_TEXT}.done", **place, **told}
        yield {"type": "response.content_part.done", **place, "part": part}
        self.items[-1] = {**self.items[-1], "status": status, "content": [part]}
        self._part = None
        yield self._item_event("done", self.items[-1])

    def _call(self, call: ToolCall) -> Iterator[Event]:
        item = {
            "type": "function_call",
            "id": f"fc_{self._name}_{len(self.items)}",
            "call_id": call.id,
            "name": call.name,
            "arguments": call.arguments,
            "status": "completed",
        }
        self.items.append(item)
        yield self._item_event("added", {**item, "arguments": "", "status": "in_progress"})
        place = {"item_id": item["id"], "output_index": len(self.items) - 1}
        yield {"type": f"{_ARGUMENTS}.delta", **place, "delta": call.arguments}
        told = {"name": call.name, "arguments": call.arguments}
        yield {"type": f"{_ARGUMENTS}.done", **place, **told}
        yield self._item_event("done", item)

    def _place(self) -> dict[str, Any]:
        index = len(self.items) - 1
        return {"item_id": self.items[index]["id"], "output_index": index, "content_index": 0}

    def _item_event(self, what: str, item: dict[str, Any]) -> Event:
        index = len(self.items) - 1
        return {"type": f"response.output_item.{what}", "output_index": index, "item": item}


def kept_answer(pieces: Sequence[Piece], usage: Usage, model: str) -> dict[str, Any]:
    """What is kept of a chat that came to its end."""
    return {
        "model": model,
        "pieces": [piece.model_dump(mode="json", exclude_defaults=True) for piece in pieces],
        "usage": usage.model_dump(mode="json"),
    }


def pieces_of(answer: Mapping[str, Any]) -> list[Piece]:
    return [Piece.model_validate(piece) for piece in answer["pieces"]]


def output_of(response_id: str, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    output = ChatOutput(response_id)
    for piece in pieces_of(answer):
        for _ in output.take(piece):
            pass
    return output.items


def chat_response(stored: StoredResponse, output: ChatOutput, usage: Usage) -> dict[str, Any]:
    """Of one that has ended."""
    is_cut = output.finish is Finish.LENGTH
    return frame_of(stored, stored.request["model"]) | {
        "status": "incomplete" if is_cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "output": output.items,
        "usage": usage_of(usage),
    }


def whole_response(stored: StoredResponse) -> dict[str, Any]:
    """Of a chat that has ended."""
    assert stored.answer is not None, "it has not ended"
    output = ChatOutput(stored.id)
    for piece in pieces_of(stored.answer):
        for _ in output.take(piece):
            pass
    return chat_response(stored, output, Usage.model_validate(stored.answer["usage"]))


def chat_events(stored: StoredResponse, response: dict[str, Any]) -> Iterator[Event]:
    """As they were told while it was said."""
    assert stored.answer is not None, "it has not ended"
    output, number = ChatOutput(stored.id), 2
    for piece in pieces_of(stored.answer):
        for event in output.take(piece):
            yield {**event, "sequence_number": number}
            number += 1
    kind = f"response.{response['status']}"
    yield {"type": kind, "response": response, "sequence_number": number}
