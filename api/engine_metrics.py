"""What does the engine process count for those who run it?"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from schemas.extraction import Usage

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


class EngineMetrics:
    """Of one engine, since the start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._tokens = Counter(
            "needlepoint_engine_tokens",
            "Tokens of finished requests: read by the model, found read before, answered",
            ["kind"],
            registry=self._registry,
        )
        self._requests = Counter(
            "needlepoint_engine_requests",
            "Requests by their end: completed, or the code of the failure",
            ["end"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "needlepoint_engine_request_seconds",
            "Seconds of a request, waiting included",
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def show(self, name: str, words: str, value: Callable[[], float]) -> None:
        """A gauge that is looked up when it is asked for."""
        gauge = Gauge(f"needlepoint_engine_{name}", words, registry=self._registry)
        gauge.set_function(value)

    def ended(self, end: str, seconds: float) -> None:
        self._requests.labels(end).inc()
        self._seconds.observe(seconds)

    def used(self, usage: Usage) -> None:
        self._tokens.labels("read").inc(usage.prompt_tokens - usage.cached_tokens)
        self._tokens.labels("cached").inc(usage.cached_tokens)
        self._tokens.labels("answered").inc(usage.completion_tokens)

    def text(self) -> bytes:
        return generate_latest(self._registry)
