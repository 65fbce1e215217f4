"""What can be asked of a kind of document, and in which words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STRING: Mapping[str, Any] = {"type": ["string", "null"]}
NUMBER: Mapping[str, Any] = {"type": ["number", "null"]}
INTEGER: Mapping[str, Any] = {"type": ["integer", "null"]}
DATE: Mapping[str, Any] = {"type": ["string", "null"], "format": "date"}
BOOLEAN: Mapping[str, Any] = {"type": ["boolean", "null"]}
STRINGS: Mapping[str, Any] = {"type": ["array", "null"], "items": {"type": "string"}}
NUMBERS: Mapping[str, Any] = {"type": ["array", "null"], "items": {"type": "number"}}


@dataclass(frozen=True, slots=True)
class Field:
    """`is_own` fields belong to the kind alone: no document of another family states one, so
    that they can be asked of those as what is absent. An `is_lure` field is never stated, though
    the document has most of its words."""

    name: str
    schema: Mapping[str, Any]
    descriptions: tuple[str, ...]
    is_own: bool = False
    is_lure: bool = False


def field(name: str, schema: Mapping[str, Any], *descriptions: str) -> Field:
    return Field(name, schema, descriptions)


def own(name: str, schema: Mapping[str, Any], *descriptions: str) -> Field:
    return Field(name, schema, descriptions, is_own=True)


def choice(*choices: str) -> Mapping[str, Any]:
    return {"type": ["string", "null"], "enum": [*choices, None]}


def rows(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """An array of objects with these properties."""
    return {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }
