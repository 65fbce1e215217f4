"""How does an item of a batch become a job?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.documents_of_job import add_with_documents, readable_documents
from jobs.failures import failure_of
from jobs.new_batches import ADMITTED
from jobs.new_jobs import new_job
from jobs.quotas import Quotas
from jobs.tables import DocumentRecord
from schemas.batches import BatchItemCreate, BatchShared
from schemas.errors import Conflict, InvalidInput, NotFound, RateLimited, ServiceError
from schemas.jobs import ExtractionCreate, Failure, JobKind, Queue

_ID = re.compile(r"doc_[0-9a-f]{32}")


def admit(
    session: Session,
    batch: BatchRecord,
    item: BatchItemRecord,
    now: datetime,
    quotas: Quotas | None = None,
) -> Failure | None:
    """Makes the item's job; or says why there can be none. Raises `RateLimited`, with nothing
    done, where the item has to wait for what its tenant may use."""
    tenant = batch.tenant_id
    tokens = keep_seconds = None
    try:
        create = create_of(session, tenant, shared_of(batch), request_of(item))
        documents = readable_documents(session, tenant, create.documents, now)
        if quotas is not None:
            tokens = quotas.tokens_of(create, documents)
            keep_seconds = quotas.keep_seconds_of(create, tenant)
            quotas.check_item(session, tenant, tokens)
    except RateLimited:
        raise
    except ServiceError as error:
        item.num_tries += 1
        is_unreadable = isinstance(error, Conflict)
        return (is_unreadable and _failure_of_document(session, item, tenant)) or failure_of(error)
    job = new_job(
        tenant,
        JobKind.EXTRACTION,
        Queue.BATCH,
        now=now,
        seconds=(batch.deadline_at - now).total_seconds(),
        key_id=batch.key_id,
        request=create.model_dump(mode="json"),
        tags=create.metadata,
        batch_id=batch.id,
    )
    job.queued_at = now + timedelta(microseconds=item.position)  # in the order of the batch
    job.estimated_tokens, job.keep_seconds = tokens, keep_seconds
    add_with_documents(session, job, create.documents, documents)
    item.num_tries += 1
    item.status, item.job_id = ADMITTED, job.id
    return None


def shared_of(batch: BatchRecord) -> BatchShared:
    return BatchShared.model_validate(batch.request)


def request_of(item: BatchItemRecord) -> BatchItemCreate:
    return BatchItemCreate.model_validate(item.request)


def create_of(
    session: Session, tenant: str, shared: BatchShared, item: BatchItemCreate
) -> ExtractionCreate:
    """The extraction that an item asks for. Raises `NotFound` for an unknown name."""
    attachments = shared.attachments if item.attachments is None else item.attachments
    try:
        return ExtractionCreate(
            documents=_ids_of(session, tenant, item.named),
            response_schema=item.response_schema or shared.response_schema or {},
            instructions=shared.instructions if item.instructions is None else item.instructions,
            attachments=attachments,
            mode=item.mode or shared.mode,
            priority="batch",
            metadata=item.metadata,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(first["msg"], param=".".join(map(str, first["loc"]))) from error


def _ids_of(session: Session, tenant: str, named: Sequence[str]) -> list[str]:
    ids = [name if _ID.fullmatch(name) else _id_of(session, tenant, name) for name in named]
    if len(set(ids)) < len(ids):
        raise InvalidInput("a document is named twice", param="documents")
    return ids


def _id_of(session: Session, tenant: str, name: str) -> str:
    """Of several uploads under one name it is the newest."""
    found = session.scalars(
        select(DocumentRecord.id)
        .where(
            DocumentRecord.tenant_id == tenant,
            DocumentRecord.name == name,
            DocumentRecord.parent_id.is_(None),
        )
        .order_by(DocumentRecord.created_at.desc(), DocumentRecord.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound(f"no document was uploaded under the name {name!r}", param="documents")
    return found


def _failure_of_document(session: Session, item: BatchItemRecord, tenant: str) -> Failure | None:
    """Why a document of it could not be read, in the words that were found for it then."""
    for document_id in _ids_of(session, tenant, request_of(item).named):
        record = session.get(DocumentRecord, document_id)
        if record is not None and record.failure is not None:
            failure = Failure.model_validate(record.failure)
            return failure.model_copy(update={"param": document_id})
    return None
