from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from jobs.database import Database
from jobs.document_store import DocumentStore
from jobs.job_store import JobStore
from jobs.rings import ring_missing
from jobs.services import Services
from jobs.sweeper import Sweeper
from jobs.tables import JobRecord
from schemas.errors import Unavailable
from schemas.jobs import Queue
from tests.jobs.asked import asked, claimed, read
from tests.jobs.fake_doorbell import FakeDoorbell


@pytest.fixture
def num_due(documents: DocumentStore, jobs: JobStore) -> int:
    """Jobs that wait in the queue standard, of which nobody was told."""
    document = read(documents, jobs)
    for number in range(3):
        asked(jobs, document, instructions=str(number))
    return 3


def test_a_due_job_without_a_message_is_rung_for(
    services: Services, num_due: int, doorbell: FakeDoorbell
) -> None:
    Sweeper(services).run_once()
    assert doorbell.rings == {Queue.STANDARD: num_due}


def test_messages_do_not_pile_up(services: Services, num_due: int, doorbell: FakeDoorbell) -> None:
    doorbell.rings[Queue.STANDARD] = 1
    for _ in range(3):
        Sweeper(services).run_once()
    assert doorbell.rings == {Queue.STANDARD: num_due}


def test_a_lost_job_is_rung_for_in_the_same_round(
    services: Services, num_due: int, doorbell: FakeDoorbell, database: Database
) -> None:
    for _ in range(num_due):
        claimed(services.jobs)
    with database.transaction() as session:
        past = datetime.now(UTC) - timedelta(hours=1)
        session.execute(update(JobRecord).values(lease_until=past))
    Sweeper(services).run_once()
    assert doorbell.rings == {Queue.STANDARD: num_due}


def test_only_the_queues_of_the_process_are_rung_and_pulsed(
    services: Services, num_due: int, doorbell: FakeDoorbell
) -> None:
    Sweeper(services, [Queue.BATCH]).run_once()
    assert (doorbell.rings, doorbell.pulses) == ({}, {Queue.BATCH: 1})


def test_a_worker_without_a_free_slot_shows_its_pulse_itself(
    services: Services, doorbell: FakeDoorbell
) -> None:
    Sweeper(services, [Queue.BATCH], is_full=lambda: True).run_once()
    assert (list(services.jobs.pulses()), doorbell.pulses) == (["batch"], {})


def test_without_a_broker_nothing_is_rung(
    services: Services, num_due: int, doorbell: FakeDoorbell
) -> None:
    doorbell.is_broken = True
    assert ring_missing(services) == 0


def test_a_round_that_fails_is_not_the_last(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    num_rounds, ends = 0, threading.Event()

    def sweep(_: JobStore) -> None:
        nonlocal num_rounds
        num_rounds += 1
        if num_rounds == 2:
            ends.set()
        raise Unavailable("not now")

    monkeypatch.setattr(JobStore, "sweep", sweep)
    quick = services.settings.jobs.model_copy(update={"sweep_seconds": 0.001})
    settings = services.settings.model_copy(update={"jobs": quick})
    Sweeper(replace(services, settings=settings)).run_until(ends)
    assert num_rounds == 2
