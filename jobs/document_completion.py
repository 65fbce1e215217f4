"""How is a chat told that documents answered: whole, and in chunks?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.chat_answer import Frame, usage_of
from jobs.document_answer import DocumentAnswer, NamedFiles, answer_of, reading_of
from schemas.extraction import Extraction
from schemas.openai_answers import Answer, Choice, DocumentCompletion

_DELTA_CHARACTERS = 256


def completion_of(
    frame: Frame, job_id: str, result: Extraction, files: NamedFiles, *, has_schema: bool
) -> DocumentCompletion:
    answer = answer_of(result, files, has_schema=has_schema)
    return DocumentCompletion(
        id=frame.id,
        created=frame.created,
        model=frame.model,
        choices=[Choice(index=0, message=_said(answer), logprobs=None, finish_reason="stop")],
        usage=usage_of(result.usage),
        system_fingerprint=frame.fingerprint,
        needlepoint=reading_of(job_id, result, files),
    )


def chunks_of(
    frame: Frame, completion: DocumentCompletion, *, includes_usage: bool
) -> Iterator[dict[str, Any]]:
    """All but the first, which names the role. The last of the choice has the citations, and how
    the documents were read."""
    message = completion.choices[0].message
    usage = {"usage": None} if includes_usage else {}
    name = "content" if message.refusal is None else "refusal"
    said = message.content if message.refusal is None else message.refusal
    for start in range(0, len(said or ""), _DELTA_CHARACTERS):
        delta = {name: (said or "")[start : start + _DELTA_CHARACTERS]}
        yield frame.chunk([_choice(delta)]) | usage
    last = {"annotations": message.annotations} if message.annotations else {}
    reading = {"needlepoint": completion.needlepoint}
    yield frame.chunk([_choice(last, "stop")]) | usage | reading
    if includes_usage:
        yield frame.chunk([]) | {"usage": completion.usage.model_dump()}


def _said(answer: DocumentAnswer) -> Answer:
    if answer.refusal is not None:
        return Answer(content=None, refusal=answer.refusal)
    return Answer(content=answer.text, annotations=answer.annotations)


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
