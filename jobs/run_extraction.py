"""How does an extraction come from its claim to its result?"""

from __future__ import annotations

import time
from collections.abc import Callable

from jobs.engine_client import RemoteFailure
from jobs.extraction_progress import ExtractionProgress
from jobs.job_store import Claim
from jobs.logs import logger
from jobs.patience import patiently
from jobs.services import Services
from jobs.storage import result_key
from schemas.engine_protocol import EngineDocument, EngineEvent, EngineExtract
from schemas.errors import Cancelled, EngineUnavailable, NotFound, Overloaded, Unavailable
from schemas.extraction import Extraction, Mode, Status
from schemas.jobs import ExtractionCreate, JobProgress, Queue

_URGENCY = {Queue.INTERACTIVE: 1, Queue.STANDARD: 5, Queue.BATCH: 9}
_MOST_LOSSES = 3  # of the engine while it does this job: then the job may be what kills it
_REPORT_SECONDS = 0.5
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 5.0
_LOOK_SECONDS = 0.25
_AWAY = (EngineUnavailable.code, Overloaded.code)

_log = logger(__name__)


def run_extraction(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """Brings a job to its result, completed or incomplete. Whatever ends it otherwise is raised:
    `Cancelled` when it was to stop; nothing is written then.

    An engine that is away is waited for, without end: the deadline is the keeper's.
    """
    began = time.monotonic()
    request = _request_of(claim, services)
    extraction = _Reading(claim, services, should_stop).read(request)
    extraction = extraction.model_copy(update={"id": claim.job_id})
    key = result_key(claim.tenant, claim.job_id, claim.attempt)
    data = extraction.model_dump_json().encode()
    patiently(lambda: services.storage.put_bytes(key, data), should_stop)
    is_complete = extraction.status == Status.COMPLETED
    is_ours = patiently(
        lambda: services.jobs.finish(
            claim,
            status=Status.COMPLETED if is_complete else Status.INCOMPLETE,
            result_key=key,
            usage=extraction.usage,
            seconds=round(time.monotonic() - began, 3),
        ),
        should_stop,
    )
    if not is_ours:
        _remove_if_unwanted(claim, services, key)


class _Reading:
    """The engine's work on one request, begun again when the engine went away."""

    def __init__(self, claim: Claim, services: Services, should_stop: Callable[[], bool]) -> None:
        self._claim, self._services, self._should_stop = claim, services, should_stop
        self._progress = ExtractionProgress()
        self._reported = 0.0

    def read(self, request: EngineExtract) -> Extraction:
        num_losses, wait = 0, _FIRST_WAIT_SECONDS
        while True:
            self._check()
            self._progress = ExtractionProgress()
            try:
                return self._services.engine.extract(request, self._on_event)
            except EngineUnavailable as error:
                num_losses += error.was_reached and not self._progress.is_waiting
                if num_losses >= _MOST_LOSSES:
                    raise
                wait = _FIRST_WAIT_SECONDS if error.was_reached else wait
            except RemoteFailure as error:
                if error.failure.code not in _AWAY:
                    raise
            if wait == _FIRST_WAIT_SECONDS:
                _log.info("waiting for the engine", num_losses=num_losses)
            self._report(JobProgress(stage="waiting_for_engine"))
            self._sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    def _on_event(self, event: EngineEvent) -> None:
        self._check()
        is_new = self._progress.take(event)
        if is_new and time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._report(self._progress.progress())

    def _report(self, progress: JobProgress) -> None:
        """A database that does not answer just now does not stop the reading."""
        try:
            is_ours = self._services.jobs.report(self._claim, progress, self._progress.fields())
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


def _request_of(claim: Claim, services: Services) -> EngineExtract:
    create = ExtractionCreate.model_validate(claim.request)
    handles = services.documents.documents_of(claim.tenant, create.documents)
    return EngineExtract(
        request_id=f"{claim.job_id}:{claim.attempt}",
        tenant=claim.tenant,
        documents=[EngineDocument(id=handle.id, key=handle.parsed_key) for handle in handles],
        response_schema=create.response_schema,
        instructions=create.instructions,
        mode=None if create.mode == "auto" else Mode(create.mode),
        urgency=_URGENCY[claim.queue],
    )


def _remove_if_unwanted(claim: Claim, services: Services, key: str) -> None:
    """A job that was deleted, or went on without us, does not point at what we wrote."""
    try:
        wanted = services.jobs.result_key_of(claim.tenant, claim.job_id)
    except NotFound:
        wanted = None
    if wanted != key:
        services.storage.delete_folder(key)
