"""Is this process alive, and is the service ready for work?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from jobs.queue_load import slots_of
from jobs.services import Services
from schemas.answers import Check, ReadinessReport
from schemas.errors import ServiceError, Unavailable
from schemas.jobs import Queue

_BELIEVED_SECONDS = 1.0
_OLDEST_SECONDS = 15.0  # then a look that does not come to an end is itself a bad sign
_PULSE_SWEEPS, _PULSE_SECONDS = 3, 30.0


@dataclass(frozen=True, slots=True)
class Seen:
    report: ReadinessReport
    age_seconds: float


class Readiness:
    """What was found is believed for a second: anybody may ask, as often as they like.

    One caller looks, which takes seconds where a part hangs; the others get at once what was found
    the last time. The service is not ready when that is too long ago.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._last: tuple[ReadinessReport, float] | None = None

    def seen(self) -> Seen:
        if self._is_due() and self._lock.acquire(blocking=False):
            try:
                if self._is_due():
                    self._last = (self._checked(), time.monotonic())
            finally:
                self._lock.release()
        if self._last is None:
            return Seen(_not_seen("the first look is not over"), 0.0)
        report, looked = self._last
        age = max(time.monotonic() - looked, 0.0)
        if age > _OLDEST_SECONDS:
            report = _not_seen(f"the last look was {age:.0f} s ago, and the next is not over")
        return Seen(report, age)

    def _is_due(self) -> bool:
        return self._last is None or time.monotonic() > self._last[1] + _BELIEVED_SECONDS

    def _checked(self) -> ReadinessReport:
        checks = [_check("database", self._writes)]
        checks += [_check(f"queue {queue}", partial(self._pulse, queue)) for queue in self._served]
        checks.append(_check("engine", self._engine))
        return ReadinessReport(ready=all(check.ok for check in checks), checks=checks)

    def _writes(self) -> str:
        self._services.jobs.check_writes()
        return "takes writes"

    def _pulse(self, queue: Queue) -> str:
        """A message of the queue arrived at a worker not long ago."""
        last = self._services.jobs.pulses().get(queue.value)
        if last is None:
            raise Unavailable("no worker has heard a message of it yet")
        age = (datetime.now(UTC) - last).total_seconds()
        sweep_seconds = self._services.settings.jobs.sweep_seconds
        if age > _PULSE_SWEEPS * sweep_seconds + _PULSE_SECONDS:
            raise Unavailable(f"no worker has heard a message of it for {age:.0f} s")
        return "a worker hears it"

    def _engine(self) -> str:
        health = self._services.engine.health()
        return f"answers: {health.running} running, {health.waiting} waiting"

    @property
    def _served(self) -> list[Queue]:
        """But for trainings, for which nobody waits."""
        settings = self._services.settings.jobs
        served = (queue for queue in Queue if slots_of(queue, settings))
        return [queue for queue in served if queue is not Queue.TUNING]


def _not_seen(detail: str) -> ReadinessReport:
    return ReadinessReport(ready=False, checks=[Check(name="readiness", ok=False, detail=detail)])


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, detail=look())
    except ServiceError as error:
        return Check(name=name, ok=False, detail=error.message)
