"""Which files are arriving in parts?

A part is stored before its record is made. Completing makes one file of the parts that are named;
done twice, it gives the same file.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.file_store import folder_removal
from jobs.file_tables import UploadPartRecord, UploadRecord
from jobs.storage import upload_folder
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.openai_files import (
    UPLOAD_SECONDS,
    FilePurpose,
    UploadCreate,
    UploadObject,
    UploadPart,
    UploadStatus,
)

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """What a file is to be made of, in order."""

    upload_id: str
    part_ids: tuple[str, ...]
    purpose: FilePurpose
    name: str
    num_bytes: int
    file_seconds: int | None
    file_id: str | None  # that was made of it


class UploadStore:
    """What names an upload of another tenant raises `NotFound`, as if there were none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, tenant: str, wanted: UploadCreate) -> UploadObject:
        with self._database.transaction() as session:
            now = self._database.now(session)
            record = UploadRecord(
                id=f"upload_{uuid.uuid4().hex}",
                tenant_id=tenant,
                purpose=wanted.purpose,
                name=wanted.filename,
                media_type=wanted.mime_type,
                num_bytes=wanted.bytes,
                status=UploadStatus.PENDING,
                file_seconds=None if wanted.expires_after is None else wanted.expires_after.seconds,
                created_at=now,
                expires_at=now + timedelta(seconds=UPLOAD_SECONDS),
            )
            session.add(record)
            return _view(record, now)

    def get(self, tenant: str, upload_id: str) -> UploadObject:
        with self._database.reading() as session:
            return _view(self._found(session, tenant, upload_id), self._database.now(session))

    def room(self, tenant: str, upload_id: str) -> int:
        """Bytes that are still to come. Raises `Conflict` for one that takes no more."""
        with self._database.reading() as session:
            record = self._pending(session, tenant, upload_id)
            return record.num_bytes - sum(part.num_bytes for part in _parts(session, upload_id))

    def add_part(self, tenant: str, upload_id: str, part_id: str, num_bytes: int) -> UploadPart:
        """Of one whose bytes lie in the storage."""
        with self._database.transaction() as session:
            record = self._pending(session, tenant, upload_id, is_locked=True)
            there = sum(part.num_bytes for part in _parts(session, upload_id))
            if there + num_bytes > record.num_bytes:
                raise InvalidInput(
                    f"the parts have {there + num_bytes} bytes, more than the {record.num_bytes} "
                    "that were told when the upload was made",
                    param="data",
                )
            now = self._database.now(session)
            session.add(
                UploadPartRecord(
                    id=part_id, upload_id=upload_id, num_bytes=num_bytes, created_at=now
                )
            )
            return UploadPart(id=part_id, created_at=int(now.timestamp()), upload_id=upload_id)

    def parts(self, tenant: str, upload_id: str, part_ids: Sequence[str]) -> Parts:
        """Raises `InvalidInput` where these parts are not the whole file."""
        with self._database.reading() as session:
            record = self._found(session, tenant, upload_id)
            if record.status != UploadStatus.COMPLETED:
                record = self._pending(session, tenant, upload_id)
                _check_whole(record, _parts(session, upload_id), part_ids)
            return Parts(
                upload_id,
                tuple(part_ids),
                FilePurpose(record.purpose),
                record.name,
                record.num_bytes,
                record.file_seconds,
                record.file_id,
            )

    def completed(self, tenant: str, upload_id: str, file_id: str) -> UploadObject:
        """The file was made; the parts go. Raises `Conflict` where it was ended meanwhile."""
        with self._database.transaction() as session:
            record = self._found(session, tenant, upload_id, is_locked=True)
            if record.file_id == file_id:
                return _view(record, self._database.now(session))
            record = self._pending(session, tenant, upload_id)
            record.file_id = file_id
            return self._end(session, record, UploadStatus.COMPLETED)

    def cancel(self, tenant: str, upload_id: str) -> UploadObject:
        with self._database.transaction() as session:
            record = self._pending(session, tenant, upload_id, is_locked=True)
            return self._end(session, record, UploadStatus.CANCELLED)

    def expire(self) -> int:
        """The parts of those whose hour is over go; how many uploads there were."""
        with self._database.transaction() as session:
            now = self._database.now(session)
            ended = session.scalars(
                select(UploadRecord)
                .where(UploadRecord.status == UploadStatus.PENDING, UploadRecord.expires_at <= now)
                .limit(_AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            for record in ended:
                self._end(session, record, UploadStatus.EXPIRED)
            return len(ended)

    def _end(self, session: Session, record: UploadRecord, status: UploadStatus) -> UploadObject:
        now = self._database.now(session)
        record.status = status
        session.execute(delete(UploadPartRecord).where(UploadPartRecord.upload_id == record.id))
        folder = upload_folder(record.tenant_id, record.id)
        session.add(folder_removal(record.tenant_id, folder, now))
        return _view(record, now)

    def _found(
        self, session: Session, tenant: str, upload_id: str, *, is_locked: bool = False
    ) -> UploadRecord:
        wanted = select(UploadRecord).where(
            UploadRecord.id == upload_id, UploadRecord.tenant_id == tenant
        )
        record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
        if record is None:
            raise NotFound(f"No such Upload object: {upload_id}", param="upload_id")
        return record

    def _pending(
        self, session: Session, tenant: str, upload_id: str, *, is_locked: bool = False
    ) -> UploadRecord:
        record = self._found(session, tenant, upload_id, is_locked=is_locked)
        status = _status_of(record, self._database.now(session))
        if status is not UploadStatus.PENDING:
            raise Conflict(f"the upload is {status.value}: make another one", param="upload_id")
        return record


def remove_uploads(session: Session, tenant: str, now: datetime) -> None:
    """All of a tenant that goes: the parts that they leave are written down."""
    wanted = select(UploadRecord.id).where(
        UploadRecord.tenant_id == tenant, UploadRecord.status == UploadStatus.PENDING
    )
    for upload_id in session.scalars(wanted):
        session.add(folder_removal(tenant, upload_folder(tenant, upload_id), now))


def _parts(session: Session, upload_id: str) -> Sequence[UploadPartRecord]:
    wanted = select(UploadPartRecord).where(UploadPartRecord.upload_id == upload_id)
    return session.scalars(wanted).all()


def _check_whole(
    record: UploadRecord, parts: Sequence[UploadPartRecord], part_ids: Sequence[str]
) -> None:
    sizes = {part.id: part.num_bytes for part in parts}
    unknown = [part_id for part_id in part_ids if part_id not in sizes]
    if unknown:
        raise InvalidInput(f"the upload has no part {unknown[0]}", param="part_ids")
    if len(set(part_ids)) < len(part_ids):
        raise InvalidInput("a part is named twice", param="part_ids")
    found = sum(sizes[part_id] for part_id in part_ids)
    if found != record.num_bytes:
        raise InvalidInput(
            f"the parts have {found} bytes; {record.num_bytes} were told when the upload was made",
            param="part_ids",
        )


def _status_of(record: UploadRecord, now: datetime) -> UploadStatus:
    is_over = record.status == UploadStatus.PENDING and record.expires_at <= now
    return UploadStatus.EXPIRED if is_over else UploadStatus(record.status)


def _view(record: UploadRecord, now: datetime) -> UploadObject:
    return UploadObject(
        id=record.id,
        bytes=record.num_bytes,
        created_at=int(record.created_at.timestamp()),
        expires_at=int(record.expires_at.timestamp()),
        filename=record.name,
        purpose=record.purpose,
        status=_status_of(record, now),
    )
