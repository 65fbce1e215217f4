"""Which values does a JSON text hold, as they are written?

Numbers keep their digits, and of keys that stand twice both values are kept: what a program would
drop, a reader sees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemas.errors import TooLarge, UnreadableDocument

MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class JsonObject:
    members: list[tuple[str, Any]]


class JsonNumber(str):
    """The number's own text."""

    __slots__ = ()


Value: TypeAlias = "JsonObject | list[Any] | JsonNumber | str | bool | None"


def parsed(text: str, name: str) -> Value:
    """Raises `json.JSONDecodeError` for what is no JSON, and `TooLarge` for what is nested too
    deeply."""
    try:
        value: Value = _decoder.decode(text)
    except RecursionError as error:
        raise _too_deep(name) from error
    return value


def unreadable(error: json.JSONDecodeError, name: str, line: int) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: line {line}, column {error.colno} is no JSON ({error.msg}); check that the file "
        "was stored whole, or rename it to .txt to have it read as text",
        param=name,
    )


def is_leaf(value: Value) -> bool:
    """A single value, or an array of single values."""
    if isinstance(value, list):
        return all(not isinstance(item, list | JsonObject) for item in value)
    return not isinstance(value, JsonObject)


def flattened(
    value: JsonObject, name: str, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Value]]:
    """The leaves of an object, and of the objects in it, with their keys. An array that is none is
    given as it is."""
    if len(before) > MAX_DEPTH:
        raise _too_deep(name)
    for key, inner in value.members:
        if isinstance(inner, JsonObject) and inner.members:
            yield from flattened(inner, name, (*before, key))
        else:
            yield (*before, key), inner


def shown(value: Value) -> str:
    """A single value as the file writes it, a string without its quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _too_deep(name: str) -> TooLarge:
    return TooLarge(
        f"{name}: its JSON is nested more than {MAX_DEPTH} values deep; flatten it", param=name
    )


_decoder = json.JSONDecoder(
    object_pairs_hook=JsonObject,
    parse_int=JsonNumber,
    parse_float=JsonNumber,
    parse_constant=JsonNumber,
    strict=False,
)
