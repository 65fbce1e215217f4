"""What is the engine asked for a response that reads no document?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.response_output import output_of
from jobs.response_store import StoredResponse
from schemas.engine_protocol import EngineGenerate
from schemas.errors import Conflict
from schemas.openai_responses import ResponseCreate
from schemas.openai_turns import Turn, messages_of, turns_of


def response_request(
    request: Mapping[str, Any],
    before: Sequence[StoredResponse],
    *,
    request_id: str,
    tenant: str,
    urgency: int = 1,
) -> EngineGenerate:
    """`request` is the body as it is kept."""
    sent = ResponseCreate.model_validate(request)
    turns = [*turns_before(before), *turns_of(sent.items())]
    return EngineGenerate(
        request_id=request_id,
        tenant=tenant,
        messages=messages_of(turns, sent.instructions),
        options=sent.options(),
        urgency=urgency,
    )


def turns_before(before: Sequence[StoredResponse]) -> list[Turn]:
    """What was asked and what was said. What documents answered is not told again: they are asked
    anew. Raises `Conflict` for a chat that has not ended."""
    turns: list[Turn] = []
    for stored in before:
        turns += turns_of(stored.request["input"])
        if stored.answer is not None:
            turns += turns_of(output_of(stored.id, stored.answer))
        elif stored.extraction_id is None:
            raise Conflict(f"{stored.id} has not come to an answer", param="previous_response_id")
    return turns
