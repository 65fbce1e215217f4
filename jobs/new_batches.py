"""What does a batch look like of which nothing was begun?"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jobs.batch_tables import BatchItemRecord, BatchRecord
from schemas.batches import BatchItemCreate, BatchShared, BatchStatus
from schemas.errors import Conflict, InvalidInput, TooLarge
from schemas.job_settings import JobSettings

PENDING, ADMITTED = "pending", "admitted"
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class NewBatch:
    """`idempotency_key`: the same again, with the same body, is the same batch."""

    tenant: str
    key_id: str | None
    shared: BatchShared
    items: Sequence[BatchItemCreate] = field(default_factory=tuple)
    idempotency_key: str | None = None


def add_batch(
    session: Session, new: NewBatch, settings: JobSettings, now: datetime
) -> tuple[BatchRecord, bool]:
    """The batch with all its items, in the caller's transaction, and whether it is new. Nothing of
    it is begun: that is `BatchStore.advance`, after the commit, or a sweep.

    Raises `InvalidInput` for an item without a schema or a `custom_id` that comes twice,
    `TooLarge`, and `Conflict` for a key that came with another body.
    """
    check_items(new.shared, new.items, settings)
    body_hash = _body_hash(new)
    known = _known(session, new)
    if known is not None:
        if known.body_hash != body_hash:
            raise Conflict("this key came with another body before", param="Idempotency-Key")
        return known, False
    seconds = new.shared.deadline_seconds or settings.deadline_seconds
    record = BatchRecord(
        id=f"bat_{uuid.uuid4().hex}",
        tenant_id=new.tenant,
        key_id=new.key_id,
        idempotency_key=new.idempotency_key,
        body_hash=body_hash,
        status=BatchStatus.IN_PROGRESS,
        version=1,
        num_tries=1,
        num_items=len(new.items),
        request=new.shared.model_dump(mode="json", exclude={"metadata"}),
        tags=dict(new.shared.metadata),
        created_at=now,
        deadline_at=now + timedelta(seconds=seconds),
    )
    session.add(record)
    session.flush()
    for start in range(0, len(new.items), _AT_ONCE):
        chunk = enumerate(new.items[start : start + _AT_ONCE], start + 1)
        rows = [_row_of(record.id, position, item) for position, item in chunk]
        session.execute(insert(BatchItemRecord), rows)
    return record, True


def check_items(
    shared: BatchShared, items: Sequence[BatchItemCreate], settings: JobSettings
) -> None:
    if not items:
        raise InvalidInput("the batch has no items", param="items")
    if len(items) > settings.max_batch_items:
        raise TooLarge(f"{len(items):,} items, past the limit of {settings.max_batch_items:,}")
    taken: dict[str, int] = {}
    for position, item in enumerate(items, 1):
        if item.response_schema is None and shared.response_schema is None:
            raise InvalidInput(
                f"item {position} has no response_schema, nor has the batch",
                param="response_schema",
            )
        first = taken.setdefault(custom_id_of(item, position), position)
        if first != position:
            raise InvalidInput(
                f"item {position} has the custom_id of item {first}", param="custom_id"
            )


def custom_id_of(item: BatchItemCreate, position: int) -> str:
    return item.custom_id or f"item-{position}"


def _known(session: Session, new: NewBatch) -> BatchRecord | None:
    if new.idempotency_key is None:
        return None
    return session.scalars(
        select(BatchRecord).where(
            BatchRecord.tenant_id == new.tenant,
            BatchRecord.idempotency_key == new.idempotency_key,
        )
    ).one_or_none()


def _row_of(batch_id: str, position: int, item: BatchItemCreate) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "position": position,
        "custom_id": custom_id_of(item, position),
        "status": PENDING,
        "request": item.model_dump(mode="json", exclude={"custom_id"}, exclude_defaults=True),
        "num_tries": 0,
    }


def _body_hash(new: NewBatch) -> str:
    digest = hashlib.sha256(json.dumps(new.shared.model_dump(mode="json")).encode())
    for item in new.items:
        digest.update(b"\n" + item.model_dump_json().encode())
    return digest.hexdigest()
