"""How does an extraction come from its claim to its result?"""

from __future__ import annotations

import time
from collections.abc import Callable

from jobs.at_engine import AtEngine
from jobs.documents_read import DocumentsRead, documents_read, with_warnings
from jobs.extraction_progress import ExtractionProgress
from jobs.job_store import Claim
from jobs.patience import patiently
from jobs.prices import prices_of
from jobs.services import Services
from jobs.storage import result_key
from jobs.tuned_models import adapter_of
from schemas.engine_protocol import EngineAdapter, EngineDocument, EngineExtract
from schemas.errors import NotFound
from schemas.extraction import Mode, Status
from schemas.jobs import ExtractionCreate, Queue

URGENCY = {Queue.INTERACTIVE: 1, Queue.STANDARD: 5, Queue.BATCH: 8}  # 9 prepares


def run_extraction(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """Brings a job to its result, completed or incomplete. Whatever ends it otherwise is raised:
    `Cancelled` when it was to stop; nothing is written then."""
    began = time.monotonic()
    create = ExtractionCreate.model_validate(claim.request)
    read = documents_read(services, claim.tenant, create)
    request = _request_of(claim, create, read, adapter_of(services, claim.tenant, create.model))
    work = AtEngine(claim, services, should_stop, ExtractionProgress())
    extraction = work.result(lambda on_event: services.engine.extract(request, on_event))
    warnings = with_warnings(extraction.warnings, read)
    extraction = extraction.model_copy(update={"id": claim.job_id, "warnings": warnings})
    key = result_key(claim.tenant, claim.job_id, claim.attempt)
    data = extraction.model_dump_json().encode()
    patiently(lambda: services.storage.put_bytes(key, data), should_stop)
    is_complete = extraction.status == Status.COMPLETED
    is_ours = patiently(
        lambda: services.jobs.finish(
            claim,
            status=Status.COMPLETED if is_complete else Status.INCOMPLETE,
            result_key=key,
            usage=extraction.usage,
            seconds=round(time.monotonic() - began, 3),
            model=extraction.model,
            prices=prices_of(services.settings.prices, claim.queue),
        ),
        should_stop,
    )
    if not is_ours:
        _remove_if_unwanted(claim, services, key)


def _request_of(
    claim: Claim, create: ExtractionCreate, read: DocumentsRead, adapter: EngineAdapter | None
) -> EngineExtract:
    return EngineExtract(
        request_id=f"{claim.job_id}:{claim.attempt}",
        tenant=claim.tenant,
        documents=[EngineDocument(id=handle.id, key=handle.parsed_key) for handle in read.handles],
        response_schema=create.response_schema,
        instructions=create.instructions,
        mode=None if create.mode == "auto" else Mode(create.mode),
        urgency=URGENCY[claim.queue],
        adapter=adapter,
    )


def _remove_if_unwanted(claim: Claim, services: Services, key: str) -> None:
    """A job that was deleted, or went on without us, does not point at what we wrote."""
    try:
        wanted = services.jobs.result_key_of(claim.tenant, claim.job_id)
    except NotFound:
        wanted = None
    if wanted != key:
        services.storage.delete_folder(key)
