from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from jobs.audit import AuditFilter, events, forget_old
from jobs.audit_tables import AuditRecord
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore, NewExtraction
from jobs.key_store import KeyStore
from jobs.quotas import Quotas
from jobs.removals import carry_out
from jobs.retention import expire
from jobs.services import Services
from jobs.tables import DocumentRecord, JobRecord, RemovalRecord
from schemas.errors import NotFound, QuotaExceeded, RateLimited
from schemas.extraction import Status, Usage
from schemas.jobs import ExtractionCreate, Queue

USAGE = Usage(prompt_tokens=1, cached_tokens=0, completion_tokens=1)
SCHEMA = {"type": "object", "properties": {"rent": {"type": "string"}}}
PAST = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def kept(services: Services) -> Services:
    """With quotas, and the tenant a."""
    quotas = Quotas(services.database, services.settings)
    quotas.tenants.create("a")
    settings = services.settings.jobs
    return replace(
        services,
        quotas=quotas,
        jobs=JobStore(services.database, settings, quotas),
        documents=DocumentStore(services.database, settings, quotas),
    )


def added(services: Services, name: str = "x.txt", num_bytes: int = 10, tokens: int = 100) -> str:
    """A document that was read."""
    document, _ = services.documents.add("a", sha256="0" * 64, name=name, num_bytes=num_bytes)
    claim = services.jobs.claim(Queue.INGEST, "test")
    assert claim is not None
    summary = {"tokens": tokens}
    services.documents.ingested(claim, media_type="text/plain", summary=summary, parsed_key="k")
    return document.id


def asked(services: Services, document: str, **changes: object) -> str:
    create = ExtractionCreate.model_validate(
        {"documents": [document], "response_schema": SCHEMA, **changes}
    )
    job, _ = services.jobs.create_extraction(NewExtraction("a", None, create))
    return job.id


def finished(services: Services) -> None:
    claim = services.jobs.claim(Queue.STANDARD, "test")
    assert claim is not None
    assert services.jobs.finish(
        claim, status=Status.COMPLETED, result_key="r", usage=USAGE, seconds=1.0
    )


def overdue(services: Services) -> None:
    """Whatever was to expire is due now."""
    with services.database.transaction() as session:
        for table in (DocumentRecord, JobRecord):
            due = update(table).where(table.expires_at.is_not(None))
            session.execute(due.values(expires_at=PAST))


def test_a_document_goes_with_its_time_and_its_storage(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"document_seconds": 60})
    document = added(kept)
    overdue(kept)
    assert expire(kept).documents == (document,)
    carry_out(kept)
    with pytest.raises(NotFound):
        kept.documents.get("a", document)
    with kept.database.reading() as session:
        assert session.scalars(select(RemovalRecord)).all() == []


def test_a_document_that_a_job_reads_is_deleted_after_it(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"document_seconds": 60})
    document = added(kept)
    job = asked(kept, document)
    overdue(kept)
    assert expire(kept).documents == ()
    finished(kept)
    gone = expire(kept)
    assert (gone.documents, gone.extractions) == ((document,), (job,))


def test_nobody_begins_to_read_an_expired_document(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"document_seconds": 60})
    document = added(kept)
    overdue(kept)
    with pytest.raises(NotFound, match="has expired"):
        asked(kept, document)


def test_a_result_is_kept_from_its_end_and_its_document_stays(kept: Services) -> None:
    document = added(kept)
    job = asked(kept, document, expires_after_seconds=3600)
    assert kept.jobs.get_extraction("a", job).expires_at is None
    finished(kept)
    ended = kept.jobs.get_extraction("a", job)
    assert ended.finished_at is not None
    assert ended.expires_at == ended.finished_at + timedelta(hours=1)
    overdue(kept)
    assert expire(kept).extractions == (job,)
    assert kept.documents.get("a", document).id == document


def test_nothing_goes_that_has_no_time(kept: Services) -> None:
    asked(kept, added(kept))
    finished(kept)
    gone = expire(kept)
    assert (gone.documents, gone.extractions) == ((), ())


def test_what_expired_stands_in_the_audit_log(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"document_seconds": 60})
    document = added(kept)
    overdue(kept)
    expire(kept)
    [event], _ = events(kept.database, AuditFilter(tenant="a", action="document.*"))
    assert (event.actor, event.action, event.object) == ("retention", "document.expire", document)


def test_old_lines_of_the_audit_log_go(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"document_seconds": 60})
    added(kept)
    overdue(kept)
    expire(kept)
    with kept.database.transaction() as session:
        session.execute(update(AuditRecord).values(at=PAST))
    assert (forget_old(kept.database, None), forget_old(kept.database, 365)) == (0, 1)


def test_a_document_past_the_storage_of_its_tenant_is_refused(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"storage_bytes": 15})
    added(kept, "one.txt")
    with pytest.raises(QuotaExceeded) as refused:
        added(kept, "two.txt")
    assert (refused.value.quota.used, refused.value.quota.wanted) == (10, 10)


def test_queued_tokens_are_free_again_when_a_job_has_ended(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"queued_tokens": 150})
    document = added(kept)
    asked(kept, document)
    with pytest.raises(RateLimited):
        asked(kept, document, instructions="again")
    finished(kept)
    asked(kept, document, instructions="again")


def test_what_never_fits_says_so(kept: Services) -> None:
    kept.quotas.tenants.change("a", {"queued_tokens": 50})
    with pytest.raises(QuotaExceeded):
        asked(kept, added(kept))


def test_a_rotated_key_has_two_secrets_for_the_overlap(services: Services) -> None:
    keys = KeyStore(services.database)
    info, old = keys.create("a", "ci")
    rotated, new = keys.rotate(info.id, timedelta(hours=1))
    assert keys.authenticate(old) == keys.authenticate(new)
    assert (rotated.id, rotated.scopes) == (info.id, info.scopes)
    assert keys.list("a")[0].last_used_at is not None


def test_without_an_overlap_the_old_secret_is_refused_at_once(services: Services) -> None:
    keys = KeyStore(services.database)
    info, old = keys.create("a", "ci")
    keys.authenticate(old)
    _, new = keys.rotate(info.id, timedelta())
    assert keys.authenticate(new).key_id == info.id
    with pytest.raises(Exception, match="not valid"):
        keys.authenticate(old)
