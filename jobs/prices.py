"""What does a job cost?

Prices are kept as whole millionths of a dollar per million tokens, costs as whole millionths of a
dollar: each job's is rounded once, so that sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from jobs.tables import JobRecord, LedgerRecord
from schemas.extraction import Usage
from schemas.jobs import JobUsage, Queue
from schemas.settings import PriceSettings

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """In millionths of a dollar per million tokens."""

    prompt: int
    cached: int
    completion: int

    def cost(self, usage: Usage) -> int:
        """In millionths of a dollar. Cached tokens are part of the prompt's, at their own price."""
        total = (
            (usage.prompt_tokens - usage.cached_tokens) * self.prompt
            + usage.cached_tokens * self.cached
            + usage.completion_tokens * self.completion
        )
        return _rounded(Decimal(total) / _MILLION)


def prices_of(settings: PriceSettings, queue: Queue) -> Prices:
    share = settings.batch_share if queue is Queue.BATCH else Decimal(1)
    prices = (settings.prompt, settings.cached, settings.completion)
    return Prices(*(_rounded(price * share * _MILLION) for price in prices))


def usd_of(micro_usd: int) -> float:
    """The nearest double, which is written with the same six decimals."""
    return float(Decimal(micro_usd) / _MILLION)


def job_usage(usage: Usage, cost_micro_usd: int | None) -> JobUsage:
    cost = None if cost_micro_usd is None else usd_of(cost_micro_usd)
    return JobUsage(**usage.model_dump(), cost_usd=cost)


def chat_line(
    chat_id: str,
    tenant: str,
    key_id: str | None,
    usage: Usage,
    prices: Prices,
    now: datetime,
    *,
    seconds: float,
    model: str,
) -> LedgerRecord:
    """Of a chat, which is no job and has one attempt."""
    return LedgerRecord(
        job_id=chat_id,
        attempt=1,
        tenant_id=tenant,
        key_id=key_id,
        seconds=seconds,
        created_at=now,
        model=model,
        **_costs(usage, prices),
    )


def ledger_line(
    record: JobRecord,
    usage: Usage,
    prices: Prices | None,
    now: datetime,
    *,
    seconds: float,
    model: str | None,
) -> LedgerRecord:
    """Of this attempt of a job, at these prices for good."""
    return LedgerRecord(
        job_id=record.id,
        attempt=record.attempt,
        tenant_id=record.tenant_id,
        key_id=record.key_id,
        seconds=seconds,
        created_at=now,
        model=model,
        batch_id=record.batch_id,
        **_costs(usage, prices),
    )


def _costs(usage: Usage, prices: Prices | None) -> dict[str, int | None]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "completion_tokens": usage.completion_tokens,
        "prompt_price": None if prices is None else prices.prompt,
        "cached_price": None if prices is None else prices.cached,
        "completion_price": None if prices is None else prices.completion,
        "cost_micro_usd": None if prices is None else prices.cost(usage),
    }


def _rounded(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_EVEN))
