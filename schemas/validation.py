"""Does an output fit the caller's schema, at a cost that the caller can not drive up?

Schema and values come from outside. A pattern is matched for a second at most, over a whole
output; what could not be matched in it is an error that says so, and no value passes unchecked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import regex
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_PATTERN_SECONDS = 1.0
_UNSUPPORTED = (
    "patternProperties",
    "propertyNames",
    "contains",
    "prefixItems",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "if",
    "not",
    "oneOf",
    "$dynamicRef",
)
"""`response_schema.parse` refuses them where it reads; here they are met where it does not."""

Errors = Iterator[ValidationError]


def validation_errors(
    response_schema: Mapping[str, Any],
    output: Any,
    *,
    pattern_seconds: float = _PATTERN_SECONDS,
) -> list[ValidationError]:
    """Where the output does not fit, in the order of the paths."""
    checked = {
        "pattern": partial(_pattern, _Patience(pattern_seconds)),
        "uniqueItems": _unique_items,
        "additionalProperties": _additional_properties,
        **{keyword: partial(_refuse, keyword) for keyword in _UNSUPPORTED},
    }
    untyped: Any = extend  # by types-jsonschema, too
    bounded = untyped(Draft202012Validator, checked)
    validator = bounded(response_schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return sorted(validator.iter_errors(output), key=lambda error: list(map(str, error.path)))


class _Patience:
    """What is left of the time for all patterns of an output."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def found(self, pattern: str, text: str) -> bool:
        """Raises `TimeoutError` when the time is over."""
        if self._left <= 0:
            raise TimeoutError
        began = time.monotonic()
        try:
            return regex.search(pattern, text, timeout=self._left) is not None
        finally:
            self._left -= time.monotonic() - began


def _pattern(
    patience: _Patience, validator: Any, pattern: str, instance: Any, schema: Mapping[str, Any]
) -> Errors:
    if not isinstance(instance, str):
        return
    try:
        if not patience.found(pattern, instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")
    except TimeoutError:
        yield ValidationError(
            f"whether it matches {pattern!r} takes too long to be found out: write the pattern "
            "without repetitions inside repetitions"
        )
    except (regex.error, MemoryError, RecursionError) as error:
        yield ValidationError(f"the pattern {pattern!r} can not be used: {error}")


def _unique_items(
    validator: Any, is_asked: Any, instance: Any, schema: Mapping[str, Any]
) -> Errors:
    """In time that grows with the array, where the library compares each with each."""
    if not is_asked or not isinstance(instance, list):
        return
    spelled = {_spelled(item) for item in instance}
    if len(spelled) < len(instance):
        yield ValidationError("has items that are the same")


def _spelled(item: Any) -> str:
    """Equal for what JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    return json.dumps(_plain(item), sort_keys=True)


def _plain(item: Any) -> Any:
    if isinstance(item, float) and item.is_integer():
        return int(item)
    if isinstance(item, list):
        return [_plain(inner) for inner in item]
    if isinstance(item, dict):
        return {name: _plain(inner) for name, inner in item.items()}
    return item


def _additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]
) -> Errors:
    """Only false is ever met (see `response_schema`)."""
    if allowed is False and isinstance(instance, dict):
        for name in instance.keys() - dict(schema.get("properties") or {}).keys():
            yield ValidationError(f"has {name!r}, which the schema does not name")


def _refuse(
    keyword: str, validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]
) -> Errors:
    yield ValidationError(f"uses {keyword}, which is not supported")
