from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from jobs.schedule_claims import ScheduleClaims
from jobs.schedule_tables import ScheduleRecord, ScheduleRunRecord
from jobs.services import Services
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import RunStatus, Trigger
from tests.jobs.asked import TENANT
from tests.jobs.scheduled import claims_of, made, runs

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def services(services: Services, tmp_path: Path) -> Services:
    allowed = ScheduleSettings(allowed_folders=[str(tmp_path)])
    return replace(services, settings=services.settings.model_copy(update={"schedules": allowed}))


def begin_at(services: Services, moment: datetime = BEGIN) -> None:
    """As if it was made then."""
    with services.database.transaction() as session:
        session.execute(
            update(ScheduleRecord).values(
                anchor=moment,
                seen_until=moment,
                next_at=moment + timedelta(hours=1),
                wake_at=moment + timedelta(hours=1),
            )
        )


def hours(services: Services) -> list[float]:
    return [(run.fire_time - BEGIN) / timedelta(hours=1) for run in runs(services)]


@pytest.mark.parametrize(
    ("catch_up", "expected"), [("none", [1, 5]), ("latest", [1, 4, 5]), ("all", [1, 2, 3, 4, 5])]
)
def test_two_tickers_and_three_hours_away_give_each_time_its_run_once(
    services: Services, tmp_path: Path, catch_up: str, expected: list[int]
) -> None:
    made(services, tmp_path, catch_up=catch_up)
    begin_at(services)
    for minutes in (60, 61, 270, 271, 300):  # nobody looks from 1:01 to 4:30
        now = BEGIN + timedelta(minutes=minutes)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _, at=now: claims_of(services).tick(at), range(2)))
    assert hours(services) == expected


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(looks=st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=12))
def test_any_interleaving_of_two_tickers_fires_each_time_once(
    services: Services, tmp_path: Path, looks: list[tuple[int, bool]]
) -> None:
    """Whoever looks, whenever, however their clocks differ, and also when one is begun anew."""
    with services.database.transaction() as session:
        session.execute(delete(ScheduleRecord))
    made(services, tmp_path, catch_up="all")
    begin_at(services)
    tickers = [claims_of(services), claims_of(services)]
    for quarter, is_second in looks:
        tickers[is_second].tick(BEGIN + timedelta(minutes=15 * quarter))
        tickers[is_second] = claims_of(services)
    last = max(quarter for quarter, _ in looks)
    assert hours(services) == list(range(1, last // 4 + 1))


def test_what_a_restored_database_decides_again_has_its_run(
    services: Services, tmp_path: Path
) -> None:
    made(services, tmp_path)
    begin_at(services)
    now = BEGIN + timedelta(hours=1)
    assert claims_of(services).tick(now) == 1
    begin_at(services)
    assert claims_of(services).tick(now) == 0
    assert hours(services) == [1]


def test_what_is_paused_is_not_run_and_not_made_up_for(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path, every_seconds=1, catch_up="all")
    services.schedules.pause(TENANT, "nightly")
    assert claims_of(services).tick(BEGIN) == 0
    resumed = services.schedules.resume(TENANT, "nightly")
    assert resumed.next_run is not None
    assert claims_of(services).tick(resumed.next_run - timedelta(milliseconds=1)) == 0
    assert claims_of(services).tick(resumed.next_run) == 1


def started(claims: ScheduleClaims, now: datetime) -> list[str]:
    """Which runs are begun then."""
    claims.tick(now)
    found = []
    while claim := claims.claim(now):
        found.append(claim.run_id)
    return found


@pytest.mark.parametrize(
    ("overlap", "statuses"),
    [
        ("skip", [RunStatus.COLLECTING, RunStatus.SKIPPED]),
        ("queue", [RunStatus.COLLECTING, RunStatus.QUEUED]),
        ("cancel", [RunStatus.CANCELLED, RunStatus.COLLECTING]),
    ],
)
def test_a_run_that_meets_another_does_what_was_asked(
    services: Services, tmp_path: Path, overlap: str, statuses: list[RunStatus]
) -> None:
    made(services, tmp_path, overlap=overlap)
    begin_at(services)
    claims = claims_of(services)
    started(claims, BEGIN + timedelta(hours=1))
    with services.database.transaction() as session:
        far = BEGIN + timedelta(days=1)
        session.execute(update(ScheduleRunRecord).values(lease_until=far))
    for _ in range(2):
        started(claims, BEGIN + timedelta(hours=2))
    assert [run.status for run in runs(services)] == statuses


def test_jitter_puts_a_run_off_and_not_its_time(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path, jitter_seconds=600)
    begin_at(services)
    claims = claims_of(services)
    assert started(claims, BEGIN + timedelta(hours=1)) == []
    [run] = runs(services)
    assert run.fire_time == BEGIN + timedelta(hours=1)
    assert run.fire_time < run.start_at < run.fire_time + timedelta(seconds=600)
    assert started(claims, run.start_at) == [run.id]


def test_documents_are_looked_for_before_the_run(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path, warm_before_seconds=600)
    begin_at(services)
    with services.database.transaction() as session:
        session.execute(update(ScheduleRecord).values(wake_at=BEGIN + timedelta(minutes=50)))
    claims = claims_of(services)
    for minutes in (50, 55, 60):
        claims.tick(BEGIN + timedelta(minutes=minutes))
    assert [run.trigger for run in runs(services)] == [Trigger.WARM, Trigger.TIME]


def test_a_run_whose_workers_die_is_given_up(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    begin_at(services)
    claims, now = claims_of(services), BEGIN + timedelta(hours=1)
    claims.tick(now)
    for number in range(3):
        assert claims.claim(now + timedelta(minutes=number)) is not None
    assert claims.claim(now + timedelta(minutes=3)) is None
    [run] = runs(services)
    assert run.failure is not None
    assert (run.status, run.failure.code) == (RunStatus.FAILED, "attempts_exhausted")
