"""Responses that are one extraction, beside each other and beside whoever asks for the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_claims import held
from jobs.job_states import conclude
from jobs.job_store import Claim, JobStore, NewExtraction
from jobs.response_store import StoredResponse
from jobs.services import Services
from schemas.errors import NotFound
from schemas.extraction import Status, Usage
from schemas.jobs import ExtractionJob
from tests.jobs.asked import TENANT, asked, claimed, create_of, read
from tests.jobs.request_batching import events

BACKGROUND = {"background": True, "input": []}


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


def responded(
    jobs: JobStore,
    document: str,
    request: Mapping[str, Any] = BACKGROUND,
    *,
    is_again: bool = False,
) -> tuple[ExtractionJob, StoredResponse]:
    new = NewExtraction(TENANT, None, create_of(document), is_again=is_again)
    job, response, _ = jobs.create_response(new, request)
    return job, response


def finish(jobs: JobStore, claim: Claim) -> None:
    assert jobs.finish(
        claim, status=Status.COMPLETED, result_key="result", usage=Usage(), seconds=1.0
    )


def told(database: Database) -> list[tuple[str, str]]:
    found = [(kind, data["id"]) for kind, data in events(database)]
    return [one for one in found if one[0].startswith("response.")]


def test_an_extraction_that_was_joined_outlives_its_response(
    services: Services, document: str
) -> None:
    _, response = responded(services.jobs, document)
    joined = asked(services.jobs, document)
    assert services.responses.delete(TENANT, response.id) == []
    assert services.jobs.get_extraction(TENANT, joined.id).status == Status.QUEUED


def test_an_extraction_outlives_the_response_that_joined_it(
    services: Services, document: str
) -> None:
    first = asked(services.jobs, document)
    job, response = responded(services.jobs, document)
    assert job.id == first.id
    assert services.responses.delete(TENANT, response.id) == []
    assert services.jobs.get_extraction(TENANT, first.id).status == Status.QUEUED


def test_a_cancelled_response_does_not_stop_the_others(
    services: Services, database: Database, document: str
) -> None:
    job, first = responded(services.jobs, document)
    _, second = responded(services.jobs, document)
    for _ in range(2):
        assert services.responses.cancel(TENANT, first.id).is_cancelled
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.QUEUED
    finish(services.jobs, claimed(services.jobs))
    assert told(database) == [("response.cancelled", first.id), ("response.completed", second.id)]


def test_the_last_to_be_cancelled_stops_the_work(
    services: Services, database: Database, document: str
) -> None:
    job, first = responded(services.jobs, document)
    _, second = responded(services.jobs, document)
    services.responses.cancel(TENANT, first.id)
    services.responses.cancel(TENANT, second.id)
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.CANCELLED
    assert told(database) == [("response.cancelled", first.id), ("response.cancelled", second.id)]


def test_the_last_that_waits_stops_the_work_when_it_is_deleted(
    services: Services, document: str
) -> None:
    job, first = responded(services.jobs, document)
    _, second = responded(services.jobs, document)
    services.responses.cancel(TENANT, first.id)
    assert services.responses.delete(TENANT, second.id) == []
    assert services.jobs.get_extraction(TENANT, job.id).status == Status.CANCELLED
    assert services.responses.delete(TENANT, first.id) == [job.id]
    with pytest.raises(NotFound):
        services.jobs.get_extraction(TENANT, job.id)


def test_an_extraction_that_was_joined_is_not_stopped(services: Services, document: str) -> None:
    _, response = responded(services.jobs, document)
    joined = asked(services.jobs, document)
    assert services.responses.cancel(TENANT, response.id).is_cancelled
    assert services.jobs.get_extraction(TENANT, joined.id).status == Status.QUEUED


def test_a_response_whose_extraction_has_ended_is_told_of_at_once(
    jobs: JobStore, database: Database, document: str
) -> None:
    job, first = responded(jobs, document)
    finish(jobs, claimed(jobs))
    again, second = responded(jobs, document, is_again=True)
    responded(jobs, document, {"input": []}, is_again=True)
    assert again.id == job.id
    assert told(database) == [("response.completed", first.id), ("response.completed", second.id)]


def test_an_extraction_that_just_ends_is_not_joined_as_if_it_went_on(
    jobs: JobStore, database: Database, document: str
) -> None:
    job, _ = responded(jobs, document)
    claim = claimed(jobs)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            record = held(session, claim)
            assert record is not None
            late = pool.submit(responded, jobs, document)
            time.sleep(0.2)  # it comes to wait for this transaction
            conclude(session, record, Status.COMPLETED, database.now(session))
        assert late.result()[0].id != job.id
