from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import Claim, JobStore
from jobs.tables import JobRecord, LedgerRecord
from schemas.extraction import FieldResult, FieldStatus, Status, Usage
from schemas.jobs import Failure, JobProgress, JobUsage, Queue
from tests.jobs.asked import TENANT, asked, claimed, read

FIELD = FieldResult(path="/total", value="93", status=FieldStatus.FOUND, confidence=0.9)


@pytest.fixture
def claim(documents: DocumentStore, jobs: JobStore) -> Claim:
    asked(jobs, read(documents, jobs))
    return claimed(jobs)


def status_of(jobs: JobStore, claim: Claim) -> Status:
    return jobs.get_extraction(TENANT, claim.job_id).status


def finish(jobs: JobStore, claim: Claim) -> bool:
    usage = Usage(prompt_tokens=30, cached_tokens=20, completion_tokens=5)
    return jobs.finish(
        claim, status=Status.COMPLETED, result_key="the/key", usage=usage, seconds=1.5
    )


def ledger(database: Database) -> list[tuple[str, int, int, int, int, float]]:
    with database.reading() as session:
        return [
            (
                line.job_id,
                line.attempt,
                line.prompt_tokens,
                line.cached_tokens,
                line.completion_tokens,
                line.seconds,
            )
            for line in session.scalars(select(LedgerRecord))
        ]


def test_a_claimed_job_runs_under_its_first_attempt(jobs: JobStore, claim: Claim) -> None:
    found = jobs.get_extraction(TENANT, claim.job_id)
    assert (found.status, found.attempt, found.started_at is not None) == (Status.RUNNING, 1, True)
    assert (claim.attempt, claim.document_ids) == (1, tuple(found.documents))


def test_a_report_shows_how_far_it_is_and_what_was_found(jobs: JobStore, claim: Claim) -> None:
    progress = JobProgress(stage="answer", share=0.5, eta_seconds=3.0)
    assert jobs.report(claim, progress, [FIELD])
    found = jobs.get_extraction(TENANT, claim.job_id)
    assert (found.progress, found.partial_fields) == (progress, [FIELD])


def test_of_many_fields_the_latest_are_shown(jobs: JobStore, claim: Claim) -> None:
    fields = [
        FIELD.model_copy(update={"path": f"/{number}", "value": "x" * 100_000})
        for number in range(4)
    ]
    jobs.report(claim, JobProgress(), fields)
    assert jobs.get_extraction(TENANT, claim.job_id).partial_fields == fields[2:]


def test_a_report_without_fields_leaves_them_as_they_were(jobs: JobStore, claim: Claim) -> None:
    jobs.report(claim, JobProgress(), [FIELD])
    jobs.report(claim, JobProgress(), None)
    assert jobs.get_extraction(TENANT, claim.job_id).partial_fields == [FIELD]


def test_the_end_writes_state_result_and_ledger(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    assert finish(jobs, claim)
    found = jobs.get_extraction(TENANT, claim.job_id)
    assert (found.status, found.progress.stage, found.progress.share) == ("completed", "done", 1.0)
    assert found.usage == JobUsage(prompt_tokens=30, cached_tokens=20, completion_tokens=5)
    assert jobs.result_key_of(TENANT, claim.job_id) == "the/key"
    assert ledger(database) == [(claim.job_id, 1, 30, 20, 5, 1.5)]


def test_a_second_end_changes_nothing(jobs: JobStore, claim: Claim, database: Database) -> None:
    finish(jobs, claim)
    assert not finish(jobs, claim)
    assert not jobs.fail(claim, Failure(code="x", message="y"))
    assert not jobs.cancelled(claim)
    assert (status_of(jobs, claim), len(ledger(database))) == (Status.COMPLETED, 1)


def test_a_failure_is_kept_and_costs_nothing(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    failure = Failure(code="too_large", message="too many pages", param="documents")
    assert jobs.fail(claim, failure)
    assert jobs.get_extraction(TENANT, claim.job_id).failure == failure
    assert ledger(database) == []


def test_a_zombie_changes_nothing_once_another_has_the_job(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    jobs.release(claim)
    second = claimed(jobs)
    assert second.attempt == 2
    assert jobs.renew(claim) is None
    assert jobs.look(claim) is None
    assert not jobs.report(claim, JobProgress(stage="zombie"), [FIELD])
    assert not finish(jobs, claim)
    assert not jobs.release(claim)
    assert finish(jobs, second)
    assert [line[1] for line in ledger(database)] == [2]


def test_a_released_job_has_its_place_again(jobs: JobStore, claim: Claim) -> None:
    document = claim.document_ids[0]
    later = asked(jobs, document, instructions="later")
    assert jobs.release(claim)
    assert [claimed(jobs).job_id, claimed(jobs).job_id] == [claim.job_id, later.id]


def test_a_job_released_with_a_delay_is_not_due_before(jobs: JobStore, claim: Claim) -> None:
    jobs.release(claim, delay_seconds=60)
    assert jobs.due(Queue.STANDARD) == 0
    assert jobs.claim(Queue.STANDARD, "worker") is None


def test_only_an_attempt_that_came_to_nothing_is_counted(jobs: JobStore, claim: Claim) -> None:
    jobs.release(claim)
    second = claimed(jobs)
    jobs.release(second, is_lost=True)
    assert (second.num_lost, claimed(jobs).num_lost) == (0, 1)


def test_a_job_that_was_to_stop_is_cancelled_when_it_is_released(
    jobs: JobStore, claim: Claim
) -> None:
    jobs.cancel_extraction(TENANT, claim.job_id)
    assert jobs.release(claim)
    assert status_of(jobs, claim) == Status.CANCELLED


def test_renewing_moves_the_end_of_the_lease(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    with database.transaction() as session:
        now = database.now(session)
        session.execute(update(JobRecord).values(lease_until=now))
    assert jobs.renew(claim) is False
    assert jobs.sweep().lost == ()
    with database.reading() as session:
        lease_until = session.scalar(
            select(JobRecord.lease_until).where(JobRecord.id == claim.job_id)
        )
    assert lease_until is not None
    assert lease_until > now + timedelta(seconds=29)


def test_a_job_past_its_deadline_is_not_begun(
    jobs: JobStore, claim: Claim, database: Database
) -> None:
    jobs.release(claim)
    with database.transaction() as session:
        session.execute(update(JobRecord).values(deadline_at=database.now(session)))
    assert jobs.claim(Queue.STANDARD, "worker") is None
    failure = jobs.get_extraction(TENANT, claim.job_id).failure
    assert failure is not None
    assert failure.code == "deadline_exceeded"
