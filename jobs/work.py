"""How does a worker bring one job to an end?"""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Callable

from jobs.failures import failure_of
from jobs.job_keeper import JobKeeper, StopReason
from jobs.job_store import Claim
from jobs.logs import bind, logger
from jobs.patience import patiently
from jobs.request_batch_store import is_of_requests
from jobs.rings import ring_missing
from jobs.run_batch_file import run_batch_file
from jobs.run_extraction import run_extraction
from jobs.run_ingest import run_ingest
from jobs.run_line import run_line
from jobs.run_prepare import run_prepare
from jobs.run_response import run_response
from jobs.run_tuning import run_tuning
from jobs.services import Services
from schemas.errors import Cancelled, DeadlineExceeded, EngineUnavailable
from schemas.jobs import Failure, JobKind, Queue

_FIRST_DELAY_SECONDS, _LONGEST_DELAY_SECONDS = 2.0, 60.0

_log = logger(__name__)


def run_next(
    queue: Queue, services: Services, *, is_draining: Callable[[], bool] = lambda: False
) -> bool:
    """Claims the next job that is due and runs it to an end; False when there is none.

    It raises only when the database does not answer: then the lease runs out and the sweeper
    puts the job back.
    """
    claim = services.jobs.claim(queue, _worker_name())
    if claim is None:
        return False
    with bind(job_id=claim.job_id, attempt=str(claim.attempt)):
        _log.info("job begun", queue=queue.value)
        lease_seconds = services.settings.jobs.lease_seconds
        with JobKeeper(claim, services.jobs, lease_seconds, is_draining) as keeper:
            error = _run(claim, services, keeper.should_stop)
            patiently(lambda: _end(claim, services, keeper.reason, error), lambda: False)
        _go_on(claim, services)
    return True


def _go_on(claim: Claim, services: Services) -> None:
    """What may begin now. Where the process dies before this, a sweep does it."""
    if claim.batch_id is not None:
        _advance_batch(claim.batch_id, services)
    if claim.kind == JobKind.INGEST:
        services.batches.advance_all()
        ring_missing(services)


def _advance_batch(batch_id: str, services: Services) -> None:
    """Of extractions, or of requests."""
    if is_of_requests(batch_id):
        for queue, number in Counter(services.request_batches.advance(batch_id)).items():
            services.doorbell.ring(queue, number)
    elif admitted := services.batches.advance(batch_id):
        services.doorbell.ring(Queue.BATCH, admitted)


def _run(claim: Claim, services: Services, should_stop: Callable[[], bool]) -> Exception | None:
    try:
        _run_of(claim.kind)(claim, services, should_stop=should_stop)
    except Exception as error:
        return error
    return None


def _run_of(kind: JobKind) -> Callable[..., None]:
    runs = {
        JobKind.INGEST: run_ingest,
        JobKind.EXTRACTION: run_extraction,
        JobKind.PREPARE: run_prepare,
        JobKind.BATCH_FILE: run_batch_file,
        JobKind.LINE: run_line,
        JobKind.RESPONSE: run_response,
        JobKind.TUNING: run_tuning,
    }
    return runs[kind]


def _end(
    claim: Claim, services: Services, reason: StopReason | None, error: Exception | None
) -> None:
    """Writes what the run did not; changes nothing where it came to its final state."""
    if reason is None and error is not None:
        _end_of_error(claim, services, error)
    elif reason is not None and _end_of_stop(claim, services, reason):
        _log.info("job stopped", reason=reason.value)
    elif error is None:
        _log.info("job done")
    else:
        _log.info("job given up: it is not ours any more")


def _end_of_stop(claim: Claim, services: Services, reason: StopReason) -> bool:
    if reason is StopReason.CANCELLED:
        return services.jobs.cancelled(claim)
    if reason is StopReason.DEADLINE:
        return services.jobs.fail(claim, _too_late())
    if reason is StopReason.DRAINING and services.jobs.release(claim):
        services.doorbell.ring(claim.queue)
        return True
    return False


def _end_of_error(claim: Claim, services: Services, error: Exception) -> None:
    if isinstance(error, Cancelled):
        return  # it goes on without us
    failure = failure_of(error)
    num_lost = claim.num_lost + 1
    is_last = num_lost >= services.settings.jobs.max_attempts
    if failure.retryable and not is_last and not isinstance(error, EngineUnavailable):
        delay = min(_FIRST_DELAY_SECONDS * 2**claim.num_lost, _LONGEST_DELAY_SECONDS)
        _log.warning("job put back", code=failure.code, delay_seconds=delay)
        services.jobs.release(claim, delay_seconds=delay, is_lost=True)
        return
    _log.info("job failed", code=failure.code)
    services.jobs.fail(claim, failure)


def _too_late() -> Failure:
    return Failure(
        code=DeadlineExceeded.code,
        message="its deadline passed while it ran",
        retryable=True,
    )


def _worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:128]
