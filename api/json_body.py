"""What JSON did the caller send, and does it fit?

It is not read before the caller is known, and nothing of it is parsed on the event loop.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from api.context import ContextHere
from schemas.errors import InvalidInput

M = TypeVar("M", bound=BaseModel)

_MAX_DEPTH = 64
_MOST_VALUE = 10**300
_NUL = rb"\u0000"
_COMPONENT = "#/components/schemas/{}"


def json_body(model: type[M]) -> Callable[..., Awaitable[M]]:
    """A dependency: the body as a model. It stands after the caller in a route's arguments."""

    async def body(request: Request, context: ContextHere) -> M:
        assert hasattr(request.state, "caller"), "a body is read for nobody"
        _check_kind(request.headers.get("content-type", ""))
        async with context.bodies.held(request) as data:
            return await context.bodies.parsing.run(parsed, model, data)

    return body


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


def checked_value(data: bytearray | bytes) -> Any:
    """What the bytes say as JSON; raises `InvalidInput` for what nothing of ours could keep."""
    sent = _value_of(data)
    _check_values(sent)
    return sent


def _check_kind(content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise InvalidInput("the body is to be application/json", param="content-type")


def _value_of(data: bytearray | bytes) -> Any:
    """Half a surrogate pair, a number without end, and bytes that are no UTF-8 are no JSON."""
    try:
        value = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidInput(f"the body is not JSON: {error}", param="body") from error
    if _NUL in data.replace(rb"\\", b"__"):  # what is left of its escapes are not escaped ones
        raise InvalidInput("the body holds a NUL character", param="body")
    return value


def _check_values(body: Any) -> None:
    """Level by level and without recursion: the nesting is the caller's."""
    level = [body]
    for _ in range(_MAX_DEPTH):
        _check_numbers(level)
        level = [inner for value in level for inner in _inner_values(value)]
        if not level:
            return
    raise InvalidInput(f"the body is nested more than {_MAX_DEPTH} deep", param="body")


def _inner_values(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_numbers(values: list[Any]) -> None:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput("the body holds a number that is not finite", param="body")
        if isinstance(value, int) and abs(value) >= _MOST_VALUE:
            raise InvalidInput("the body holds a number of more than 300 digits", param="body")
