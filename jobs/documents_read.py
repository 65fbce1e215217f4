"""Which documents does an extraction read, and what is said of those that it does not?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ingest.attachments import NOT_READ, listed
from jobs.attachment_tree import records_below
from jobs.derivation import renamed_problem
from jobs.document_store import DocumentHandle, handle_of
from jobs.services import Services
from jobs.tables import DocumentRecord
from schemas.extraction import Problem
from schemas.jobs import ExtractionCreate


@dataclass(frozen=True, slots=True)
class DocumentsRead:
    """In order, what is attached after what carries it. `warnings` are about attached files that
    are not read; `waiting` are attached documents that are not read yet."""

    handles: list[DocumentHandle] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def documents_read(services: Services, tenant: str, create: ExtractionCreate) -> DocumentsRead:
    """Raises `NotFound`, and `Conflict` for a document that is not read."""
    asked = services.documents.documents_of(tenant, create.documents)
    ids = {handle.id for handle in asked}
    read = DocumentsRead()
    with services.database.reading() as session:
        for handle in asked:
            record = session.get(DocumentRecord, handle.id)
            below = [one for one in records_below(session, handle.id) if one.id not in ids]
            read.handles.append(handle)
            read.warnings.extend(_said_of(record))
            if create.attachments:
                ids |= {one.id for one in below}
                for one in below:
                    _add_attached(read, one)
            elif below:
                read.warnings.append(_left_out(handle.id, below))
    return read


def with_warnings(engines: Sequence[Problem], read: DocumentsRead) -> list[Problem]:
    """What the parser said of attachments gives way to what became of them."""
    return [*read.warnings, *(one for one in engines if one.code != NOT_READ)]


def _add_attached(read: DocumentsRead, record: DocumentRecord) -> None:
    if record.parsed_key is not None:
        read.handles.append(handle_of(record))
        read.warnings.extend(_said_of(record))
    elif record.failure is not None:
        read.warnings.append(_failed(record))
    else:
        read.waiting.append(record.id)
        read.warnings.append(_late(record))


def _said_of(record: DocumentRecord | None) -> list[Problem]:
    """As citations call it: by its id."""
    if record is None or record.summary is None:
        return []
    problems = map(Problem.model_validate, record.summary.get("warnings", []))
    return [renamed_problem(one, record.id) for one in problems if one.code == NOT_READ]


def _left_out(document_id: str, below: Collection[DocumentRecord]) -> Problem:
    named = listed([f"{one.name} ({one.id})" for one in below])
    message = (
        f"{document_id}: carries files that are documents of their own and were not read for "
        f'this answer: {named}; ask with "attachments": true to have them read'
    )
    return Problem(code=NOT_READ, message=message, document=document_id)


def _failed(record: DocumentRecord) -> Problem:
    reason = (record.failure or {}).get("message", "")
    message = f"{record.id}: {record.name}, attached to {record.parent_id}, was not read: {reason}"
    return Problem(code="attachment_failed", message=message, document=record.id)


def _late(record: DocumentRecord) -> Problem:
    message = f"{record.id}: {record.name}, attached to {record.parent_id}, is not read yet"
    return Problem(code="attachment_failed", message=message, document=record.id)
