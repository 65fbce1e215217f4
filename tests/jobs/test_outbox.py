from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from jobs.database import Database
from jobs.outbox import emit
from jobs.tables import DEFAULT_TENANT, TenantRecord
from jobs.webhook_tables import WebhookDeliveryRecord, WebhookEndpointRecord, WebhookEventRecord

_NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def _add_endpoint(
    database: Database, name: str, *wanted: str, tenant: str = DEFAULT_TENANT, is_on: bool = True
) -> None:
    with database.transaction() as session:
        if session.get(TenantRecord, tenant) is None:
            session.add(TenantRecord(id=tenant, created_at=_NOW))
            session.flush()
        session.add(
            WebhookEndpointRecord(
                id=name,
                tenant_id=tenant,
                url="https://example.com/",
                event_types=list(wanted),
                secret="sealed",
                created_at=_NOW,
                disabled_at=None if is_on else _NOW,
            )
        )


def _emit(database: Database, event_type: str = "batch.completed") -> str:
    with database.transaction() as session:
        return emit(
            session,
            tenant_id=DEFAULT_TENANT,
            event_type=event_type,
            data={"id": "batch_1"},
            now=_NOW,
        )


def _told(database: Database, event_id: str) -> set[str]:
    with database.reading() as session:
        wanted = select(WebhookDeliveryRecord.endpoint_id)
        return set(session.scalars(wanted.where(WebhookDeliveryRecord.event_id == event_id)))


def test_an_event_goes_to_the_endpoints_that_want_it(database: Database) -> None:
    _add_endpoint(database, "all", "*")
    _add_endpoint(database, "batches", "document.ready", "batch.*")
    _add_endpoint(database, "this", "batch.completed")
    _add_endpoint(database, "another", "batch.failed")
    _add_endpoint(database, "off", "*", is_on=False)
    _add_endpoint(database, "foreign", "*", tenant="other")
    assert _told(database, _emit(database)) == {"all", "batches", "this"}


def test_an_event_that_nobody_wants_is_kept_all_the_same(database: Database) -> None:
    event_id = _emit(database)
    with database.reading() as session:
        event = session.get_one(WebhookEventRecord, event_id)
    assert (event.type, event.data) == ("batch.completed", {"id": "batch_1"})


def test_what_is_rolled_back_never_happened(database: Database) -> None:
    _add_endpoint(database, "all", "*")

    def emit_and_fail() -> None:
        with database.transaction() as session:
            emit(session, tenant_id=DEFAULT_TENANT, event_type="batch.failed", data={}, now=_NOW)
            raise KeyError

    with pytest.raises(KeyError):
        emit_and_fail()
    with database.reading() as session:
        assert session.scalars(select(WebhookEventRecord.id)).all() == []
        assert session.scalars(select(WebhookDeliveryRecord.id)).all() == []


def test_a_type_that_is_none_is_a_mistake(database: Database) -> None:
    with pytest.raises(ValueError, match=r"nothing\.happened"):
        _emit(database, "nothing.happened")
