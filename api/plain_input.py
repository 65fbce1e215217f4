"""Can what was sent be kept, and was all of it understood?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from fastapi import Request

from schemas.errors import InvalidInput
from schemas.plain_text import check_text

_JSON = "application/json"
_MAX_DEPTH = 64
_MAX_DIGITS = 300


async def plain_input(request: Request) -> None:
    """A dependency of all routes: refuses what a database would, and what no route reads."""
    operation = _operation(request)
    _check_query(request, operation)
    if _JSON in operation.get("requestBody", {}).get("content", {}):
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == _JSON or kind.endswith("+json"):
            _check_json(await request.json())


def _operation(request: Request) -> dict[str, Any]:
    """What OpenAPI says of the route; nothing of one that it leaves out."""
    paths = request.app.openapi()["paths"]
    path = getattr(request.scope.get("route"), "path", "")
    operation: dict[str, Any] = paths.get(path, {}).get(request.method.lower(), {})
    return operation


def _check_query(request: Request, operation: dict[str, Any]) -> None:
    """A filter with a typing error would otherwise list everything."""
    known = {
        parameter["name"]
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    for name, value in request.query_params.multi_items():
        if name.partition("[")[0] not in known:
            raise InvalidInput(
                f"there is no query parameter {name[:64]!r} here; there is "
                f"{', '.join(sorted(known)) or 'none'}",
                param=name[:64],
            )
        _check_string(value, f"the query parameter {name[:64]}")


def _check_json(body: Any) -> None:
    """Depth first and without recursion: the nesting is the caller's."""
    open_values: list[tuple[Any, int]] = [(body, 0)]
    while open_values:
        value, depth = open_values.pop()
        if depth > _MAX_DEPTH:
            raise InvalidInput(f"the body is nested more than {_MAX_DEPTH} deep", param="body")
        if isinstance(value, str):
            _check_string(value, "the body")
        elif isinstance(value, (int, float)):
            _check_number(value)
        else:
            open_values.extend((inner, depth + 1) for inner in _inner_values(value))


def _inner_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _check_string(text: str, what: str) -> None:
    check_text(text, what)
    if "\0" in text:
        raise InvalidInput(f"{what} holds a NUL character", param=what)


def _check_number(value: float) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("the body holds a number that is not finite", param="body")
    if isinstance(value, int) and abs(value) >= 10**_MAX_DIGITS:
        raise InvalidInput(
            f"the body holds a number of more than {_MAX_DIGITS} digits", param="body"
        )
