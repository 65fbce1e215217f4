"""Who is told that a response has ended? Those who asked for events of the types that OpenAI's
webhooks have, of a response in the background; of any other its caller hears itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from jobs.outbox import emit
from jobs.response_tables import ResponseRecord
from jobs.tables import JobRecord
from schemas.extraction import Status

_ENDS = {
    Status.COMPLETED: "completed",
    Status.INCOMPLETE: "completed",  # it says what was not found
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}


def tell_of_responses(session: Session, record: JobRecord, now: datetime) -> None:
    """All that wait for this extraction, in the transaction in which it ends."""
    waiting = session.scalars(
        select(ResponseRecord)
        .where(ResponseRecord.extraction_id == record.id)
        .where(ResponseRecord.is_cancelled == false())
        .order_by(ResponseRecord.id)
    )
    for response in waiting.all():
        tell_of_response(session, response, Status(record.status), now)


def tell_of_response(
    session: Session, response: ResponseRecord, end: Status, now: datetime
) -> None:
    if response.request.get("background"):
        _tell(session, response.tenant_id, response.id, _ENDS[end], now)


def tell_of_chat(session: Session, record: JobRecord, now: datetime) -> None:
    """A chat in the background; one that was cut short is incomplete."""
    end = str(Status(record.status))
    _tell(session, record.tenant_id, record.request["response"], end, now)


def _tell(session: Session, tenant: str, response_id: str, end: str, now: datetime) -> None:
    data = {"id": response_id}
    emit(session, tenant_id=tenant, event_type=f"response.{end}", data=data, now=now)
