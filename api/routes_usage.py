"""What does a tenant hear of what it used?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.arguments import Moment
from api.authentication import Reads
from api.context import ContextHere
from api.problems import documented
from jobs.usage_report import usage_report
from schemas.usage import UsageGroup, UsageReport

router = APIRouter(tags=["usage"])


@router.get("/v1/usage", responses=documented())
def get_usage(
    context: ContextHere,
    caller: Reads,
    start: Annotated[Moment | None, Query(alias="from", description="at or after")] = None,
    stop: Annotated[Moment | None, Query(alias="to", description="before")] = None,
    group_by: Annotated[
        list[UsageGroup] | None,
        Query(max_length=4, description="may be repeated; days are UTC; default: day"),
    ] = None,
) -> UsageReport:
    """Tokens, seconds and cost of what came to a result, and of chats, from the ledger of the
    caller's tenant."""
    return usage_report(
        context.services.database,
        caller.tenant,
        start=start,
        stop=stop,
        group_by=group_by or [UsageGroup.DAY],
    )
