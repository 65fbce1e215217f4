"""Who looks at the clock, and carries out the runs whose time has come?

A thread of some worker processes. Any number of them may do so at the same time: a time has one
run, and a run one of them at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jobs.failures import failure_of
from jobs.logs import logger
from jobs.schedule_claims import ScheduleClaims
from jobs.schedule_collect import collect
from jobs.schedule_delivery import deliver
from jobs.schedule_runs import RunClaim
from jobs.services import Services
from schemas.errors import Cancelled, NotFound, Unavailable
from schemas.jobs import Failure, Queue
from schemas.schedules import RunStatus

QUEUES = (Queue.BATCH, Queue.INGEST)
"""Whose workers look: the ones that every run needs."""

_FIRST_DELAY_SECONDS = 5.0

_log = logger(__name__)


class ScheduleTicker:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._claims = ScheduleClaims(services.database, services.settings)

    def run_once(self) -> int:
        """Times that have come get their runs, and runs that are due are carried on; how many
        steps were made."""
        num_steps = self._claims.tick()
        while (claim := self._claims.claim()) is not None:
            self.carry_on(claim)
            num_steps += 1
        return num_steps

    def run_until(self, ends: threading.Event) -> None:
        """An error is logged, and the next round is made all the same."""
        while not ends.is_set():
            try:
                self.run_once()
            except Exception as error:
                _log.warning("schedules could not be looked at", exc_info=error)
            ends.wait(self._services.settings.schedules.tick_seconds)

    def carry_on(self, claim: RunClaim) -> None:
        """One stage of a run. What may pass is tried again; anything else is the run's end, and
        the schedule goes on."""
        _log.info("schedule run", schedule=claim.schedule_id, run=claim.run_id, stage=claim.stage)
        try:
            with self._kept(claim) as is_lost:
                work = collect if claim.stage is RunStatus.COLLECTING else deliver
                if claim.stage is RunStatus.DELIVERING and not self._has_batch(claim):
                    raise NotFound("its batch was deleted")
                work(claim, self._services, lambda: not is_lost.is_set())
        except Cancelled:
            return
        except Exception as error:
            failure = failure_of(error)
            _log.warning("schedule run failed", run=claim.run_id, code=failure.code)
            self._release(claim, failure)

    def _release(self, claim: RunClaim, failure: Failure) -> None:
        delay = _FIRST_DELAY_SECONDS * 2**claim.num_lost
        try:
            self._claims.release(claim, failure, delay)
        except Unavailable:
            return  # its lease runs out

    def _has_batch(self, claim: RunClaim) -> bool:
        try:
            self._services.batches.get(claim.tenant, claim.batch_id or "")
        except NotFound:
            return False
        return True

    @contextmanager
    def _kept(self, claim: RunClaim) -> Iterator[threading.Event]:
        """The lease is renewed meanwhile; the event says that it was lost."""
        is_lost, is_over = threading.Event(), threading.Event()

        def renew() -> None:
            while not is_over.wait(self._services.settings.jobs.lease_seconds / 3):
                try:
                    if not self._claims.renew(claim):
                        is_lost.set()
                        return
                except Unavailable:
                    continue

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield is_lost
        finally:
            is_over.set()
            thread.join()
