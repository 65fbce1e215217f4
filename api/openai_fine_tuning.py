"""How does a client of OpenAI ask for a training, watch it and stop it?

https://platform.openai.com/docs/api-reference/fine-tuning, as their own client uses it. What is
trained is the reading of values out of documents.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.concurrency import run_in_threadpool

from api.arguments import METADATA_FILTER, MetadataFilter
from api.authentication import Reads, Writes
from api.context import Context, ContextHere
from api.json_body import described, json_body
from api.openai_errors import documented
from api.openai_models import asked_model
from jobs.key_store import Caller
from jobs.tuning_lines import check_first
from schemas.errors import Conflict, InvalidInput
from schemas.jobs import Queue
from schemas.openai_tuning import (
    FineTuningCheckpointList,
    FineTuningCreate,
    FineTuningEventList,
    FineTuningJob,
    FineTuningList,
)

router = APIRouter(tags=["openai"])

_PEEK_BYTES = 1 << 20
JobPath = Annotated[str, Path(pattern=r"^ftjob-[0-9a-f]{32}$", description="ftjob-…")]
Limit = Annotated[int, Query(ge=1, le=100)]
After = Annotated[str | None, Query(max_length=128, description="the last id of a page")]


@router.post(
    "/v1/fine_tuning/jobs", responses=documented(409), openapi_extra=described(FineTuningCreate)
)
async def create_fine_tuning_job(
    context: ContextHere,
    caller: Writes,
    create: Annotated[FineTuningCreate, Depends(json_body(FineTuningCreate))],
) -> FineTuningJob:
    """An adapter for the model that is served, trained beside whatever is read meanwhile. It is
    offered as `ft:…` where it reads what was held out better than the model as it is."""
    health, tuned = await asked_model(context, caller.tenant, create.model)
    if tuned is not None:
        raise InvalidInput(
            f"{tuned.id} is tuned already: name the model that it was tuned on, and give the lines "
            "of both",
            param="model",
        )
    if not context.services.settings.jobs.tuning_slots:
        raise Conflict("no training is done here: NEEDLEPOINT_JOBS__TUNING_SLOTS=1")
    return await run_in_threadpool(_create, context, caller, create, health.model)


@router.get("/v1/fine_tuning/jobs", responses=documented(), openapi_extra=METADATA_FILTER)
def list_fine_tuning_jobs(
    context: ContextHere,
    caller: Reads,
    metadata: MetadataFilter,
    limit: Limit = 20,
    after: After = None,
) -> FineTuningList:
    """The newest first."""
    jobs, has_more = context.services.tunings.list(
        caller.tenant, limit=limit, after=after, metadata=metadata
    )
    return FineTuningList(data=jobs, has_more=has_more)


@router.get("/v1/fine_tuning/jobs/{fine_tuning_job_id}", responses=documented())
def get_fine_tuning_job(
    context: ContextHere, caller: Reads, fine_tuning_job_id: JobPath
) -> FineTuningJob:
    return context.services.tunings.get(caller.tenant, fine_tuning_job_id)


@router.post("/v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel", responses=documented(409))
def cancel_fine_tuning_job(
    context: ContextHere, caller: Writes, fine_tuning_job_id: JobPath
) -> FineTuningJob:
    """At once where it waits; where it trains, within a step."""
    return context.services.tunings.cancel(caller.tenant, fine_tuning_job_id)


@router.get("/v1/fine_tuning/jobs/{fine_tuning_job_id}/events", responses=documented())
def list_fine_tuning_events(
    context: ContextHere,
    caller: Reads,
    fine_tuning_job_id: JobPath,
    limit: Limit = 20,
    after: After = None,
) -> FineTuningEventList:
    """The newest first."""
    events, has_more = context.services.tunings.events(
        caller.tenant, fine_tuning_job_id, limit=limit, after=after
    )
    return FineTuningEventList(data=events, has_more=has_more)


@router.get("/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints", responses=documented())
def list_fine_tuning_checkpoints(
    context: ContextHere,
    caller: Reads,
    fine_tuning_job_id: JobPath,
    limit: Limit = 10,
    after: After = None,
) -> FineTuningCheckpointList:
    """The newest first."""
    found, has_more = context.services.tunings.checkpoints(
        caller.tenant, fine_tuning_job_id, limit=limit, after=after
    )
    return FineTuningCheckpointList(
        data=found,
        first_id=found[0].id if found else None,
        last_id=found[-1].id if found else None,
        has_more=has_more,
    )


def _create(
    context: Context, caller: Caller, create: FineTuningCreate, model: str
) -> FineTuningJob:
    services, tenant = context.services, caller.tenant
    for param in ("training_file", "validation_file"):
        file_id = getattr(create, param)
        if file_id is not None:
            with services.storage.open(services.files.content_key(tenant, file_id)) as stream:
                check_first(stream.read(_PEEK_BYTES), param)
    job = services.tunings.create(tenant, caller.key_id, create, model)
    services.doorbell.ring(Queue.TUNING)
    return job
