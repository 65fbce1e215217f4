"""How is a document read into the index, from the claim of its job to the end?"""

from __future__ import annotations

from collections.abc import Callable

from jobs.at_engine import AtEngine
from jobs.job_store import Claim
from jobs.patience import patiently
from jobs.preparation_progress import PreparationProgress
from jobs.preparing import engine_request
from jobs.services import Services


def run_prepare(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """What was read before is not read again: it lies in the engine's cache, by its content.
    Whatever keeps it from its end is raised, `Cancelled` when it was to stop."""
    request = engine_request(
        services, claim.tenant, claim.document_ids[0], f"{claim.job_id}:{claim.attempt}"
    )
    told = PreparationProgress(services.preparations.progress(claim))
    work = AtEngine(claim, services, should_stop, told)
    done = work.result(lambda on_event: services.engine.prepare(request, on_event))
    patiently(lambda: services.preparations.finish(claim, done), should_stop)
