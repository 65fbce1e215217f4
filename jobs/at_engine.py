"""How does a worker see its job through at the engine, which may go away?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from jobs.engine_client import OnEvent, RemoteFailure
from jobs.job_store import Claim
from jobs.logs import logger
from jobs.services import Services
from schemas.engine_protocol import EngineEvent
from schemas.errors import Cancelled, EngineUnavailable, Overloaded, Unavailable
from schemas.extraction import FieldResult
from schemas.jobs import JobProgress

_MOST_LOSSES = 3  # of the engine while it does this job: then the job may be what kills it
_REPORT_SECONDS = 0.5
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 5.0
_LOOK_SECONDS = 0.25
_AWAY = (EngineUnavailable.code, Overloaded.code)

Result = TypeVar("Result")

_log = logger(__name__)


class Told(Protocol):
    """What the engine's events of one request came to."""

    is_waiting: bool  # others go before it at the engine

    @property
    def went_on(self) -> bool:
        """Whether it left something that will not be done again."""
        ...

    def begun_anew(self) -> Told:
        """What is known when the same is asked once more."""
        ...

    def take(self, event: EngineEvent) -> bool:
        """Whether the event told something new."""
        ...

    def progress(self) -> JobProgress: ...

    def fields(self) -> list[FieldResult]: ...


class AtEngine:
    """The engine's work on one job, begun again when the engine went away.

    An engine that is away is waited for, without end: the deadline is the keeper's.
    """

    def __init__(
        self,
        claim: Claim,
        services: Services,
        should_stop: Callable[[], bool],
        told: Told,
    ) -> None:
        self._claim, self._services, self._should_stop = claim, services, should_stop
        self._told = told
        self._reported = 0.0

    def result(self, ask: Callable[[OnEvent], Result]) -> Result:
        """What the engine answers. Raises what it found wrong, `EngineUnavailable` where it was
        lost over this job again and again, and `Cancelled` when the job was to stop."""
        num_losses, wait = 0, _FIRST_WAIT_SECONDS
        while True:
            self._check()
            try:
                return ask(self._on_event)
            except EngineUnavailable as error:
                if self._told.went_on:
                    num_losses = 0
                num_losses += error.was_reached and not self._told.is_waiting
                if num_losses >= _MOST_LOSSES:
                    raise
                wait = _FIRST_WAIT_SECONDS if error.was_reached else wait
            except RemoteFailure as error:
                if error.failure.code not in _AWAY:
                    raise
            if wait == _FIRST_WAIT_SECONDS:
                _log.info("waiting for the engine", num_losses=num_losses)
            waiting = {"stage": "waiting_for_engine", "eta_seconds": None}
            self._told = self._told.begun_anew()
            self._report(self._told.progress().model_copy(update=waiting))
            self._sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    def _on_event(self, event: EngineEvent) -> None:
        self._check()
        is_new = self._told.take(event)
        if is_new and time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._report(self._told.progress())

    def _report(self, progress: JobProgress) -> None:
        """A database that does not answer just now does not stop the reading."""
        try:
            is_ours = self._services.jobs.report(self._claim, progress, self._told.fields())
        except Unavailable:
            return
        if not is_ours:
            raise Cancelled("the job goes on without this worker")
        self._reported = time.monotonic()

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._check()
            time.sleep(_LOOK_SECONDS)

    def _check(self) -> None:
        if self._should_stop():
            raise Cancelled("it was to stop")
