"""Which requests are written down in the audit log, and in which words?

Whatever changes something, whichever route it takes, and what reads contents: a route that is
added is written down, too. Looks at a state, and callers without a valid key or past their rate,
are not: these stand in the log of requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool

from jobs import audit
from jobs.audit import Actor
from jobs.database import Database
from jobs.logs import logger
from schemas.errors import Unavailable

_NAMES = {
    ("POST", "/v1/documents"): "document.upload",
    ("POST", "/v1/search"): "document.search",
    ("POST", "/v1/extractions/estimate"): None,
    ("POST", "/v1/fine_tuning/jobs"): "fine_tuning.create",
    ("GET", "/v1/fine_tuning/jobs"): None,
    ("GET", "/v1/fine_tuning/jobs/{fine_tuning_job_id}"): None,
    ("GET", "/v1/fine_tuning/jobs/{fine_tuning_job_id}/events"): None,
    ("GET", "/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints"): None,
    ("GET", "/v1/documents/{document_id}/prepare"): None,
    ("GET", "/v1/documents/{document_id}/prepare/events"): None,
}
_VERBS = {"POST": "create", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
_TOO_MANY = 429

_log = logger(__name__)


async def written_down(
    database: Database, actor: Actor, scope: Mapping[str, Any], status: int, location: str | None
) -> None:
    """A database that takes no line loses no answer: that was sent."""
    route = str(getattr(scope.get("route"), "path", ""))
    is_of_caller = getattr(actor, "kind", "") != "" and status != _TOO_MANY
    action = action_of(scope["method"], route, scope["query_string"]) if is_of_caller else None
    if action is None or (action in actor.written and status < 400):
        return
    named = next(iter(scope.get("path_params", {}).values()), None)
    object_id = str(named) if named is not None else _last(location)
    try:
        await run_in_threadpool(audit.write, database, actor, action, object_id, status)
    except Unavailable as error:
        _log.warning("a line of the audit log is lost", action=action, exc_info=error)


def action_of(method: str, route: str, query: bytes) -> str | None:
    """Such as "document.read_text" or "extraction.cancel"; None: not written down."""
    if (method, route) in _NAMES:
        return _NAMES[method, route]
    parts = route.split("/")[2:]
    if not route.startswith("/v1/") or not parts:
        return None
    kind, after = parts[0].removesuffix("s"), _words(parts[1:])
    if method == "GET":
        if not after and b"include=result" in query:
            return f"{kind}.read_result"
        return f"{kind}.read_{after[-1]}" if after else None
    if method not in _VERBS:
        return None
    if after and method == "POST":
        return f"{kind}.{after[-1]}"
    return ".".join([kind, *after, _VERBS[method]])


def _words(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if not part.startswith("{")]


def _last(location: str | None) -> str | None:
    return location.rpartition("/")[2] if location else None
