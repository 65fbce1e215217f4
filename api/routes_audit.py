"""Who did what in this tenant's name?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.arguments import Moment
from api.authentication import Audits
from api.context import ContextHere
from api.problems import documented
from jobs.audit import AuditFilter, events
from schemas.tenants import AuditList

router = APIRouter(tags=["operations"])

_MOST_ID = (1 << 62) - 1
_Word = Annotated[str | None, Query(max_length=128, pattern=r"^[A-Za-z0-9_.:-]+$")]


@router.get("/v1/audit", responses=documented())
def list_audit(
    context: ContextHere,
    caller: Audits,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[
        int | None, Query(ge=1, le=_MOST_ID, description="`next` of the page before")
    ] = None,
    key: _Word = None,
    object: _Word = None,
    action: Annotated[
        str | None,
        Query(
            max_length=64,
            pattern=r"^[a-z_.]+\*?$",
            description='such as "document.delete"; "document.*" for all that begin so',
        ),
    ] = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> AuditList:
    """Newest first, of the key's own tenant. Needs a key with the scope audit."""
    wanted = AuditFilter(caller.tenant, key, action, object, since, until)
    found, has_more = events(context.services.database, wanted, limit=limit, before=before)
    return AuditList(data=found, has_more=has_more, next=found[-1].id if has_more else None)
