"""What is the engine asked, where a client of OpenAI asks for a chat, and of which model?"""

from __future__ import annotations

from jobs.services import Services
from jobs.tuned_models import TUNED, TunedModel
from schemas.engine_protocol import EngineGenerate, EngineHealth
from schemas.errors import InvalidInput, NotForChat, UnknownModel
from schemas.jobs import ExtractionCreate
from schemas.openai_chat import ChatCompletionCreate
from schemas.settings import ApiSettings


def chat_request(
    chat: ChatCompletionCreate,
    health: EngineHealth,
    *,
    request_id: str,
    tenant: str,
    urgency: int = 1,
) -> EngineGenerate:
    """Raises `NotForChat`, and `InvalidInput` for files, which documents answer and no chat."""
    if any(turn.files for turn in chat.turns()):
        raise InvalidInput(
            "files in a chat are not read here: ask for a response (/v1/responses)",
            param="messages",
        )
    check_chats(health)
    return EngineGenerate(
        request_id=request_id,
        tenant=tenant,
        messages=chat.chat_messages(),
        options=chat.options(),
        urgency=urgency,
    )


def check_chats(health: EngineHealth) -> None:
    """Raises `NotForChat`."""
    if not health.chats:
        raise NotForChat(
            f"the model {health.model!r} is not fit for chat: it was made to go on with texts, and "
            "fills schemas from documents (POST /v1/extractions). Serve one that chats: "
            "NEEDLEPOINT_ENGINE__MODEL=qwen2.5-coder-1.5b",
            param="model",
        )


def check_model(model: str, health: EngineHealth, settings: ApiSettings) -> None:
    """Raises `UnknownModel` for one that the engine does not serve, under any name."""
    names = model_names(health, settings)
    if model not in names:
        if model.startswith(TUNED):
            raise UnknownModel(
                f"{model} is a tuned model: those read values out of documents (POST /v1/responses "
                "with input_file, POST /v1/extractions) and do not chat",
                param="model",
            )
        there = ", ".join(names)
        raise UnknownModel(f"the model {model!r} does not exist: there is {there}", param="model")


def tuned_model_of(
    services: Services, tenant: str, name: str, health: EngineHealth
) -> TunedModel | None:
    """The tuned one that is named; None for the one that is served, under any name. Raises
    `UnknownModel` for a name that is neither, or was tuned on another model."""
    if not name.startswith(TUNED):
        check_model(name, health, services.settings.api)
        return None
    tuned = services.tuned_models.get(tenant, name)
    if tuned.base != health.model:
        raise UnknownModel(
            f"{name} was tuned on {tuned.base}, and {health.model} is served: it can not be asked "
            "until the other is served again",
            param="model",
        )
    return tuned


def read_by(create: ExtractionCreate, tuned: TunedModel | None) -> ExtractionCreate:
    return create if tuned is None else create.model_copy(update={"model": tuned.id})


def model_names(health: EngineHealth, settings: ApiSettings) -> list[str]:
    return list(dict.fromkeys([health.model, *settings.model_aliases]))
