"""Does a response read documents, and what does it ask of them?"""

from __future__ import annotations

from typing import Any

from jobs.document_question import DocumentQuestion, question_of
from jobs.long_message import LongMessage
from jobs.message_files import keep_files
from jobs.response_chat import turns_before
from jobs.services import Services
from schemas.engine_protocol import EngineCount
from schemas.errors import InvalidInput
from schemas.openai_responses import ResponseAsked
from schemas.openai_turns import messages_of, turns_of


def asked_of(
    services: Services, tenant: str, sent: ResponseAsked, *, model_chats: bool
) -> tuple[DocumentQuestion, list[dict[str, Any]]] | None:
    """What is asked of which documents, and the items with their files by id; None where no
    document is read."""
    before = turns_before(services.responses.before(tenant, sent.previous_response_id))
    wanted = sent.text.format

    def chat() -> EngineCount:
        turns = [*before, *turns_of(sent.items())]
        messages = messages_of(turns, sent.instructions)
        return EngineCount(messages=messages, options=sent.options())

    keep_files(services, tenant, sent.user_contents())
    if sent.truncation != "disabled":
        long = LongMessage(sent.user_contents(), chat, has_schema=wanted.schema_ is not None)
        long.keep(services, tenant, model_chats=model_chats)
    turns = [*before, *turns_of(sent.items())]
    question = question_of(services, tenant, turns, wanted.schema_, sent.instructions)
    if question is not None and wanted.type == "json_object":
        raise InvalidInput("files are asked by a json_schema, or for a text", param="text.format")
    if question is not None and sent.tools:
        raise InvalidInput("functions are not called for files", param="tools")
    return None if question is None else (question, sent.items())
