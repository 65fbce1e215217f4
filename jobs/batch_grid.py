"""Which rows and columns has the grid of a batch?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from jobs.batch_admission import request_of, shared_of
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.grid import Columns, GridRow, columns_of
from jobs.services import Services
from schemas.batches import BatchItem
from schemas.errors import NotFound
from schemas.extraction import Extraction, Status

_PAGE = 100
_WITH_RESULT = (Status.COMPLETED, Status.INCOMPLETE)


def batch_columns(services: Services, batch_id: str) -> Columns:
    """Of all schemas that its items are asked with, each once, in the order of the items."""
    schemas: list[dict[str, Any]] = []
    with services.database.reading() as session:
        batch = session.get(BatchRecord, batch_id)
        if batch is not None and (shared := shared_of(batch).response_schema) is not None:
            schemas.append(shared)
        records = session.scalars(
            select(BatchItemRecord)
            .where(BatchItemRecord.batch_id == batch_id)
            .order_by(BatchItemRecord.position)
            .execution_options(yield_per=_PAGE)
        )
        for record in records:
            own = request_of(record).response_schema
            if own is not None and own not in schemas[-_PAGE:]:
                schemas.append(own)
    return columns_of(schemas)


def batch_rows(services: Services, tenant: str, batch_id: str) -> Iterator[GridRow]:
    """Each item as it is when its row is made, with its result; a page of them is in memory."""
    after, has_more = 0, True
    while has_more:
        items, has_more = services.batches.items(tenant, batch_id, after=after, limit=_PAGE)
        for item in items:
            yield GridRow(item, _result_of(services, tenant, item))
            after = item.position


def _result_of(services: Services, tenant: str, item: BatchItem) -> Extraction | None:
    if item.extraction is None or item.status not in _WITH_RESULT:
        return None
    try:
        key = services.jobs.result_key_of(tenant, item.extraction)
        return Extraction.model_validate_json(services.storage.get_bytes(key)) if key else None
    except NotFound:
        return None
