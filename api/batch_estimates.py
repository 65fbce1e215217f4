"""What would a batch take?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from api.estimates import estimate_of
from jobs.batch_admission import create_of
from jobs.services import Services
from schemas.batches import BatchEstimate, BatchItemCreate, BatchShared
from schemas.errors import InvalidInput
from schemas.jobs import Estimate

MOST_ASKED = 50
"""Items that the engine is asked about, spread over the batch; others are taken to be alike."""


def batch_estimate(
    services: Services, tenant: str, shared: BatchShared, items: Sequence[BatchItemCreate]
) -> BatchEstimate:
    """Items that could not be sized (unknown, not read yet) are named, and the rest scaled up from
    those that were asked about."""
    asked = items[:: max(1, -(-len(items) // MOST_ASKED))]
    found: list[Estimate] = []
    reasons: Counter[str] = Counter()
    for item in asked:
        try:
            with services.database.reading() as session:
                create = create_of(session, tenant, shared, item)
            found.append(estimate_of(services, tenant, create))
        except InvalidInput as error:
            reasons[error.code] += 1
    scale = len(items) / len(asked)

    def total(name: str) -> float:
        return scale * sum(float(getattr(one, name)) for one in found)

    return BatchEstimate(
        num_items=len(items),
        num_estimated=len(found),
        not_estimated=[f"{number} of {len(asked)}: {code}" for code, number in reasons.items()],
        prompt_tokens=round(total("prompt_tokens")),
        cached_tokens=round(total("cached_tokens")),
        completion_tokens=round(total("completion_tokens")),
        seconds=round(total("seconds"), 3),
        cost_usd=round(total("cost_usd"), 6),
    )
