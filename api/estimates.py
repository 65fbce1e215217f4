"""What would an extraction take?"""

from __future__ import annotations

from jobs.documents_read import documents_read
from jobs.services import Services
from schemas.engine_protocol import EngineDocument, EngineEstimate, EngineExtract
from schemas.errors import Conflict
from schemas.extraction import Mode
from schemas.jobs import Estimate, ExtractionCreate, Queue
from schemas.settings import PriceSettings

_TOKENS_PRICED = 1_000_000


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
        )
    )
    return Estimate(
        documents=create.documents,
        **found.model_dump(),
        queue_seconds=_queue_seconds(services, Queue(create.priority)),
        cost_usd=cost_usd(found, services.settings.prices),
    )


def cost_usd(found: EngineEstimate, prices: PriceSettings) -> float:
    """Cached tokens are part of the prompt's, at a price of their own."""
    read = found.prompt_tokens - found.cached_tokens
    total = (
        read * prices.prompt
        + found.cached_tokens * prices.cached
        + found.completion_tokens * prices.completion
    )
    return round(total / _TOKENS_PRICED, 6)


def _queue_seconds(services: Services, queue: Queue) -> float:
    mean = services.jobs.mean_seconds(queue) or 0.0
    settings = services.settings.jobs
    slots = {
        Queue.INTERACTIVE: settings.interactive_slots,
        Queue.STANDARD: settings.standard_slots,
        Queue.BATCH: settings.batch_slots,
    }
    return round(services.jobs.due(queue) * mean / max(1, slots[queue]), 3)
