"""How do callers and workers meet the job that reads a document into the index?

Whatever names a document of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.document_store import found_document
from jobs.job_claims import Claim, held
from jobs.job_states import ask_to_stop, conclude, record_of_progress
from jobs.preparations import is_live, preparation_job, preparation_of, queue_preparation
from jobs.queue_load import check_room
from jobs.tables import JobRecord
from schemas.errors import Conflict, NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, JobProgress, Queue
from schemas.preparation import Preparation, PreparationJob
from schemas.stored_document import DocumentStatus

NO_ROOM = Failure(
    code="no_room",
    message="the cache had no room for all of the index: raise NEEDLEPOINT_CACHE__MAX_BYTES",
    retryable=True,
)


class PreparationStore:
    def __init__(self, database: Database, settings: JobSettings) -> None:
        self._database, self._settings = database, settings

    def ask(
        self, tenant: str, document_id: str, key_id: str | None = None
    ) -> tuple[PreparationJob, bool]:
        """The job, and whether it is new: not where one is under way. A document that is being
        read is waited for. Raises `Conflict` for one that could not be read, and `Overloaded`."""

        def write(session: Session) -> tuple[PreparationJob, bool]:
            document = found_document(session, tenant, document_id, is_locked=True)
            if document.status == DocumentStatus.FAILED:
                raise Conflict("the document could not be read: there is nothing to prepare")
            now = self._database.now(session)
            known = preparation_of(session, document_id, is_locked=True)
            if known is not None and is_live(known):
                return preparation_job(session, known, now), False
            check_room(session, Queue.PREPARE, self._settings)
            job = queue_preparation(session, document, self._settings, now, key_id)
            return preparation_job(session, job, now), True

        return self._database.settle(write)

    def find(self, tenant: str, document_id: str) -> PreparationJob | None:
        """None for a document that nobody asked to prepare."""
        with self._database.reading() as session:
            found_document(session, tenant, document_id)
            job = preparation_of(session, document_id)
            if job is None:
                return None
            return preparation_job(session, job, self._database.now(session))

    def get(self, tenant: str, document_id: str) -> PreparationJob:
        job = self.find(tenant, document_id)
        if job is None:
            raise NotFound("the document was not asked to be prepared: POST …/prepare does so")
        return job

    def cancel(self, tenant: str, document_id: str) -> PreparationJob:
        """At once where it waits; where it runs, it is asked to stop. Twice is no error."""
        with self._database.transaction() as session:
            found_document(session, tenant, document_id)
            job = preparation_of(session, document_id, is_locked=True)
            if job is None:
                raise NotFound("there is no preparation to cancel")
            now = self._database.now(session)
            ask_to_stop(session, job, now)
            return preparation_job(session, job, now)

    def progress(self, claim: Claim) -> JobProgress:
        """What the attempts before this one came to, as far as they told."""
        with self._database.reading() as session:
            progress = session.scalar(
                select(JobRecord.progress).where(JobRecord.id == claim.job_id)
            )
            return JobProgress.model_validate(progress or {})

    def finish(self, claim: Claim, done: Preparation) -> bool:
        """Completed, or incomplete where the cache had no room for all; False changes nothing."""
        with self._database.transaction() as session:
            record = held(session, claim)
            if record is None:
                return False
            is_whole = done.num_tokens_indexed == done.num_tokens
            status = Status.COMPLETED if is_whole else Status.INCOMPLETE
            now = self._database.now(session)
            conclude(session, record, status, now, None if is_whole else NO_ROOM)
            record.progress = record_of_progress(_end_of(done))
            return True


def _end_of(done: Preparation) -> JobProgress:
    return JobProgress(
        stage="done",
        tokens_done=done.num_tokens_indexed,
        tokens_total=done.num_tokens,
        share=done.num_tokens_indexed / done.num_tokens if done.num_tokens else 1.0,
    )
