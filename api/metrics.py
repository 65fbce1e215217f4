"""What is counted for those who run the service?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs.services import Services
from schemas.errors import Unavailable

_METHODS = ("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


class Metrics:
    """Of this process, and of the database as it is when it is asked."""

    def __init__(self, services: Services) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "needlepoint_requests",
            "Requests by route and status",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "needlepoint_request_seconds",
            "Seconds to an answer's end, streams included",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._uploaded_bytes = Counter(
            "needlepoint_uploaded_bytes", "Bytes of documents", registry=self._registry
        )
        self._registry.register(_JobCollector(services))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A method of the caller's own making is no label: there would be any number of them."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def uploaded(self, num_bytes: int) -> None:
        self._uploaded_bytes.inc(num_bytes)

    def text(self) -> bytes:
        """Costs a few queries."""
        return generate_latest(self._registry)


class _JobCollector(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Without the database there are no gauges of it, but for the one that says so."""
        up = GaugeMetricFamily("needlepoint_database_up", "Whether the database answered")
        try:
            families = [self._jobs(), self._waits(), self._pulses()]
        except Unavailable:
            families = []
        up.add_metric([], 1.0 if families else 0.0)
        yield up
        yield from families

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def _jobs(self) -> Metric:
        jobs = GaugeMetricFamily(
            "needlepoint_jobs", "Jobs by queue and status", labels=("queue", "status")
        )
        for queue, by_status in self._services.jobs.queue_depths().items():
            for status, number in by_status.items():
                jobs.add_metric([str(queue), str(status)], number)
        return jobs

    def _waits(self) -> Metric:
        waits = GaugeMetricFamily(
            "needlepoint_queue_age_seconds",
            "How long the job waits that waits longest",
            labels=("queue",),
        )
        for queue, since in self._services.jobs.oldest_queued().items():
            waits.add_metric([queue.value], _age(since))
        return waits

    def _pulses(self) -> Metric:
        pulses = GaugeMetricFamily(
            "needlepoint_pulse_age_seconds",
            "Since a message of the queue last arrived at a worker",
            labels=("queue",),
        )
        for name, at in self._services.jobs.pulses().items():
            pulses.add_metric([name], _age(at))
        return pulses


def _age(since: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - since).total_seconds())
