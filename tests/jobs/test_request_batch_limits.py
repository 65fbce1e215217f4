"""What batches of requests may take of a tenant's limits, and of what all share."""

from __future__ import annotations

import pytest

from jobs import at_engine
from jobs.request_batch_store import NewRequestBatch, RequestBatchStore
from jobs.services import Services
from schemas.errors import Overloaded, RateLimited
from schemas.openai_batches import RequestBatchCreate
from schemas.settings import JobSettings
from tests.jobs.asked import TENANT, uploaded
from tests.jobs.request_batching import CHAT, ChattingEngine, asked, line


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ChattingEngine:
    """In the place of the one that reads documents."""
    monkeypatch.setattr(at_engine, "_FIRST_WAIT_SECONDS", 0.0)
    return ChattingEngine()


def of_first_file(services: Services) -> NewRequestBatch:
    """Of a file that one batch reads already."""
    file = asked(services, line("a")).input_file_id
    sent = {"input_file_id": file, "endpoint": CHAT, "completion_window": "24h"}
    return NewRequestBatch(TENANT, None, RequestBatchCreate.model_validate(sent))


def store_of(services: Services, settings: JobSettings) -> RequestBatchStore:
    return RequestBatchStore(services.database, settings, services.quotas)


def test_a_tenant_has_so_many_batches_open_and_others_may_still_upload(services: Services) -> None:
    new = of_first_file(services)
    store = store_of(services, JobSettings(max_open_batches=2))
    second = store.create(new)
    with pytest.raises(RateLimited, match="2 batches are open, and there may be 2"):
        store.create(new)
    store.cancel(TENANT, second.id)
    store.create(new)
    uploaded(services.documents)


def test_a_batch_is_refused_where_as_many_jobs_wait_as_may(services: Services) -> None:
    new = of_first_file(services)
    store = store_of(services, JobSettings(max_queued=1))
    with pytest.raises(Overloaded, match="1 jobs wait in the queue ingest"):
        store.create(new)
