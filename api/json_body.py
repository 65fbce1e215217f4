"""What JSON did the caller send, and does it fit?

It is not read before the caller is known, and nothing of it is parsed on the event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.context import ContextHere
from schemas.errors import InvalidInput
from schemas.json_values import checked_value

M = TypeVar("M", bound=BaseModel)

_COMPONENT = "#/components/schemas/{}"


def json_body(model: type[M]) -> Callable[..., Awaitable[M]]:
    """A dependency: the body as a model. It stands after the caller in a route's arguments."""

    async def body(request: Request, context: ContextHere) -> M:
        assert hasattr(request.state, "caller"), "a body is read for nobody"
        _check_kind(request.headers.get("content-type", ""))
        async with context.bodies.held(request) as held:
            return await context.bodies.parsing.run(parsed, model, held.data)

    return body


def message_body(model: type[M]) -> Callable[..., AsyncIterator[M]]:
    """As `json_body`, of a body that may carry files. It takes room for as long as the request
    lasts, or until `let_go_of_body`, which is for when its files lie elsewhere."""

    async def body(request: Request, context: ContextHere) -> AsyncIterator[M]:
        assert hasattr(request.state, "caller"), "a body is read for nobody"
        _check_kind(request.headers.get("content-type", ""))
        async with context.messages.held(request) as held:
            request.state.held_body = held
            sent = await context.messages.parsing.run(parsed, model, held.data)
            held.data = bytearray()
            yield sent

    return body


def let_go_of_body(request: Request) -> None:
    request.state.held_body.let_go()


def described(model: type[BaseModel]) -> dict[str, Any]:
    """For `openapi_extra=` of a route whose body it is."""
    schema = {"$ref": _COMPONENT.format(model.__name__)}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def components(*models: type[BaseModel]) -> dict[str, Any]:
    """What `described` points at."""
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template=_COMPONENT.format("{model}"))
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found


def parsed(model: type[M], data: bytearray) -> M:
    """Takes time that grows with the body: call it in a thread."""
    sent = checked_value(data)
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError(
            [{**found, "loc": ("body", *found["loc"])} for found in errors]
        ) from error


def _check_kind(content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise InvalidInput("the body is to be application/json", param="content-type")
