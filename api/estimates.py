"""What would an extraction take?"""

from __future__ import annotations

from jobs.documents_read import documents_read
from jobs.prices import prices_of, usd_of
from jobs.services import Services
from jobs.tuned_models import adapter_of
from schemas.engine_protocol import EngineDocument, EngineEstimate, EngineExtract
from schemas.errors import Conflict
from schemas.extraction import Mode, Usage
from schemas.jobs import Estimate, ExtractionCreate, Queue
from schemas.settings import PriceSettings


def estimate_of(services: Services, tenant: str, create: ExtractionCreate) -> Estimate:
    """Asks the engine, which does not read anything for it. The schema was checked."""
    read = documents_read(services, tenant, create)
    if read.waiting:
        raise Conflict(f"the document {read.waiting[0]} is not read yet", param="documents")
    found = services.engine.estimate(
        EngineExtract(
            request_id="estimate",
            tenant=tenant,
            documents=[
                EngineDocument(id=handle.id, key=handle.parsed_key) for handle in read.handles
            ],
            response_schema=create.response_schema,
            instructions=create.instructions,
            mode=None if create.mode == "auto" else Mode(create.mode),
            adapter=adapter_of(services, tenant, create.model),
        )
    )
    return Estimate(
        documents=create.documents,
        **found.model_dump(),
        queue_seconds=_queue_seconds(services, Queue(create.priority)),
        cost_usd=cost_usd(found, services.settings.prices, Queue(create.priority)),
    )


def cost_usd(found: EngineEstimate, prices: PriceSettings, queue: Queue) -> float:
    """By the same sum as the ledger's."""
    usage = Usage(
        prompt_tokens=found.prompt_tokens,
        cached_tokens=found.cached_tokens,
        completion_tokens=found.completion_tokens,
    )
    return usd_of(prices_of(prices, queue).cost(usage))


def _queue_seconds(services: Services, queue: Queue) -> float:
    mean = services.jobs.mean_seconds(queue) or 0.0
    settings = services.settings.jobs
    slots = {
        Queue.INTERACTIVE: settings.interactive_slots,
        Queue.STANDARD: settings.standard_slots,
        Queue.BATCH: settings.batch_slots,
    }
    return round(services.jobs.due(queue) * mean / max(1, slots[queue]), 3)
