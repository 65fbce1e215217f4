"""How do callers and workers meet a training?

What names one of another tenant raises `NotFound`, as if there were none.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from jobs.audit import note
from jobs.file_tables import FileRecord
from jobs.job_states import ask_to_stop
from jobs.job_views import has_tags
from jobs.new_jobs import new_job
from jobs.queue_load import check_room
from jobs.tables import JobRecord
from jobs.tuned_models import num_models
from jobs.tuning_claims import TuningClaims
from jobs.tuning_events import add_event
from jobs.tuning_tables import (
    TuningCheckpointRecord,
    TuningEventRecord,
    TuningRecord,
)
from jobs.tuning_views import checkpoint_of, event_number, event_of, tuning_job
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.jobs import JobKind, Queue
from schemas.openai_files import FilePurpose
from schemas.openai_tuning import (
    FineTuningCheckpoint,
    FineTuningCreate,
    FineTuningEvent,
    FineTuningJob,
)

_DEADLINE_SECONDS = 30 * 86_400.0  # a training waits for those before it
_MOST_SEED = 2**31


class TuningStore(TuningClaims):
    """The face of the API; the workers' is `TuningClaims`."""

    def create(
        self, tenant: str, key_id: str | None, create: FineTuningCreate, model: str
    ) -> FineTuningJob:
        """`model` is the name of the one that is served. Raises `NotFound` and `InvalidInput` for
        the files, `Conflict` where the tenant has as many models as it may, `Overloaded`."""

        def write(session: Session) -> FineTuningJob:
            now = self._database.now(session)
            for param in ("training_file", "validation_file"):
                self._check_file(session, tenant, getattr(create, param), param)
            most = self._settings.tuning.max_models
            if num_models(session, tenant) >= most:
                raise Conflict(f"there are {most} tuned models already: delete one first")
            check_room(session, Queue.TUNING, self._settings.jobs)
            seed = secrets.randbelow(_MOST_SEED) if create.seed is None else create.seed
            job = new_job(
                tenant,
                JobKind.TUNING,
                Queue.TUNING,
                now=now,
                seconds=_DEADLINE_SECONDS,
                key_id=key_id,
                request=create.model_dump(mode="json"),
                tags=create.metadata,
            )
            tuning = TuningRecord(job_id=job.id, model=model, seed=seed, state_step=0)
            session.add(job)
            session.flush()
            session.add(tuning)
            add_event(session, job.id, f"Created fine-tuning job: {job.id}", now)
            note(session, now, "fine_tuning.create", job.id, tenant=tenant)
            return tuning_job(job, tuning)

        return self._database.settle(write)

    def get(self, tenant: str, job_id: str) -> FineTuningJob:
        with self._database.reading() as session:
            return tuning_job(*_found(session, tenant, job_id))

    def cancel(self, tenant: str, job_id: str) -> FineTuningJob:
        """At once where it waits; where it trains, it is asked to stop. Twice is no error."""
        with self._database.transaction() as session:
            job, tuning = _found(session, tenant, job_id, is_locked=True)
            ask_to_stop(session, job, self._database.now(session))
            note(session, self._database.now(session), "fine_tuning.cancel", job_id, tenant=tenant)
            return tuning_job(job, tuning)

    def events(
        self, tenant: str, job_id: str, *, limit: int, after: str | None = None
    ) -> tuple[list[FineTuningEvent], bool]:
        """The newest first, and whether there are more."""
        wanted = select(TuningEventRecord).where(TuningEventRecord.job_id == job_id)
        if after is not None:
            wanted = wanted.where(TuningEventRecord.number < event_number(after))
        with self._database.reading() as session:
            _found(session, tenant, job_id)
            wanted = wanted.order_by(TuningEventRecord.number.desc()).limit(limit + 1)
            records = session.scalars(wanted).all()
            return [event_of(record) for record in records[:limit]], len(records) > limit

    def checkpoints(
        self, tenant: str, job_id: str, *, limit: int, after: str | None = None
    ) -> tuple[list[FineTuningCheckpoint], bool]:
        """The newest first, and whether there are more."""
        with self._database.reading() as session:
            job, tuning = _found(session, tenant, job_id)
            records = session.scalars(
                select(TuningCheckpointRecord)
                .where(TuningCheckpointRecord.job_id == job_id)
                .order_by(TuningCheckpointRecord.step.desc())
            ).all()
            found = [checkpoint_of(job, tuning, record) for record in records]
        if after is not None:
            ids = [one.id for one in found]
            if after not in ids:
                raise NotFound("there is no such checkpoint", param="after")
            found = found[ids.index(after) + 1 :]
        return found[:limit], len(found) > limit

    def list(
        self,
        tenant: str,
        *,
        limit: int,
        after: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> tuple[list[FineTuningJob], bool]:
        """The newest first, and whether there are more."""
        wanted = (
            select(JobRecord, TuningRecord)
            .join(TuningRecord, TuningRecord.job_id == JobRecord.id)
            .where(JobRecord.tenant_id == tenant, JobRecord.kind == JobKind.TUNING)
        )
        if metadata:
            is_sqlite = self._database.is_sqlite
            wanted = wanted.where(has_tags(JobRecord.tags, metadata, is_sqlite=is_sqlite))
        with self._database.reading() as session:
            if after is not None:
                last, _ = _found(session, tenant, after, param="after")
                place = tuple_(JobRecord.created_at, JobRecord.id)
                wanted = wanted.where(place < (last.created_at, last.id))
            wanted = wanted.order_by(JobRecord.created_at.desc(), JobRecord.id.desc())
            rows = session.execute(wanted.limit(limit + 1)).all()
            return [tuning_job(*row) for row in rows[:limit]], len(rows) > limit

    def _check_file(self, session: Session, tenant: str, file_id: str | None, param: str) -> None:
        if file_id is None:
            return
        now = self._database.now(session)
        file = session.get(FileRecord, file_id)
        is_there = file is not None and file.tenant_id == tenant
        if file is None or not is_there or (file.expires_at is not None and file.expires_at <= now):
            raise NotFound(f"No such File object: {file_id}", param=param)
        if file.purpose != FilePurpose.FINE_TUNE:
            raise InvalidInput(
                f"{file_id} was uploaded for {file.purpose}: a {param} has the purpose "
                f"{FilePurpose.FINE_TUNE.value}",
                param=param,
            )
        most = self._settings.tuning.max_file_bytes
        if file.num_bytes > most:
            raise InvalidInput(
                f"{file_id} has {file.num_bytes} bytes, past the limit of {most}", param=param
            )


def _found(
    session: Session,
    tenant: str,
    job_id: str,
    *,
    is_locked: bool = False,
    param: str | None = "fine_tuning_job_id",
) -> tuple[JobRecord, TuningRecord]:
    wanted = select(JobRecord).where(
        JobRecord.id == job_id, JobRecord.tenant_id == tenant, JobRecord.kind == JobKind.TUNING
    )
    job = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    tuning = session.get(TuningRecord, job_id) if job is not None else None
    if job is None or tuning is None:
        raise NotFound(f"Could not find fine tune: {job_id}", param=param)
    return job, tuning
