"""How is a response told: whole, and as the events of a stream?

The events of a response follow from what it came to, so that a stream can be taken up again by
the number of the last event that was heard, also much later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jobs.document_answer import NamedFiles, answer_of, files_of, reading_of
from jobs.response_store import StoredResponse
from jobs.services import Services
from schemas.extraction import Extraction, Status, Usage
from schemas.generation import TokenChance
from schemas.jobs import ExtractionJob
from schemas.openai_turns import turns_of

_STATUS = {
    Status.QUEUED: "queued",
    Status.RUNNING: "in_progress",
    Status.COMPLETED: "completed",
    Status.INCOMPLETE: "completed",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}
_ECHOED: dict[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "previous_response_id": None,
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "tools": [],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "text": {"format": {"type": "text"}},
    "truncation": "disabled",
    "store": True,
    "background": False,
    "service_tier": "default",
    "reasoning": {"effort": None, "summary": None},
}
_ECHOED_IF_SENT = ("user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention")
_DELTA_CHARACTERS = 256
FINAL = ("completed", "failed", "incomplete", "cancelled")


def named_files(services: Services, tenant: str, items: Sequence[dict[str, Any]]) -> NamedFiles:
    """Of the items that were asked."""
    return files_of(services, tenant, turns_of(items))


def response_of(
    stored: StoredResponse, job: ExtractionJob, model: str, files: NamedFiles
) -> dict[str, Any]:
    """Of one that reads documents, as its extraction stands; with its result once there is one."""
    frame = frame_of(stored, model) | {"status": _STATUS[job.status]}
    if job.status is Status.FAILED and job.failure is not None:
        code = "server_error" if job.failure.retryable else "invalid_prompt"
        return frame | {"error": {"code": code, "message": job.failure.message}}
    if job.result is None:
        return frame
    content = _content_of(stored, job.result, files)
    return frame | {
        "output": [_message(stored.id, content)],
        "usage": usage_of(job.result.usage),
        "needlepoint": reading_of(job.id, job.result, files),
    }


def frame_of(stored: StoredResponse, model: str) -> dict[str, Any]:
    """What every response has, and what was asked for. It has no usage before it has ended."""
    echoed = (*_ECHOED, *_ECHOED_IF_SENT)
    asked = {k: v for k, v in stored.request.items() if k in echoed and v is not None}
    return {
        **_ECHOED,
        **asked,
        "id": stored.id,
        "object": "response",
        "created_at": int(stored.created_at.timestamp()),
        "status": "in_progress",
        "model": model,
        "error": None,
        "incomplete_details": None,
        "output": [],
    }


def usage_of(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def logprobs_of(tokens: Sequence[TokenChance]) -> list[dict[str, Any]]:
    return [
        {**_chance(token), "top_logprobs": [_chance(rival) for rival in token.top]}
        for token in tokens
    ]


def _chance(token: TokenChance) -> dict[str, Any]:
    return {"token": token.token, "bytes": token.bytes or [], "logprob": token.logprob}


def text_part(text: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def begun_events(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The first two, whatever becomes of it."""
    empty = dict.fromkeys(("error", "incomplete_details"))
    under_way = {**response, **empty, "status": "in_progress", "output": []}
    for name in ("usage", "needlepoint"):
        under_way.pop(name, None)
    for number, kind in enumerate(("response.created", "response.in_progress")):
        yield {"type": kind, "sequence_number": number, "response": under_way}


def end_events(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All that follow the first two, of one that has ended."""
    events = [
        event for index, item in enumerate(response["output"]) for event in _events_of(index, item)
    ]
    last = "incomplete" if response["status"] == "incomplete" else response["status"]
    kind = "response.failed" if last == "cancelled" else f"response.{last}"
    for number, event in enumerate([*events, {"type": kind, "response": response}], start=2):
        yield {**event, "sequence_number": number}


def _events_of(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if item["type"] == "function_call":
        yield _item_event("added", index, {**item, "arguments": "", "status": "in_progress"})
        place = {"item_id": item["id"], "output_index": index}
        kind = "response.function_call_arguments"
        yield {"type": f"{kind}.delta", **place, "delta": item["arguments"]}
        told = {"name": item["name"], "arguments": item["arguments"]}
        yield {"type": f"{kind}.done", **place, **told}
    else:
        yield _item_event("added", index, {**item, "content": [], "status": "in_progress"})
        for number, part in enumerate(item["content"]):
            place = {"item_id": item["id"], "output_index": index, "content_index": number}
            yield from _part_events(place, part)
    yield _item_event("done", index, item)


def _part_events(place: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = "text" if part["type"] == "output_text" else "refusal"
    kind, text = f"response.{part['type']}", part[name]
    logprobs: dict[str, Any] = {"logprobs": []} if name == "text" else {}
    empty = {**part, name: ""} | ({"annotations": []} if name == "text" else {})
    yield {"type": "response.content_part.added", **place, "part": empty}
    for start in range(0, len(text), _DELTA_CHARACTERS):
        delta = text[start : start + _DELTA_CHARACTERS]
        yield {"type": f"{kind}.delta", **place, "delta": delta, **logprobs}
    for number, annotation in enumerate(part.get("annotations", ())):
        yield {
            "type": "response.output_text.annotation.added",
            **place,
            "annotation_index": number,
            "annotation": annotation,
        }
    yield {"type": f"{kind}.done", **place, name: text, **logprobs}
    yield {"type": "response.content_part.done", **place, "part": part}


def _item_event(what: str, index: int, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": f"response.output_item.{what}", "output_index": index, "item": item}


def _message(response_id: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "message",
        "id": f"msg_{response_id.removeprefix('resp_')}",
        "status": "completed",
        "role": "assistant",
        "content": [content],
    }


def _content_of(stored: StoredResponse, result: Extraction, files: NamedFiles) -> dict[str, Any]:
    has_schema = stored.request.get("text", {}).get("format", {}).get("type") == "json_schema"
    answer = answer_of(result, files, has_schema=has_schema)
    if answer.refusal is not None:
        return {"type": "refusal", "refusal": answer.refusal}
    return text_part(answer.text, answer.annotations)
