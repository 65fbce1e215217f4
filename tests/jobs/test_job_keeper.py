"""When does a keeper renew, and when does it only look?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from jobs import job_keeper
from jobs.job_keeper import JobKeeper
from jobs.job_store import Claim, JobStore
from schemas.errors import Unavailable
from schemas.jobs import JobKind, Queue

_LEASE_SECONDS = 60.0


class FakeJobs:
    """Counts what the keeper asks."""

    def __init__(self) -> None:
        self.num_looks = self.num_renewals = 0
        self.is_away = False

    def look(self, claim: Claim) -> bool:
        self.num_looks += 1
        return False

    def renew(self, claim: Claim) -> bool:
        self.num_renewals += 1
        if self.is_away:
            raise Unavailable("the database does not answer: try again")
        return False


class FakeTime:
    """The clocks of a machine that may sleep."""

    def __init__(self) -> None:
        self.slept = self.lived = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.lived

    def time(self) -> float:
        return time.time() + self.lived + self.slept


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    clocks = FakeTime()
    monkeypatch.setattr(job_keeper, "time", clocks)
    monkeypatch.setattr(job_keeper, "_LOOK_SECONDS", 0.01)
    return clocks


def test_it_renews_at_once_after_the_machine_slept(jobs: FakeJobs, clocks: FakeTime) -> None:
    with keeping(jobs):
        eventually(lambda: jobs.num_looks > 3)
        assert jobs.num_renewals == 0
        clocks.slept = 3600
        eventually(lambda: jobs.num_renewals > 0)
        num_looks = jobs.num_looks
        eventually(lambda: jobs.num_looks > num_looks + 3)
        assert jobs.num_renewals == 1


def test_it_renews_after_a_quarter_of_the_lease(jobs: FakeJobs, clocks: FakeTime) -> None:
    with keeping(jobs):
        clocks.lived = _LEASE_SECONDS / 4
        eventually(lambda: jobs.num_renewals == 1)


def test_it_waits_for_the_database_after_the_machine_slept(
    jobs: FakeJobs, clocks: FakeTime
) -> None:
    jobs.is_away = True
    with keeping(jobs) as keeper:
        clocks.slept = 3600
        eventually(lambda: jobs.num_renewals > 3)
        assert keeper.reason is None
        jobs.is_away = False
        num_looks = jobs.num_looks
        eventually(lambda: jobs.num_looks > num_looks)
        assert keeper.reason is None


@contextmanager
def keeping(jobs: FakeJobs) -> Iterator[JobKeeper]:
    claim = Claim(
        job_id="job",
        tenant="tenant",
        kind=next(iter(JobKind)),
        queue=Queue.BATCH,
        attempt=1,
        request={},
        document_ids=(),
        deadline_at=datetime.now(UTC) + timedelta(hours=10),
    )
    with JobKeeper(claim, cast(JobStore, jobs), _LEASE_SECONDS, lambda: False) as keeper:
        yield keeper


def eventually(fact: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < until, "it did not come true"
        threading.Event().wait(0.01)
