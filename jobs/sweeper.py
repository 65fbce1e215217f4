"""Who sees to it that no job is forgotten?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from jobs.logs import logger
from jobs.removals import carry_out
from jobs.retention import expire
from jobs.rings import ring_missing
from jobs.services import Services
from schemas.jobs import Queue

_log = logger(__name__)


class Sweeper:
    """Looks over the jobs of all queues, and over the messages of its own. Any number of
    processes may do so at the same time."""

    def __init__(
        self,
        services: Services,
        queues: Iterable[Queue] = tuple(Queue),
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._services, self._queues, self._is_full = services, tuple(queues), is_full

    def run_once(self) -> None:
        swept = self._services.jobs.sweep()
        if swept.lost or swept.exhausted or swept.expired:
            _log.warning(
                "jobs were left behind",
                lost=list(swept.lost),
                exhausted=list(swept.exhausted),
                expired=list(swept.expired),
            )
        self._services.batches.advance_all()
        self._services.request_batches.advance_all()
        ring_missing(self._services, self._queues)
        for queue in self._queues:
            self._pulse(queue)
        self._services.files.expire()
        self._services.uploads.expire()
        self._services.responses.expire()
        expired = expire(self._services)
        if expired.documents or expired.extractions:
            _log.info("expired", documents=expired.documents, extractions=expired.extractions)
        carry_out(self._services)
        self._services.storage.tidy()

    def run_until(self, ends: threading.Event) -> None:
        """An error is logged, and the next round is made all the same."""
        while not ends.is_set():
            try:
                self.run_once()
            except Exception as error:
                _log.warning("a sweep failed", exc_info=error)
            ends.wait(self._services.settings.jobs.sweep_seconds)

    def _pulse(self, queue: Queue) -> None:
        """A worker whose slots are all taken takes no message: that it sweeps is proof enough."""
        if self._is_full():
            self._services.jobs.pulse(queue)
        else:
            self._services.doorbell.pulse(queue)
