"""Can what the query says be kept, and was all of it understood?"""

from __future__ import annotations

from typing import Any

from fastapi import Request

from schemas.errors import InvalidInput
from schemas.plain_text import check_text


async def plain_input(request: Request) -> None:
    """A dependency of all routes: refuses what a database would, and what no route reads. The
    body is left alone: nobody knows yet whose it is."""
    _check_query(request, _operation(request))


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


def _check_string(text: str, what: str) -> None:
    check_text(text, what)
    if "\0" in text:
        raise InvalidInput(f"{what} holds a NUL character", param=what)
