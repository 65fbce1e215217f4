"""How does an answer say what its tenant may still use? In OpenAI's words."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.rate_limits import Window


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
