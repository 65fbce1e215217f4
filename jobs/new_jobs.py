"""What does a job look like that nobody has begun?"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from jobs.tables import JobRecord
from schemas.extraction import Status
from schemas.jobs import JobKind, JobProgress, Queue

_PREFIX = {
    JobKind.EXTRACTION: "ext_",
    JobKind.INGEST: "ing_",
    JobKind.PREPARE: "pre_",
    JobKind.BATCH_FILE: "bfl_",
    JobKind.LINE: "lin_",
    JobKind.RESPONSE: "rsp_",
    JobKind.TUNING: "ftjob-",
}


def new_job(
    tenant: str,
    kind: JobKind,
    queue: Queue,
    *,
    now: datetime,
    seconds: float,
    key_id: str | None = None,
    request: Mapping[str, Any] | None = None,
    request_hash: str | None = None,
    tags: Mapping[str, str] | None = None,
    batch_id: str | None = None,
) -> JobRecord:
    """Its deadline is in so many seconds."""
    return JobRecord(
        id=f"{_PREFIX[kind]}{uuid.uuid4().hex}",
        tenant_id=tenant,
        key_id=key_id,
        batch_id=batch_id,
        kind=kind,
        queue=queue,
        status=Status.QUEUED,
        version=1,
        request=dict(request or {}),
        request_hash=request_hash,
        tags=dict(tags or {}),
        attempt=0,
        num_lost=0,
        waits_for_documents=False,
        cancel_requested=False,
        progress=JobProgress().model_dump(mode="json"),
        partial_fields=[],
        created_at=now,
        queued_at=now,
        deadline_at=now + timedelta(seconds=seconds),
    )
