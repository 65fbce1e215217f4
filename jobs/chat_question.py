"""Does a chat read documents, and what does it ask of them?"""

from __future__ import annotations

from jobs.document_question import DocumentQuestion, question_of
from jobs.long_message import LongMessage
from jobs.message_files import keep_files
from jobs.services import Services
from schemas.engine_protocol import EngineCount
from schemas.errors import InvalidInput
from schemas.openai_chat import ChatCompletionCreate


def chat_question(
    services: Services, tenant: str, chat: ChatCompletionCreate, *, model_chats: bool
) -> DocumentQuestion | None:
    """None for a chat that the model is to answer. In the messages files stand by their ids from
    here on."""
    contents, schema = chat.user_contents(), chat.json_schema()

    def count() -> EngineCount:
        return EngineCount(messages=chat.chat_messages(), options=chat.options())

    keep_files(services, tenant, contents)
    long = LongMessage(contents, count, has_schema=schema is not None)
    long.keep(services, tenant, model_chats=model_chats)
    question = question_of(services, tenant, chat.turns(), schema, None)
    if question is not None:
        _check_served(chat)
    return question


def _check_served(chat: ChatCompletionCreate) -> None:
    """Of documents: their values are copied, so there is nothing to be drawn or steered."""
    wanted = chat.response_format
    given = {
        "n": chat.n not in (None, 1),
        "tools": bool(chat.tools),
        "logprobs": bool(chat.logprobs),
        "logit_bias": bool(chat.logit_bias),
        "stop": bool(chat.stop),
        "response_format": wanted is not None and wanted.type == "json_object",
    }
    for param, is_given in given.items():
        if is_given:
            raise InvalidInput(
                f"{param} is not for files: they are asked by a json_schema, or for a text",
                param=param,
            )
