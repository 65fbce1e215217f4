"""An extraction reads what is attached where that is asked, and says what it did not read."""

from __future__ import annotations

import pytest

from jobs.attachment_tree import records_below
from jobs.document_store import new_document_id
from jobs.documents_read import DocumentsRead, documents_read, with_warnings
from jobs.ingest_jobs import queue_ingest
from jobs.services import Services
from jobs.tables import DocumentRecord
from schemas.extraction import Problem, Status
from schemas.jobs import Failure, Queue
from tests.jobs.asked import SUMMARY, TENANT, asked, claimed, create_of, read, uploaded

DAMAGED = Failure(code="unreadable_document", message="c.pdf: it is damaged")


def attach(services: Services, parent_id: str, name: str) -> str:
    """As the ingest job of the parent does."""
    with services.database.transaction() as session:
        now = services.database.now(session)
        record = DocumentRecord(
            id=new_document_id(),
            tenant_id=TENANT,
            parent_id=parent_id,
            sha256=name,
            name=name,
            num_bytes=1,
            tags={},
            created_at=now,
        )
        queue_ingest(session, record, None, services.settings.jobs, now)
    return record.id


def read_next(services: Services, failure: Failure | None = None) -> None:
    claim = claimed(services.jobs, Queue.INGEST)
    if failure is not None:
        services.documents.ingest_failed(claim, failure)
    else:
        services.documents.ingested(claim, media_type="t/p", summary=SUMMARY, parsed_key="k")


def found(services: Services, *document_ids: str, attachments: bool = True) -> DocumentsRead:
    return documents_read(services, TENANT, create_of(*document_ids, attachments=attachments))


def test_attachments_are_read_after_what_carries_them(services: Services) -> None:
    one, two = (read(services.documents, services.jobs, name) for name in ("one", "two"))
    inner = attach(services, attached := attach(services, one, "b"), "c")
    for _ in range(2):
        read_next(services)
    done = found(services, one, two)
    assert [handle.id for handle in done.handles] == [one, attached, inner, two]
    assert done.warnings == []


def test_what_was_not_asked_for_is_named(services: Services) -> None:
    one = read(services.documents, services.jobs, "one")
    attached = attach(services, one, "b.csv")
    done = found(services, one, attachments=False)
    assert [handle.id for handle in done.handles] == [one]
    [problem] = done.warnings
    assert (problem.code, problem.document) == ("attachments_not_read", one)
    assert f"b.csv ({attached}); ask with" in problem.message


def test_an_attachment_that_could_not_be_read_is_named(services: Services) -> None:
    one = read(services.documents, services.jobs, "one")
    attach(services, one, "c.pdf")
    read_next(services, DAMAGED)
    [problem] = found(services, one).warnings
    assert problem.code == "attachment_failed"
    assert problem.message.endswith("was not read: c.pdf: it is damaged")


@pytest.mark.parametrize("failure", [None, DAMAGED])
def test_an_extraction_waits_for_attachments_that_come_while_it_waits(
    services: Services, failure: Failure | None
) -> None:
    """And goes on without those that cannot be read."""
    parent = uploaded(services.documents)
    job = asked(services.jobs, parent, attachments=True)
    claim = claimed(services.jobs, Queue.INGEST)
    child = attach(services, parent, "b.csv")
    services.documents.ingested(claim, media_type="t/p", summary=SUMMARY, parsed_key="k")
    assert services.jobs.claim(Queue.STANDARD, "worker") is None
    read_next(services, failure)
    expected = (parent, child) if failure is None else (parent,)
    assert claimed(services.jobs).document_ids == expected
    assert services.jobs.get_extraction(TENANT, job.id).attachments


def test_an_attachment_that_is_asked_for_by_name_fails_who_waits_for_it(
    services: Services,
) -> None:
    parent = read(services.documents, services.jobs)
    child = attach(services, parent, "c.pdf")
    job = asked(services.jobs, parent, child, attachments=True)
    read_next(services, DAMAGED)
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.FAILED


def test_an_extraction_goes_with_an_attachment_that_it_reads(services: Services) -> None:
    parent = read(services.documents, services.jobs)
    child = attach(services, parent, "b.csv")
    job = asked(services.jobs, parent, attachments=True)
    kept = asked(services.jobs, parent)
    assert services.documents.delete(TENANT, child).extractions == (job.id,)
    assert [one.id for one in services.jobs.list_extractions(TENANT)[0]] == [kept.id]
    with services.database.reading() as session:
        assert records_below(session, parent) == []


def test_what_the_parser_said_of_attachments_gives_way_to_what_became_of_them() -> None:
    problems = [
        Problem(code=code, message=code) for code in ("repaired", "attachments_not_read", "left")
    ]
    read = DocumentsRead(warnings=[Problem(code="attachment_failed", message="c.pdf")])
    codes = [problem.code for problem in with_warnings(problems, read)]
    assert codes == ["attachment_failed", "repaired", "left"]
