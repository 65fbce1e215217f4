"""Several workers, some of them thought dead, over a few jobs: who holds what, and how it ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, update

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import Claim, JobStore
from jobs.migrate import upgrade
from jobs.tables import JobRecord, LedgerRecord
from schemas.extraction import Status, Usage
from schemas.job_settings import JobSettings
from schemas.jobs import FINAL, Failure, JobProgress, Queue
from tests.jobs.asked import TENANT, asked, read
from tests.jobs.conftest import settings_of_url

_NUM_JOBS = 3
_MOST_LOST = 4


@cache
def _upgraded() -> Path:
    """An empty database, to be copied for each run."""
    folder = Path(tempfile.mkdtemp(prefix="needlepoint-leases-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(settings_of_url(f"sqlite:///{folder / 'a.db'}", folder))
    return folder / "a.db"


class Leases(RuleBasedStateMachine):
    """`claims` are all that were ever given; `holder` is who may write, by our own book.

    A write of anyone else must change nothing, whatever was written and by whom.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copyfile(_upgraded(), f"{self.folder.name}/a.db")
        self.database = Database(f"sqlite:///{self.folder.name}/a.db")
        self.jobs = JobStore(self.database, JobSettings(max_attempts=_MOST_LOST))
        document = read(DocumentStore(self.database, JobSettings()), self.jobs)
        self.ids = [
            asked(self.jobs, document, instructions=str(number)).id for number in range(_NUM_JOBS)
        ]
        self.claims: list[Claim] = []
        self.holder: dict[str, Claim] = {}
        self.final: dict[str, Status] = {}
        self.num_finished: dict[str, int] = dict.fromkeys(self.ids, 0)

    def teardown(self) -> None:
        self.database.dispose()
        self.folder.cleanup()

    @rule()
    def claim(self) -> None:
        claim = self.jobs.claim(Queue.STANDARD, "worker")
        free = [one for one in self.ids if one not in self.holder and one not in self.final]
        if claim is None:
            assert not free
            return
        assert claim.job_id in free
        self.claims.append(claim)
        self.holder[claim.job_id] = claim

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        assert (self.jobs.renew(claim) is not None) == self._holds(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        assert self.jobs.report(claim, JobProgress(stage="read")) == self._holds(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), status=st.sampled_from([Status.COMPLETED, Status.INCOMPLETE]))
    def finish(self, data: st.DataObject, status: Status) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        holds = self._holds(claim)
        done = self.jobs.finish(
            claim, status=status, result_key=str(claim.attempt), usage=Usage(), seconds=1.0
        )
        assert done == holds
        if done:
            self.num_finished[claim.job_id] += 1
            self._end(claim.job_id, status)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        holds = self._holds(claim)
        assert self.jobs.fail(claim, Failure(code="x", message="y")) == holds
        if holds:
            self._end(claim.job_id, Status.FAILED)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        holds = self._holds(claim)
        assert self.jobs.cancelled(claim) == holds
        if holds:
            self._end(claim.job_id, Status.CANCELLED)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        holds = self._holds(claim)
        assert self.jobs.release(claim) == holds
        if holds:
            self._go_on(claim.job_id)

    @precondition(lambda self: self.holder)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A worker says nothing any more; what it says later comes too late."""
        job_id = data.draw(st.sampled_from([one for one in self.ids if one in self.holder]))
        with self.database.transaction() as session:
            past = datetime.now(UTC) - timedelta(hours=1)
            session.execute(
                update(JobRecord).where(JobRecord.id == job_id).values(lease_until=past)
            )
        swept = self.jobs.sweep()
        assert {*swept.lost, *swept.exhausted} <= {job_id}
        self._go_on(job_id)

    @rule(data=st.data())
    def ask_to_stop(self, data: st.DataObject) -> None:
        job_id = data.draw(st.sampled_from(self.ids))
        if job_id not in self.final:
            self.jobs.cancel_extraction(TENANT, job_id)
            self._go_on(job_id, is_held=job_id in self.holder)

    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        job_id = data.draw(st.sampled_from(self.ids))
        if self.final.get(job_id) in (Status.FAILED, Status.CANCELLED, Status.INCOMPLETE):
            self.jobs.retry_extraction(TENANT, job_id)
            del self.final[job_id]

    @invariant()
    def every_job_is_where_our_book_says(self) -> None:
        for job_id in self.ids:
            status = self.jobs.get_extraction(TENANT, job_id).status
            if job_id in self.final:
                assert status == self.final[job_id]
            else:
                assert status == (Status.RUNNING if job_id in self.holder else Status.QUEUED)

    @invariant()
    def the_ledger_has_one_line_for_each_end_with_a_result(self) -> None:
        with self.database.reading() as session:
            rows = session.execute(
                select(LedgerRecord.job_id, func.count()).group_by(LedgerRecord.job_id)
            )
            lines = {job_id: number for job_id, number in rows}  # noqa: C416
        assert lines == {one: number for one, number in self.num_finished.items() if number}

    def _holds(self, claim: Claim) -> bool:
        return self.holder.get(claim.job_id) == claim

    def _end(self, job_id: str, status: Status) -> None:
        del self.holder[job_id]
        self.final[job_id] = status

    def _go_on(self, job_id: str, *, is_held: bool = False) -> None:
        """As the store says: back in the queue, or at an end that is a final one."""
        if not is_held:
            self.holder.pop(job_id, None)
        status = self.jobs.get_extraction(TENANT, job_id).status
        if status in FINAL:
            assert status in (Status.FAILED, Status.CANCELLED)
            self.final[job_id] = status


class LeasesForLonger(Leases):
    """The same, where there is time."""


TestLeases = Leases.TestCase
TestLeases.settings = hypothesis_settings(max_examples=8, stateful_step_count=25, deadline=None)
TestLeasesForLonger = pytest.mark.slow(LeasesForLonger.TestCase)
TestLeasesForLonger.settings = hypothesis_settings(
    max_examples=60, stateful_step_count=50, deadline=None
)
