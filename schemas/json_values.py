"""Which JSON is taken from a caller?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from schemas.errors import InvalidInput

_MAX_DEPTH = 64
_MOST_VALUE = 10**300
_NUL = rb"\u0000"


def checked_value(data: bytearray | bytes) -> Any:
    """What the bytes say as JSON; raises `InvalidInput` for what nothing of ours could keep."""
    sent = _value_of(data)
    _check_values(sent)
    return sent


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
