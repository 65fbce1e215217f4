"""How large may a caller's schema be, and what may its patterns look like?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from schemas.errors import InvalidSchema

_MAX_CONTAINERS = 20_000
_MAX_PATTERN_CHARACTERS = 1_000


def check_size(response_schema: Any) -> None:
    """Before anything looks at it whose cost grows with it."""
    waiting, num_containers = [response_schema], 0
    while waiting:
        found = waiting.pop()
        inner = found.values() if isinstance(found, Mapping) else found
        if isinstance(found, Mapping | list):
            waiting += [value for value in inner if isinstance(value, Mapping | list)]
        num_containers += 1
        if num_containers > _MAX_CONTAINERS:
            raise InvalidSchema(
                f"the schema has more than {_MAX_CONTAINERS:,} objects and arrays", param="/"
            )


def problem_of_pattern(pattern: str | None) -> str | None:
    """None where it can be used; what matching it costs is bounded in `schemas.validation`."""
    if pattern is None:
        return None
    if len(pattern) > _MAX_PATTERN_CHARACTERS:
        return f"has a pattern of more than {_MAX_PATTERN_CHARACTERS:,} characters"
    try:
        regex.compile(pattern)
    except (regex.error, RecursionError, MemoryError) as error:
        return f"has the pattern {pattern[:80]!r}, which can not be used: {error}"
    return None
