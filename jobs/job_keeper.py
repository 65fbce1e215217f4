"""Is the job still ours, and has a reason to stop come up?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType

from jobs.job_store import Claim, JobStore
from jobs.logs import logger

_LOOK_SECONDS = 1.0

_log = logger(__name__)


class StopReason(StrEnum):
    LOST = "lost"  # the job goes on without us, or is gone
    CANCELLED = "cancelled"
    DEADLINE = "deadline"
    DRAINING = "draining"  # this process ends


class JobKeeper:
    """Renews the lease from a thread while the work is done; used as a context.

    The first reason to stop that came up stays. Nothing is written after a job is lost.
    """

    def __init__(
        self, claim: Claim, jobs: JobStore, lease_seconds: float, is_draining: Callable[[], bool]
    ) -> None:
        self._claim, self._jobs, self._lease_seconds = claim, jobs, lease_seconds
        self._is_draining = is_draining
        self._renewed, self._renewed_at = time.monotonic(), time.time()
        self._reason: StopReason | None = None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keeper-{claim.job_id}")
        self._thread.daemon = True

    def __enter__(self) -> JobKeeper:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._thread.join()

    @property
    def reason(self) -> StopReason | None:
        if self._reason is None:
            self._reason = self._found()
        return self._reason

    def should_stop(self) -> bool:
        return self.reason is not None

    def _found(self) -> StopReason | None:
        if datetime.now(UTC) >= self._claim.deadline_at:
            return StopReason.DEADLINE
        return StopReason.DRAINING if self._is_draining() else None

    def _keep(self) -> None:
        while not self._ends.wait(min(_LOOK_SECONDS, self._lease_seconds / 4)):
            try:
                answer = self._ask()
            except Exception as error:  # what keeps a job alive must not end by a surprise
                _log.warning("the lease could not be renewed", exc_info=error)
                answer = None if self._is_past_lease() else False
            if answer is None:
                self._reason = StopReason.LOST
                return
            if answer and self._reason is None:
                self._reason = StopReason.CANCELLED

    def _ask(self) -> bool | None:
        asked, asked_at = time.monotonic(), time.time()
        if not self._is_due(asked, asked_at):
            return self._jobs.look(self._claim)
        answer = self._jobs.renew(self._claim)
        self._renewed, self._renewed_at = asked, asked_at
        return answer

    def _is_due(self, now: float, now_at: float) -> bool:
        """By either clock: the monotonic one stands still while the machine sleeps, and the lease
        does not."""
        return max(now - self._renewed, now_at - self._renewed_at) >= self._lease_seconds / 4

    def _is_past_lease(self) -> bool:
        """Asked while the database does not answer. By the monotonic clock alone: a clock that was
        set is no reason to drop the work, and what is written without the lease has no effect."""
        return time.monotonic() - self._renewed > self._lease_seconds
