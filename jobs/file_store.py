"""Which files did callers of the OpenAI routes upload, and what are they?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy import ColumnElement, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.document_deletion import delete_document
from jobs.file_tables import FileRecord
from jobs.storage import file_folder, file_key, original_key
from jobs.tables import DocumentRecord, RemovalRecord
from schemas.errors import InvalidInput, NotFound
from schemas.openai_files import LINES_PURPOSES, FileObject, FilePurpose, FileStatus
from schemas.stored_document import DocumentStatus

_BATCH_SECONDS = 30 * 86_400
_AT_ONCE = 100


def new_file_id() -> str:
    return f"file-{uuid.uuid4().hex}"


def check_name(purpose: FilePurpose, name: str) -> None:
    """Raises `InvalidInput` for lines that do not call themselves so."""
    if purpose in LINES_PURPOSES and PurePath(name).suffix.lower() != ".jsonl":
        what = "Batch API" if purpose is FilePurpose.BATCH else f"purpose {purpose.value}"
        raise InvalidInput(f"Invalid file format for {what}. Must be .jsonl", param="file")


class FileStore:
    """What names a file of another tenant raises `NotFound`, as if there were none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        tenant: str,
        *,
        purpose: str,
        name: str,
        num_bytes: int,
        file_id: str,
        document_id: str | None = None,
        owns_document: bool = False,
        seconds: int | None = None,
    ) -> FileObject:
        """`seconds` until it expires; without them lines of a batch do after 30 days. One that
        is there under this id stays as it is."""

        lasts = _BATCH_SECONDS if seconds is None and purpose == FilePurpose.BATCH else seconds

        def write(session: Session) -> FileObject:
            known = session.get(FileRecord, file_id)
            if known is not None:
                return _views(session, [known])[0]
            now = self._database.now(session)
            record = FileRecord(
                id=file_id,
                tenant_id=tenant,
                purpose=purpose,
                name=name,
                num_bytes=num_bytes,
                document_id=document_id,
                owns_document=owns_document,
                created_at=now,
                expires_at=None if lasts is None else now + timedelta(seconds=lasts),
            )
            add_record(session, record)
            return _views(session, [record])[0]

        return self._database.settle(write)

    def get(self, tenant: str, file_id: str) -> FileObject:
        with self._database.reading() as session:
            return _views(session, [self._found(session, tenant, file_id)])[0]

    def list(
        self,
        tenant: str,
        *,
        limit: int,
        after: str | None = None,
        purpose: str | None = None,
        is_ascending: bool = False,
    ) -> tuple[list[FileObject], bool]:
        """And whether there are more behind them."""
        place = tuple_(FileRecord.created_at, FileRecord.id)
        with self._database.reading() as session:
            now = self._database.now(session)
            wanted = select(FileRecord).where(FileRecord.tenant_id == tenant, _is_there(now))
            if purpose is not None:
                wanted = wanted.where(FileRecord.purpose == purpose)
            if after is not None:
                last = self._found(session, tenant, after, param="after")
                behind = (last.created_at, last.id)
                wanted = wanted.where(place > behind if is_ascending else place < behind)
            order = [FileRecord.created_at, FileRecord.id]
            wanted = wanted.order_by(*(o if is_ascending else o.desc() for o in order))
            records = session.scalars(wanted.limit(limit + 1)).all()
            return _views(session, records[:limit]), len(records) > limit

    def content_key(self, tenant: str, file_id: str) -> str:
        """Where its bytes lie in the storage."""
        with self._database.reading() as session:
            record = self._found(session, tenant, file_id)
        if record.document_id is not None:
            return original_key(tenant, record.document_id)
        return file_key(tenant, file_id)

    def delete(self, tenant: str, file_id: str) -> Sequence[str]:
        """The ids and folders of what it leaves, which is written down to be removed. The document
        that it is goes with it, unless that was there before, or another file is it too."""

        def write(session: Session) -> Sequence[str]:
            return self._delete(session, self._found(session, tenant, file_id, is_locked=True))

        return self._database.settle(write)

    def expire(self) -> int:
        """Those whose time is over go; how many there were."""
        return self._database.settle(self._expire)

    def _expire(self, session: Session) -> int:
        ended = session.scalars(
            select(FileRecord)
            .where(FileRecord.expires_at <= self._database.now(session))
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for record in ended:
            self._delete(session, record)
        return len(ended)

    def _delete(self, session: Session, record: FileRecord) -> Sequence[str]:
        now = self._database.now(session)
        tenant, document_id = record.tenant_id, record.document_id
        session.execute(delete(FileRecord).where(FileRecord.id == record.id))
        if document_id is None:
            folder = file_folder(tenant, record.id)
            session.add(folder_removal(tenant, folder, now))
            return [folder]
        if not record.owns_document:
            return []
        other = session.scalar(
            select(FileRecord.id).where(FileRecord.document_id == document_id).limit(1)
        )
        if other is not None:
            inherits = update(FileRecord).where(FileRecord.id == other)
            session.execute(inherits.values(owns_document=True))
            return []
        gone = delete_document(session, tenant, document_id, now)
        return [document_id, *gone.attachments, *gone.extractions]

    def _found(
        self,
        session: Session,
        tenant: str,
        file_id: str,
        *,
        is_locked: bool = False,
        param: str = "file_id",
    ) -> FileRecord:
        now = self._database.now(session)
        return found_file(session, tenant, file_id, now, is_locked=is_locked, param=param)


def found_file(
    session: Session,
    tenant: str,
    file_id: str,
    now: datetime,
    *,
    is_locked: bool = False,
    param: str = "file_id",
) -> FileRecord:
    wanted = select(FileRecord).where(
        FileRecord.id == file_id, FileRecord.tenant_id == tenant, _is_there(now)
    )
    record = session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()
    if record is None:
        raise NotFound(f"No such File object: {file_id}", param=param)
    return record


def add_record(session: Session, record: FileRecord) -> None:
    """Its bytes are in the storage, and stay."""
    session.add(record)
    folder = file_folder(record.tenant_id, record.id)
    session.execute(delete(RemovalRecord).where(RemovalRecord.folder == folder))
    session.flush()


def folder_removal(tenant: str, folder: str, now: datetime) -> RemovalRecord:
    return RemovalRecord(tenant_id=tenant, folder=folder, is_out_of_storage=False, created_at=now)


def remove_files(session: Session, tenant: str, now: datetime) -> None:
    """All of a tenant that goes, and that has no documents: what they leave is written down."""
    wanted = select(FileRecord.id).where(
        FileRecord.tenant_id == tenant, FileRecord.document_id.is_(None)
    )
    for file_id in session.scalars(wanted):
        session.add(folder_removal(tenant, file_folder(tenant, file_id), now))


def _is_there(now: datetime) -> ColumnElement[bool]:
    return or_(FileRecord.expires_at.is_(None), FileRecord.expires_at > now)


def _views(session: Session, records: Sequence[FileRecord]) -> list[FileObject]:
    ids = [record.document_id for record in records if record.document_id is not None]
    found = select(DocumentRecord).where(DocumentRecord.id.in_(ids))
    documents = {document.id: document for document in session.scalars(found)} if ids else {}
    return [_view(record, documents.get(record.document_id or "")) for record in records]


def _view(record: FileRecord, document: DocumentRecord | None) -> FileObject:
    status, details = _status_of(document)
    return FileObject(
        id=record.id,
        bytes=record.num_bytes,
        created_at=int(record.created_at.timestamp()),
        expires_at=None if record.expires_at is None else int(record.expires_at.timestamp()),
        filename=record.name,
        purpose=record.purpose,
        status=status,
        status_details=details,
        document=record.document_id,
    )


def _status_of(document: DocumentRecord | None) -> tuple[FileStatus, str | None]:
    """Of what is not read, there is nothing to wait for."""
    if document is None or document.status == DocumentStatus.READY:
        return FileStatus.PROCESSED, None
    if document.status == DocumentStatus.FAILED:
        return FileStatus.ERROR, str((document.failure or {}).get("message", "")) or None
    return FileStatus.UPLOADED, None
