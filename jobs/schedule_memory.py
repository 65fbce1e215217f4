"""What has a schedule done already?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobs.batch_tables import BatchItemRecord
from jobs.job_views import has_tags
from jobs.schedule_tables import ScheduleContentRecord, ScheduleFileRecord
from jobs.tables import DocumentRecord
from schemas.extraction import Status
from schemas.jobs import Failure


@dataclass(frozen=True, slots=True)
class Found:
    """A document that is new to the schedule; `stamp` is None of what is no file."""

    document_id: str
    path: str
    sha256: str
    stamp: str | None


@dataclass(frozen=True, slots=True)
class Memory:
    """`contents` by sha256, `stamps` and what was read under them by path."""

    contents: frozenset[str]
    files: dict[str, tuple[str, str]]

    def knows(self, path: str, stamp: str) -> bool:
        """Whether it is done, and need not be read to know that."""
        seen, sha256 = self.files.get(path, ("", ""))
        return seen == stamp and sha256 in self.contents


def memory_of(session: Session, schedule_id: str) -> Memory:
    contents = session.scalars(
        select(ScheduleContentRecord.sha256).where(ScheduleContentRecord.schedule_id == schedule_id)
    )
    files = session.execute(
        select(ScheduleFileRecord.path, ScheduleFileRecord.stamp, ScheduleFileRecord.sha256).where(
            ScheduleFileRecord.schedule_id == schedule_id
        )
    )
    return Memory(frozenset(contents), {row.path: (row.stamp, row.sha256) for row in files})


def remember_file(session: Session, schedule_id: str, path: str, stamp: str, sha256: str) -> None:
    session.merge(
        ScheduleFileRecord(schedule_id=schedule_id, path=path, stamp=stamp, sha256=sha256)
    )


def take_contents(
    session: Session, schedule_id: str, run_id: str, found: Sequence[Found]
) -> list[Found]:
    """Those that are the run's now: what another run took meanwhile is not."""
    known = memory_of(session, schedule_id).contents
    taken = [item for item in found if item.sha256 not in known]
    for item in taken:
        session.add(
            ScheduleContentRecord(
                schedule_id=schedule_id,
                sha256=item.sha256,
                run_id=run_id,
                path=item.path,
                document_id=item.document_id,
            )
        )
    return taken


def forget_undone(session: Session, run_id: str, batch_id: str) -> int:
    """What a batch did not get to is new again: items that were cancelled, and those that failed
    for a reason that may pass. What the document itself is to blame for is done."""
    items = session.scalars(
        select(BatchItemRecord).where(
            BatchItemRecord.batch_id == batch_id,
            BatchItemRecord.status.in_((Status.CANCELLED, Status.FAILED)),
        )
    ).all()
    undone = [item.request["document"] for item in items if _may_pass(item)]
    if not undone:
        return 0
    session.execute(
        delete(ScheduleContentRecord).where(
            ScheduleContentRecord.run_id == run_id,
            ScheduleContentRecord.document_id.in_(undone),
        )
    )
    return len(undone)


def contents_of_run(session: Session, run_id: str) -> Sequence[ScheduleContentRecord]:
    return session.scalars(
        select(ScheduleContentRecord)
        .where(ScheduleContentRecord.run_id == run_id)
        .order_by(ScheduleContentRecord.path)
    ).all()


def inbox_documents(
    session: Session,
    tenant: str,
    since: datetime,
    metadata: dict[str, str],
    *,
    is_sqlite: bool,
) -> Sequence[DocumentRecord]:
    """Uploads since then. Those that a schedule brought are none, unless they are asked for."""
    wanted = select(DocumentRecord).where(
        DocumentRecord.tenant_id == tenant,
        DocumentRecord.parent_id.is_(None),
        DocumentRecord.created_at >= since,
    )
    if metadata:
        wanted = wanted.where(has_tags(DocumentRecord.tags, metadata, is_sqlite=is_sqlite))
    records = session.scalars(wanted.order_by(DocumentRecord.created_at, DocumentRecord.id)).all()
    return [r for r in records if "schedule" in metadata or "schedule" not in r.tags]


def _may_pass(item: BatchItemRecord) -> bool:
    if item.status == Status.CANCELLED:
        return True
    return item.failure is not None and Failure.model_validate(item.failure).retryable
