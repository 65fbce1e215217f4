from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import Claim, JobStore, Swept
from jobs.tables import JobRecord
from schemas.extraction import Status, Usage
from schemas.jobs import Queue
from schemas.stored_document import DocumentStatus
from tests.jobs.asked import TENANT, asked, claimed, read, uploaded


@pytest.fixture
def claim(documents: DocumentStore, jobs: JobStore) -> Claim:
    asked(jobs, read(documents, jobs))
    return claimed(jobs)


def lose(database: Database) -> None:
    """Every lease runs out."""
    past = datetime.now(UTC) - timedelta(hours=1)
    with database.transaction() as session:
        session.execute(
            update(JobRecord).where(JobRecord.status == "running").values(lease_until=past)
        )


def expire(database: Database) -> None:
    """Every deadline passes."""
    past = datetime.now(UTC) - timedelta(hours=1)
    with database.transaction() as session:
        session.execute(update(JobRecord).values(deadline_at=past))


def test_a_job_that_is_kept_is_left_alone(jobs: JobStore, claim: Claim) -> None:
    assert jobs.sweep() == Swept()
    assert jobs.renew(claim) is False


def test_a_lost_job_is_due_again(jobs: JobStore, claim: Claim, database: Database) -> None:
    lose(database)
    assert jobs.sweep() == Swept(lost=(claim.job_id,))
    second = claimed(jobs)
    assert (second.job_id, second.attempt, second.num_lost) == (claim.job_id, 2, 1)


def test_a_job_lost_as_often_as_it_may_be_fails_with_the_reason(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    for _ in range(2):
        lose(database)
        jobs.sweep()
        claimed(jobs)
    lose(database)
    assert jobs.sweep() == Swept(exhausted=(claim.job_id,))
    failure = jobs.get_extraction(TENANT, claim.job_id).failure
    assert failure is not None
    assert (failure.code, "3 times" in failure.message) == ("attempts_exhausted", True)


def test_a_lost_job_that_was_to_stop_is_cancelled(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    jobs.cancel_extraction(TENANT, claim.job_id)
    lose(database)
    assert jobs.sweep() == Swept()
    assert jobs.get_extraction(TENANT, claim.job_id).status == Status.CANCELLED


def test_a_job_past_its_deadline_fails_where_it_waits(
    jobs: JobStore, documents: DocumentStore, database: Database
) -> None:
    job = asked(jobs, read(documents, jobs))
    expire(database)
    assert jobs.sweep() == Swept(expired=(job.id,))
    failure = jobs.get_extraction(TENANT, job.id).failure
    assert failure is not None
    assert failure.code == "deadline_exceeded"


def test_a_document_whose_reading_is_lost_too_often_fails_with_all_that_wait_for_it(
    jobs: JobStore, documents: DocumentStore, database: Database
) -> None:
    document_id = uploaded(documents)
    job = asked(jobs, document_id)
    for _ in range(3):
        claimed(jobs, Queue.INGEST)
        lose(database)
        jobs.sweep()
    document = documents.get(TENANT, document_id)
    failure = jobs.get_extraction(TENANT, job.id).failure
    assert document.status == DocumentStatus.FAILED
    assert document.failure is not None
    assert failure is not None
    assert (document.failure.code, failure.code, failure.param) == (
        "attempts_exhausted",
        "attempts_exhausted",
        document_id,
    )


def test_sweeping_at_the_same_time_puts_each_job_back_once(
    jobs: JobStore, documents: DocumentStore, database: Database
) -> None:
    document = read(documents, jobs)
    for number in range(10):
        asked(jobs, document, instructions=str(number))
        claimed(jobs)
    lose(database)
    with ThreadPoolExecutor(4) as pool:
        swept = list(pool.map(lambda _: jobs.sweep(), range(4)))
    lost = [job_id for one in swept for job_id in one.lost]
    assert len(lost) == len(set(lost)) == 10
    assert [claimed(jobs).num_lost for _ in range(10)] == [1] * 10


def test_depths_count_what_waits_and_what_runs(
    jobs: JobStore, documents: DocumentStore, claim: Claim
) -> None:
    asked(jobs, *claim.document_ids, priority="batch")
    depths = jobs.queue_depths()
    assert depths[Queue.STANDARD] == {Status.QUEUED: 0, Status.RUNNING: 1}
    assert depths[Queue.BATCH] == {Status.QUEUED: 1, Status.RUNNING: 0}
    assert depths[Queue.INTERACTIVE] == {Status.QUEUED: 0, Status.RUNNING: 0}


def test_a_pulse_is_kept_by_its_queue(jobs: JobStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: jobs.pulse(Queue.BATCH), range(8)))
    assert list(jobs.pulses()) == ["batch"]
    assert datetime.now(UTC) - jobs.pulses()["batch"] < timedelta(seconds=10)


def test_the_mean_is_of_jobs_that_came_to_a_result(jobs: JobStore, claim: Claim) -> None:
    assert jobs.mean_seconds(Queue.STANDARD) is None
    jobs.finish(claim, status=Status.COMPLETED, result_key="r", usage=Usage(), seconds=1.0)
    mean = jobs.mean_seconds(Queue.STANDARD)
    assert mean is not None
    assert 0.0 <= mean < 10.0
