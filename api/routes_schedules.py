"""How does work come to be done again and again, and what came of it?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from api.arguments import Limit
from api.authentication import Reads, Writes
from api.context import ContextHere
from api.json_body import described, json_body
from api.problems import documented
from jobs.schema_store import check_schema
from schemas.schedules import (
    NextRuns,
    Schedule,
    ScheduleCreate,
    ScheduleDeleted,
    ScheduleList,
    ScheduleRun,
    ScheduleRunList,
    ScheduleUpdate,
)

BODIES = (ScheduleCreate, ScheduleUpdate)

router = APIRouter(tags=["schedules"])

SchedulePath = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="the schedule's id, or its name"
    ),
]
RunPath = Annotated[str, Path(pattern=r"^run_[0-9a-f]{32}$", description="the run's id: run_…")]


@router.post(
    "/v1/schedules",
    status_code=201,
    responses=documented(404, 408, 409),
    openapi_extra=described(ScheduleCreate),
)
async def create_schedule(
    response: Response,
    context: ContextHere,
    caller: Writes,
    create: Annotated[ScheduleCreate, Depends(json_body(ScheduleCreate))],
) -> Schedule:
    """Its first run is at the next of its times. Folders and URLs are those that the operator
    allows; credentials are named connections of the settings, never sent."""
    await context.schemas.run(check_schema, create.extraction.response_schema)
    made = await run_in_threadpool(
        context.services.schedules.create, caller.tenant, caller.key_id, create
    )
    response.headers["Location"] = f"/v1/schedules/{made.id}"
    return made


@router.get("/v1/schedules", responses=documented(404))
def list_schedules(context: ContextHere, caller: Reads) -> ScheduleList:
    """All of them, the newest first."""
    return ScheduleList(data=context.services.schedules.list(caller.tenant))


@router.get("/v1/schedules/{schedule_id}", responses=documented(404))
def get_schedule(context: ContextHere, caller: Reads, schedule_id: SchedulePath) -> Schedule:
    return context.services.schedules.get(caller.tenant, schedule_id)


@router.patch(
    "/v1/schedules/{schedule_id}",
    responses=documented(404, 408, 409),
    openapi_extra=described(ScheduleUpdate),
)
async def update_schedule(
    context: ContextHere,
    caller: Writes,
    schedule_id: SchedulePath,
    update: Annotated[ScheduleUpdate, Depends(json_body(ScheduleUpdate))],
) -> Schedule:
    """What is named is changed; a new timing counts from now. What was done stays remembered."""
    if update.extraction is not None:
        await context.schemas.run(check_schema, update.extraction.response_schema)
    return await run_in_threadpool(
        context.services.schedules.update, caller.tenant, schedule_id, update
    )


@router.delete("/v1/schedules/{schedule_id}", responses=documented(404))
def delete_schedule(
    context: ContextHere, caller: Writes, schedule_id: SchedulePath
) -> ScheduleDeleted:
    """With its history; batches and what was written stay."""
    return ScheduleDeleted(id=context.services.schedules.delete(caller.tenant, schedule_id))


@router.post("/v1/schedules/{schedule_id}/pause", responses=documented(404))
def pause_schedule(context: ContextHere, caller: Writes, schedule_id: SchedulePath) -> Schedule:
    """Nothing is begun any more; a run that is under way goes on."""
    return context.services.schedules.pause(caller.tenant, schedule_id)


@router.post("/v1/schedules/{schedule_id}/resume", responses=documented(404))
def resume_schedule(context: ContextHere, caller: Writes, schedule_id: SchedulePath) -> Schedule:
    """Times that passed meanwhile are not made up for."""
    return context.services.schedules.resume(caller.tenant, schedule_id)


@router.post("/v1/schedules/{schedule_id}/run", status_code=202, responses=documented(404))
def run_schedule(context: ContextHere, caller: Writes, schedule_id: SchedulePath) -> ScheduleRun:
    """Once more, now, also while it is paused."""
    return context.services.schedules.run_now(caller.tenant, schedule_id)


@router.get("/v1/schedules/{schedule_id}/next", responses=documented(404))
def next_runs(
    context: ContextHere,
    caller: Reads,
    schedule_id: SchedulePath,
    limit: Annotated[int, Query(ge=1, le=100, description="how many")] = 5,
) -> NextRuns:
    """The times to come, as if it were not paused."""
    return NextRuns(
        data=list(context.services.schedules.next_runs(caller.tenant, schedule_id, limit))
    )


@router.get("/v1/schedules/{schedule_id}/runs", responses=documented(404))
def list_runs(
    context: ContextHere,
    caller: Reads,
    schedule_id: SchedulePath,
    limit: Limit = 20,
    after: Annotated[
        str | None,
        Query(
            pattern=r"^at_[0-9]{1,17}_run_[0-9a-f]{32}$", description="`next` of the page before"
        ),
    ] = None,
) -> ScheduleRunList:
    """Its history: what each run found, and what came of it."""
    return context.services.schedules.runs(caller.tenant, schedule_id, limit=limit, after=after)


@router.get("/v1/schedule-runs/{run_id}", responses=documented(404))
def get_run(context: ContextHere, caller: Reads, run_id: RunPath) -> ScheduleRun:
    return context.services.schedules.run(caller.tenant, run_id)
