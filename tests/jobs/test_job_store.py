from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore, NewExtraction
from jobs.list_cursor import cursor_of
from jobs.tables import JobRecord, TenantRecord
from schemas.errors import Conflict, InvalidInput, NotFound, Overloaded
from schemas.extraction import Status, Usage
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, JobProgress, ListedExtraction, Queue
from tests.jobs.asked import SCHEMA, TENANT, asked, claimed, create_of, read, uploaded


@pytest.fixture
def document(documents: DocumentStore, jobs: JobStore) -> str:
    return read(documents, jobs)


@pytest.fixture
def other_tenant(database: Database) -> str:
    with database.transaction() as session:
        session.add(TenantRecord(id="other", created_at=datetime.now(UTC)))
    return "other"


def done(jobs: JobStore, status: Status = Status.COMPLETED) -> str:
    """The id of the next job of the queue standard, which is finished."""
    claim = claimed(jobs)
    usage = Usage(prompt_tokens=10)
    assert jobs.finish(claim, status=status, result_key="result", usage=usage, seconds=1.0)
    return claim.job_id


def test_a_new_job_waits_in_the_queue_of_its_priority(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document, priority="batch", metadata={"case": "7"})
    found = jobs.get_extraction(TENANT, job.id)
    assert (found.status, found.priority, found.documents) == (Status.QUEUED, "batch", [document])
    assert (found.metadata, found.response_schema) == ({"case": "7"}, SCHEMA)
    assert (found.progress.stage, found.progress.queue_position) == ("queued", 1)


def test_the_names_of_a_schema_keep_their_order(jobs: JobStore, document: str) -> None:
    schema = {"type": "object", "properties": {name: {} for name in ("zz", "a", "mmm")}}
    create = create_of(document).model_copy(update={"response_schema": schema})
    job, _ = jobs.create_extraction(NewExtraction(TENANT, None, create))
    found = jobs.get_extraction(TENANT, job.id)
    assert list(found.response_schema["properties"]) == ["zz", "a", "mmm"]


def test_the_same_request_in_flight_is_one_job(jobs: JobStore, document: str) -> None:
    first = asked(jobs, document, metadata={"run": "1"})
    second = asked(jobs, document, metadata={"run": "2"})
    assert second.id == first.id


def test_the_same_request_after_the_end_is_another_job(jobs: JobStore, document: str) -> None:
    first = asked(jobs, document)
    done(jobs)
    assert asked(jobs, document).id != first.id


@pytest.mark.parametrize(
    "options", [{"instructions": "x"}, {"mode": "dense"}, {"priority": "batch"}]
)
def test_another_request_is_another_job(
    jobs: JobStore, document: str, options: dict[str, str]
) -> None:
    assert asked(jobs, document).id != asked(jobs, document, **options).id


def test_who_asks_again_for_what_is_being_stopped_gets_a_job_of_its_own(
    jobs: JobStore, document: str
) -> None:
    first = asked(jobs, document)
    claimed(jobs)
    jobs.cancel_extraction(TENANT, first.id)
    assert asked(jobs, document).id != first.id


def test_a_key_with_the_same_body_is_the_same_job_also_when_it_is_done(
    jobs: JobStore, document: str
) -> None:
    first = asked(jobs, document, key="k1")
    done(jobs)
    second, is_new = jobs.create_extraction(NewExtraction(TENANT, None, create_of(document), "k1"))
    assert (second.id, second.status, is_new) == (first.id, Status.COMPLETED, False)


def test_a_key_stands_also_for_a_job_that_was_asked_without_it(
    jobs: JobStore, document: str
) -> None:
    first = asked(jobs, document)
    asked(jobs, document, key="k1")
    done(jobs)
    assert asked(jobs, document, key="k1").id == first.id


def test_a_key_with_another_body_is_a_conflict(jobs: JobStore, document: str) -> None:
    asked(jobs, document, key="k1")
    with pytest.raises(Conflict, match="another body"):
        asked(jobs, document, key="k1", instructions="other")


def test_the_same_key_of_two_tenants_are_two(
    jobs: JobStore, documents: DocumentStore, document: str, other_tenant: str
) -> None:
    asked(jobs, document, key="k1")
    theirs, _ = documents.add(other_tenant, sha256="a" * 64, name="b", num_bytes=1)
    job = asked(jobs, theirs.id, key="k1", tenant=other_tenant)
    assert jobs.get_extraction(other_tenant, job.id).documents == [theirs.id]


@pytest.mark.parametrize("key", [None, "k1"])
def test_the_same_asked_at_the_same_time_is_one_job(
    jobs: JobStore, document: str, key: str | None
) -> None:
    def ask(_: int) -> tuple[str, bool]:
        job, is_new = jobs.create_extraction(NewExtraction(TENANT, None, create_of(document), key))
        return job.id, is_new

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert len({job_id for job_id, _ in answers}) == 1
    assert sorted(is_new for _, is_new in answers) == [False] * 7 + [True]


def test_a_document_that_is_not_there_is_not_found(jobs: JobStore) -> None:
    with pytest.raises(NotFound, match="no document doc_0"):
        asked(jobs, f"doc_{0:032x}")


def test_a_document_named_twice_is_refused(jobs: JobStore, document: str) -> None:
    with pytest.raises(InvalidInput, match="twice"):
        asked(jobs, document, document)


def test_a_document_that_could_not_be_read_is_refused(
    jobs: JobStore, documents: DocumentStore
) -> None:
    document_id = uploaded(documents)
    documents.ingest_failed(claimed(jobs, Queue.INGEST), Failure(code="x", message="y"))
    with pytest.raises(Conflict, match="could not be read"):
        asked(jobs, document_id)


def test_a_full_queue_refuses_and_says_when_to_come_back(database: Database, document: str) -> None:
    jobs = JobStore(database, JobSettings(max_queued=1))
    asked(jobs, document)
    with pytest.raises(Overloaded) as refused:
        asked(jobs, document, instructions="more")
    assert 1 <= refused.value.retry_after_seconds <= 120


def test_what_is_there_already_is_given_also_by_a_full_queue(
    database: Database, document: str
) -> None:
    jobs = JobStore(database, JobSettings(max_queued=1))
    assert asked(jobs, document).id == asked(jobs, document).id


@pytest.mark.parametrize(
    "act",
    [
        JobStore.get_extraction,
        JobStore.cancel_extraction,
        JobStore.retry_extraction,
        JobStore.delete_extraction,
        JobStore.result_key_of,
    ],
)
def test_the_job_of_another_tenant_is_not_there(
    jobs: JobStore, document: str, other_tenant: str, act: Callable[..., object]
) -> None:
    job = asked(jobs, document)
    with pytest.raises(NotFound):
        act(jobs, other_tenant, job.id)
    with pytest.raises(NotFound):
        jobs.list_extractions(other_tenant, after=job.id)
    assert jobs.list_extractions(other_tenant) == ([], False)


def test_positions_count_the_jobs_that_are_due_before_it(
    jobs: JobStore, documents: DocumentStore, document: str
) -> None:
    first = asked(jobs, document)
    waiting = asked(jobs, uploaded(documents, "unread.pdf"))
    last = asked(jobs, document, instructions="last")
    asked(jobs, document, priority="batch")
    positions = [
        jobs.get_extraction(TENANT, job.id).progress.queue_position
        for job in (first, waiting, last)
    ]
    assert positions == [1, None, 2]
    assert jobs.get_extraction(TENANT, waiting.id).progress.stage == "waiting_for_documents"


def test_a_queue_gives_its_jobs_in_the_order_they_came(jobs: JobStore, document: str) -> None:
    ids = [asked(jobs, document, instructions=str(number)).id for number in range(3)]
    assert [claimed(jobs).job_id for _ in range(3)] == ids


def test_a_job_whose_documents_are_not_read_is_not_due(
    jobs: JobStore, documents: DocumentStore, document: str
) -> None:
    asked(jobs, document, uploaded(documents, "unread.pdf"))
    assert jobs.claim(Queue.STANDARD, "worker") is None
    assert jobs.due(Queue.STANDARD) == 0


def test_a_job_is_due_once_all_its_documents_are_read(
    jobs: JobStore, documents: DocumentStore
) -> None:
    unread = [uploaded(documents, "one.pdf"), uploaded(documents, "two.pdf")]
    asked(jobs, *unread)
    due = []
    for _ in unread:
        documents.ingested(
            claimed(jobs, Queue.INGEST), media_type="text/plain", summary={}, parsed_key="k"
        )
        due.append(jobs.due(Queue.STANDARD))
    assert due == [0, 1]


def test_a_job_that_waits_is_cancelled_at_once(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    assert jobs.cancel_extraction(TENANT, job.id).status == Status.CANCELLED
    assert jobs.claim(Queue.STANDARD, "worker") is None


def test_a_job_that_runs_is_asked_to_stop(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    claim = claimed(jobs)
    found = jobs.cancel_extraction(TENANT, job.id)
    assert (found.status, found.cancel_requested) == (Status.RUNNING, True)
    assert (jobs.look(claim), jobs.renew(claim)) == (True, True)


def test_cancelling_twice_is_no_error(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    jobs.cancel_extraction(TENANT, job.id)
    assert jobs.cancel_extraction(TENANT, job.id).status == Status.CANCELLED


def test_what_is_done_cannot_be_cancelled(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    done(jobs)
    with pytest.raises(Conflict, match="completed already"):
        jobs.cancel_extraction(TENANT, job.id)


def test_a_cancel_and_an_end_at_the_same_time_leave_one_final_state(
    jobs: JobStore, document: str
) -> None:
    for number in range(10):
        job = asked(jobs, document, instructions=str(number))
        claim = claimed(jobs)
        with ThreadPoolExecutor(3) as pool:
            finished = pool.submit(
                jobs.finish,
                claim,
                status=Status.COMPLETED,
                result_key="r",
                usage=Usage(),
                seconds=1.0,
            )
            cancelled = pool.submit(jobs.cancelled, claim)
        assert finished.result() != cancelled.result()
        expected = Status.COMPLETED if finished.result() else Status.CANCELLED
        assert jobs.get_extraction(TENANT, job.id).status == expected


def test_a_job_that_failed_can_be_tried_again(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    jobs.fail(claimed(jobs), Failure(code="x", message="y"))
    again = jobs.retry_extraction(TENANT, job.id)
    assert (again.status, again.failure, again.finished_at) == (Status.QUEUED, None, None)
    assert claimed(jobs).job_id == job.id


def test_a_job_tried_again_has_no_result_and_all_its_time(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document, deadline_seconds=100)
    done(jobs, Status.INCOMPLETE)
    again = jobs.retry_extraction(TENANT, job.id)
    assert jobs.result_key_of(TENANT, job.id) is None
    assert again.deadline_at > job.deadline_at


def test_a_job_that_completed_is_not_tried_again(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    done(jobs)
    with pytest.raises(Conflict, match="completed"):
        jobs.retry_extraction(TENANT, job.id)


def test_a_job_is_not_tried_again_beside_its_twin(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    jobs.cancel_extraction(TENANT, job.id)
    asked(jobs, document)
    with pytest.raises(Conflict, match="asked again meanwhile"):
        jobs.retry_extraction(TENANT, job.id)


def test_a_deleted_job_is_gone_and_its_worker_finds_out(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document, key="k1")
    claim = claimed(jobs)
    jobs.delete_extraction(TENANT, job.id)
    assert jobs.renew(claim) is None
    assert not jobs.finish(
        claim, status=Status.COMPLETED, result_key="r", usage=Usage(), seconds=1.0
    )
    with pytest.raises(NotFound):
        jobs.get_extraction(TENANT, job.id)


def test_a_list_is_cut_and_goes_on_after_its_last(jobs: JobStore, document: str) -> None:
    ids = [asked(jobs, document, instructions=str(number)).id for number in range(5)]
    first, has_more = jobs.list_extractions(TENANT, limit=3)
    rest, has_rest = jobs.list_extractions(TENANT, limit=3, after=first[-1].id)
    assert [job.id for job in (*first, *rest)] == ids[::-1]
    assert (has_more, has_rest) == (True, False)


def test_a_list_goes_on_after_a_job_that_was_deleted(jobs: JobStore, document: str) -> None:
    ids = [asked(jobs, document, instructions=str(number)).id for number in range(3)]
    (last,), _ = jobs.list_extractions(TENANT, limit=1)
    jobs.delete_extraction(TENANT, last.id)
    after = cursor_of(last.created_at, last.id)
    assert [job.id for job in jobs.list_extractions(TENANT, after=after)[0]] == ids[1::-1]


def test_a_listed_job_says_what_the_job_says(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document, mode="indexed", priority="batch", metadata={"a": "b"})
    (listed,), _ = jobs.list_extractions(TENANT)
    said = job.model_dump(include=set(ListedExtraction.model_fields))
    assert listed.model_dump() == said


def test_a_list_goes_on_by_a_cursor_only_within_the_tenant(
    jobs: JobStore, document: str, other_tenant: str
) -> None:
    job = asked(jobs, document)
    after = cursor_of(job.created_at + timedelta(seconds=1), job.id)
    assert jobs.list_extractions(other_tenant, after=after) == ([], False)


def test_a_list_is_filtered(jobs: JobStore, documents: DocumentStore, document: str) -> None:
    other = read(documents, jobs, "other.pdf")
    asked(jobs, document, metadata={"team": "a", "run": "1"})
    done(jobs)
    asked(jobs, other, metadata={"team": "a", "run": "2"})
    asked(jobs, document, other, metadata={'"odd".key': "%_'"})

    def found(**options: object) -> int:
        return len(jobs.list_extractions(TENANT, **options)[0])  # type: ignore[arg-type]

    now = datetime.now(UTC)
    assert found(status=Status.COMPLETED) == 1
    assert (found(document=document), found(document=other)) == (2, 2)
    assert (found(metadata={"team": "a"}), found(metadata={"team": "a", "run": "2"})) == (2, 1)
    assert (found(metadata={'"odd".key': "%_'"}), found(metadata={"team": "%"})) == (1, 0)
    assert (found(created_after=now), found(created_before=now)) == (0, 3)
    assert found(created_after=now - timedelta(hours=1)) == 3


def test_versions_grow_with_every_change_that_can_be_seen(jobs: JobStore, document: str) -> None:
    job = asked(jobs, document)
    versions = [jobs.versions([job.id])[job.id]]
    claim = claimed(jobs)
    versions.append(jobs.versions([job.id])[job.id])
    jobs.report(claim, JobProgress(stage="read"))
    versions.append(jobs.versions([job.id])[job.id])
    jobs.renew(claim)
    versions.append(jobs.versions([job.id, "ext_gone"])[job.id])
    assert versions == [1, 2, 3, 3]


def test_two_workers_never_get_the_same_job(
    jobs: JobStore, document: str, database: Database
) -> None:
    for number in range(20):
        asked(jobs, document, instructions=str(number))
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: jobs.claim(Queue.STANDARD, f"w{n}"), range(24)))
    ids = [claim.job_id for claim in claims if claim is not None]
    assert len(ids) == len(set(ids)) == 20
    with database.reading() as session:
        assert session.scalar(select(func.max(JobRecord.attempt))) == 1
