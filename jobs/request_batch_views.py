"""What does the service say of the batches of requests it keeps?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.request_batch_tables import RequestBatchRecord
from jobs.tables import LedgerRecord
from schemas.openai_batches import (
    BatchUsage,
    InputDetails,
    LineError,
    LineErrors,
    RequestBatch,
    RequestBatchStatus,
    RequestCounts,
)


def batch_views(session: Session, records: Sequence[RequestBatchRecord]) -> list[RequestBatch]:
    usage = _usage(session, [record.id for record in records])
    return [_view(record, usage.get(record.id, BatchUsage())) for record in records]


def _view(record: RequestBatchRecord, usage: BatchUsage) -> RequestBatch:
    errors = [LineError.model_validate(error) for error in record.errors]
    return RequestBatch(
        id=record.id,
        endpoint=record.endpoint,
        model=record.model,
        errors=LineErrors(data=errors) if errors else None,
        input_file_id=record.input_file_id,
        status=RequestBatchStatus(record.status),
        output_file_id=record.output_file_id,
        error_file_id=record.error_file_id,
        request_counts=RequestCounts(
            total=record.num_lines, completed=record.num_completed, failed=record.num_failed
        ),
        usage=usage,
        metadata=record.tags,
        **_times(record),
    )


def _times(record: RequestBatchRecord) -> dict[str, Any]:
    names = [name for name in RequestBatch.model_fields if name.endswith("_at")]
    return {name: _seconds(getattr(record, name)) for name in names}


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _usage(session: Session, batch_ids: Sequence[str]) -> dict[str, BatchUsage]:
    """As the ledger has it."""
    rows = session.execute(
        select(
            LedgerRecord.batch_id,
            func.sum(LedgerRecord.prompt_tokens),
            func.sum(LedgerRecord.cached_tokens),
            func.sum(LedgerRecord.completion_tokens),
        )
        .where(LedgerRecord.batch_id.in_(batch_ids))
        .group_by(LedgerRecord.batch_id)
    )
    return {
        str(batch_id): BatchUsage(
            input_tokens=int(prompt),
            input_tokens_details=InputDetails(cached_tokens=int(cached)),
            output_tokens=int(completion),
            total_tokens=int(prompt) + int(completion),
        )
        for batch_id, prompt, cached, completion in rows
    }
