"""How does an answer say what its tenant may still use? In OpenAI's words."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.context import Context
from jobs.rate_limits import Window


async def show_rates(request: Request, context: Context, tenant: str) -> None:
    """The answer says how they stand now: after something was taken."""
    quotas = context.services.quotas
    if quotas.costs_no_wait(tenant):
        request.state.rates = quotas.windows(tenant)
    else:
        request.state.rates = await run_in_threadpool(quotas.windows, tenant)


def rate_headers(windows: Mapping[str, Window]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, window in windows.items():
        headers[f"x-ratelimit-limit-{name}"] = str(window.limit)
        headers[f"x-ratelimit-remaining-{name}"] = str(window.remaining)
        headers[f"x-ratelimit-reset-{name}"] = duration(window.seconds_left)
    return headers


def duration(seconds: int) -> str:
    """Such as "59s" or "1m0s"."""
    minutes, left = divmod(seconds, 60)
    return f"{minutes}m{left}s" if minutes else f"{left}s"
