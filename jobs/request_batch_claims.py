"""What does a worker that holds a job of a batch of requests read of it, and write?

Every write carries the claim, and changes nothing where the job has gone on without this worker,
which is what False says. Locks are taken in one order: the batch, its job, its tenant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.documents_of_job import add_with_documents, readable_documents
from jobs.file_store import add_record
from jobs.file_tables import FileRecord
from jobs.job_claims import Claim, held
from jobs.job_states import conclude
from jobs.new_jobs import new_job
from jobs.quotas import Quotas
from jobs.request_batch_progress import PENDING, end, has_expired_lines
from jobs.request_batch_tables import RequestBatchRecord, RequestLineRecord
from jobs.request_lines import RequestLines
from jobs.response_store import response_record
from jobs.tables import JobRecord
from schemas.errors import NotFound
from schemas.extraction import Status
from schemas.job_settings import JobSettings
from schemas.jobs import ExtractionCreate, Failure, JobKind, Queue
from schemas.openai_batches import OPEN, LineError, RequestBatchStatus

_AT_ONCE = 1_000
_TOKEN_BYTES = 4  # of text, about


@dataclass(frozen=True, slots=True)
class BatchFile:
    """What the job of a batch's files works on. `is_read`: now the answers are to be written."""

    batch_id: str
    endpoint: str
    input_file_id: str
    is_read: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class LineAsked:
    """A line, and where it stands in the batch's copy of the file."""

    batch_id: str
    endpoint: str
    line: int
    start: int
    num_bytes: int


@dataclass(frozen=True, slots=True)
class LineEnd:
    """What became of a line."""

    line: int
    custom_id: str
    status: str
    result_key: str | None
    response_id: str | None
    failure: Failure | None


class RequestBatchClaims:
    def __init__(self, database: Database, settings: JobSettings, quotas: Quotas) -> None:
        self._database, self._settings, self._quotas = database, settings, quotas

    def file_of(self, claim: Claim) -> BatchFile:
        """Raises `NotFound` where the batch is gone."""
        with self._database.reading() as session:
            record = session.get(RequestBatchRecord, claim.request["batch"])
            if record is None:
                raise NotFound("its batch is gone")
            return BatchFile(
                record.id,
                record.endpoint,
                record.input_file_id,
                is_read=record.in_progress_at is not None,
                is_open=record.status in OPEN,
            )

    def line_of(self, claim: Claim) -> LineAsked:
        """Raises `NotFound` where it is gone."""
        batch_id, number = claim.request["batch"], claim.request["line"]
        with self._database.reading() as session:
            record = session.get(RequestBatchRecord, batch_id)
            line = session.get(RequestLineRecord, (batch_id, number))
            if record is None or line is None:
                raise NotFound("its batch is gone")
            return LineAsked(batch_id, record.endpoint, number, line.start, line.num_bytes)

    def was_read(self, claim: Claim, read: RequestLines, *, most_tokens: int | None) -> bool:
        """Its lines wait to be begun; or it failed, where there are errors, or where more than so
        many tokens of the tenant's would wait in batches."""

        def write(session: Session) -> bool:
            found = self._held(session, claim)
            if found is None:
                return False
            batch, record = found
            if most_tokens is not None:  # of two that count what waits, one waits here
                self._quotas.tenants.limits_in(session, claim.tenant, is_locked=True)
            now = self._database.now(session)
            conclude(session, record, Status.COMPLETED, now)
            errors = read.errors or _past_quota(session, batch, read, most_tokens)
            if batch.status != RequestBatchStatus.VALIDATING:
                return True  # it is being cancelled, and goes on from there
            if errors:
                batch.errors = [error.model_dump(mode="json") for error in errors]
                end(session, batch, RequestBatchStatus.FAILED, now)
                return True
            _insert_lines(session, batch.id, read)
            batch.status, batch.in_progress_at = RequestBatchStatus.IN_PROGRESS, now
            batch.job_id, batch.model = None, read.model
            batch.num_lines = len(read.lines)
            batch.estimated_tokens = read.num_bytes // _TOKEN_BYTES
            return True

        return self._database.settle(write)

    def hand_over(self, claim: Claim, create: ExtractionCreate, request: Mapping[str, Any]) -> bool:
        """The line's answer is an extraction from here on, and a response. Raises `NotFound` and
        `Conflict` for the documents, `RateLimited` where it has to wait for what its tenant may
        use, `QuotaExceeded` where it never fits."""

        def write(session: Session) -> bool:
            batch_id = claim.request["batch"]
            batch = session.get(RequestBatchRecord, batch_id, with_for_update=True)
            line = session.get(RequestLineRecord, (batch_id, claim.request["line"]))
            record = held(session, claim)
            if batch is None or line is None or record is None:
                return False
            now = self._database.now(session)
            if record.cancel_requested:
                conclude(session, record, Status.CANCELLED, now)
                return True
            self._quotas.hold(session, claim.tenant)  # before the records that refer to it
            documents = readable_documents(session, claim.tenant, create.documents, now)
            tokens = self._quotas.tokens_of(create, documents)
            self._quotas.check_item(session, claim.tenant, tokens)
            job = new_job(
                claim.tenant,
                JobKind.EXTRACTION,
                Queue.BATCH,
                now=now,
                seconds=(claim.deadline_at - now).total_seconds(),
                key_id=record.key_id,
                request=create.model_dump(mode="json"),
                batch_id=batch_id,
            )
            job.queued_at = record.queued_at
            job.estimated_tokens = tokens
            job.keep_seconds = self._quotas.keep_seconds_of(create, claim.tenant)
            job.is_of_responses = True
            add_with_documents(session, job, create.documents, documents)
            response = response_record(claim.tenant, now, request=request, extraction_id=job.id)
            session.add(response)
            session.delete(record)
            line.job_id, line.response_id = job.id, response.id
            return True

        return self._database.settle(write)

    def ends_of(self, batch_id: str) -> Iterator[LineEnd]:
        """Of all lines, in the order of the file."""
        last = 0
        while page := self._page(batch_id, last):
            yield from page
            last = page[-1].line

    def written(
        self,
        claim: Claim,
        output: FileRecord | None,
        errors: FileRecord | None,
        *,
        num_deleted: int,
    ) -> bool:
        """The batch has ended, with these files; so many answers were deleted before they could
        be written."""

        def write(session: Session) -> bool:
            found = self._held(session, claim)
            if found is None:
                return False
            batch, record = found
            now = self._database.now(session)
            conclude(session, record, Status.COMPLETED, now)
            for file in (output, errors):
                if file is not None:
                    file.created_at, file.expires_at = now, _expiry(now, batch.output_seconds)
                    add_record(session, file)
            batch.output_file_id = None if output is None else output.id
            batch.error_file_id = None if errors is None else errors.id
            batch.num_completed -= num_deleted
            batch.num_failed += num_deleted
            end(session, batch, _final_status(session, batch), now)
            return True

        return self._database.settle(write)

    def _held(self, session: Session, claim: Claim) -> tuple[RequestBatchRecord, JobRecord] | None:
        """The batch whose file job this is, and the job: it is to end with what is written. Both
        are locked."""
        batch_id = claim.request["batch"]
        batch = session.get(RequestBatchRecord, batch_id, with_for_update=True)
        record = held(session, claim)
        if batch is None or record is None or batch.job_id != claim.job_id:
            return None
        if batch.status not in OPEN:
            return None
        return batch, record

    def _page(self, batch_id: str, last: int) -> Sequence[LineEnd]:
        with self._database.reading() as session:
            records = session.scalars(
                select(RequestLineRecord)
                .where(RequestLineRecord.batch_id == batch_id, RequestLineRecord.line > last)
                .order_by(RequestLineRecord.line)
                .limit(_AT_ONCE)
            )
            return [_end_of(record) for record in records]


def _end_of(record: RequestLineRecord) -> LineEnd:
    return LineEnd(
        line=record.line,
        custom_id=record.custom_id,
        status=record.status,
        result_key=record.result_key,
        response_id=record.response_id,
        failure=Failure.model_validate(record.failure) if record.failure else None,
    )


def _insert_lines(session: Session, batch_id: str, read: RequestLines) -> None:
    for start in range(0, len(read.lines), _AT_ONCE):
        rows = [
            {"batch_id": batch_id, "status": PENDING, **asdict(line)}
            for line in read.lines[start : start + _AT_ONCE]
        ]
        session.execute(insert(RequestLineRecord), rows)


def _past_quota(
    session: Session, batch: RequestBatchRecord, read: RequestLines, most_tokens: int | None
) -> list[LineError]:
    if most_tokens is None:
        return []
    waiting = session.scalar(
        select(func.coalesce(func.sum(RequestBatchRecord.estimated_tokens), 0)).where(
            RequestBatchRecord.tenant_id == batch.tenant_id, RequestBatchRecord.status.in_(OPEN)
        )
    )
    wanted = read.num_bytes // _TOKEN_BYTES
    if int(waiting or 0) + wanted <= most_tokens:
        return []
    told = (
        f"Enqueued token limit reached: about {wanted:,} tokens beside {int(waiting or 0):,} of "
        f"other batches, of {most_tokens:,}. Please try again once some in_progress batches have "
        "been completed."
    )
    return [LineError(code="token_limit_exceeded", message=told)]


def _final_status(session: Session, batch: RequestBatchRecord) -> RequestBatchStatus:
    if batch.status == RequestBatchStatus.CANCELLING:
        return RequestBatchStatus.CANCELLED
    if has_expired_lines(session, batch):
        return RequestBatchStatus.EXPIRED
    return RequestBatchStatus.COMPLETED


def _expiry(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)
