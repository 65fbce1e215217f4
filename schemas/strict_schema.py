"""Is a JSON Schema one of those that OpenAI calls strict?

Every object says what it holds and nothing else, so that an answer can be held to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NOT_KNOWN = ("allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else")
_MOST_PROPERTIES, _MOST_LEVELS, _MOST_CHOICES = 5_000, 10, 1_000
_MOST_CHARACTERS = 120_000
_NESTED = ("properties", "$defs", "definitions")
_ALONE = ("items", "additionalProperties")
_LISTED = ("anyOf", "prefixItems")


def check_strict(schema: dict[str, Any], where: str) -> None:
    """Raises `ValueError` with the words that clients of the hosted service know."""
    if schema.get("type") != "object":
        found = schema.get("type")
        raise _invalid(
            where, (), f"schema must be a JSON Schema of 'type: \"object\"', got {found!r}."
        )
    num_properties = num_choices = num_characters = 0
    for path, part, level in _parts(schema, (), 0):
        if level > _MOST_LEVELS:
            raise _invalid(
                where, path, f"{level} levels of nesting exceeds limit of {_MOST_LEVELS}."
            )
        _check_part(part, path, where)
        names = [str(name) for name in part.get("properties", {})]
        choices = [str(choice) for choice in part.get("enum", ())]
        num_properties += len(names)
        num_choices += len(choices)
        num_characters += sum(map(len, [*names, *choices, str(part.get("const", ""))]))
    for count, most, what in (
        (num_properties, _MOST_PROPERTIES, "properties"),
        (num_choices, _MOST_CHOICES, "enum values"),
        (num_characters, _MOST_CHARACTERS, "characters of names and enum values"),
    ):
        if count > most:
            raise _invalid(where, (), f"{count} {what} exceed the limit of {most}.")


def _check_part(part: dict[str, Any], path: tuple[str, ...], where: str) -> None:
    for name in _NOT_KNOWN:
        if name in part:
            raise _invalid(where, path, f"'{name}' is not permitted.")
    if "properties" not in part and part.get("type") != "object":
        return
    if part.get("additionalProperties") is not False:
        raise _invalid(
            where, path, "'additionalProperties' is required to be supplied and to be false."
        )
    names = set(part.get("properties", {}))
    missing = sorted(names - set(part.get("required", ())))
    if missing:
        raise _invalid(
            where,
            path,
            "'required' is required to be supplied and to be an array including every key in "
            f"properties. Missing '{missing[0]}'.",
        )


def _parts(
    schema: Any, path: tuple[str, ...], level: int
) -> Iterator[tuple[tuple[str, ...], dict[str, Any], int]]:
    """Each schema in it, with its place and how many objects and lists it lies in."""
    if not isinstance(schema, dict):
        return
    yield path, schema, level
    if level > _MOST_LEVELS:
        return
    for name in _NESTED:
        inner = schema.get(name)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            deeper = level + (name == "properties")
            yield from _parts(value, (*path, name, str(key)), deeper)
    for name in _ALONE:
        yield from _parts(schema.get(name), (*path, name), level + 1)
    for name in _LISTED:
        inner = schema.get(name)
        for number, value in enumerate(inner if isinstance(inner, list) else ()):
            yield from _parts(value, (*path, name, str(number)), level)


def _invalid(where: str, path: tuple[str, ...], what: str) -> ValueError:
    context = "(" + ", ".join(f"'{part}'" for part in path) + ("," if len(path) == 1 else "") + ")"
    return ValueError(f"Invalid schema for {where}: In context={context}, {what}")
