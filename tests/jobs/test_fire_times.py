from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.fire_times import Due, Timing, check_timing, due_fires, fire_times, jitter_of, next_fires
from schemas.errors import InvalidInput
from schemas.schedules import CatchUp

ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
GRACE = timedelta(seconds=60)
CRONS = ("*/7 * * * *", "30 2 * * *", "0 1,2,3 * * *", "15 */2 * * *", "0 0 * * MON", "30 1 29 2 *")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


def cron(expression: str, zone: str = "UTC") -> Timing:
    return Timing(expression, None, zone, ANCHOR)


def every(seconds: float) -> Timing:
    return Timing(None, seconds, "UTC", ANCHOR)


def local_times(timing: Timing, day: datetime, number: int) -> list[str]:
    """From midnight there: local time with its offset."""
    zone = ZoneInfo(timing.zone)
    found = next_fires(timing, day.replace(tzinfo=zone) - timedelta(seconds=1), number)
    return [f"{moment.astimezone(zone):%d %H:%M %z}" for moment in found]


@pytest.mark.parametrize(
    ("zone", "day", "before", "after"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29), "+0100", "+0200"),
        ("America/New_York", datetime(2026, 3, 8), "-0500", "-0400"),
    ],
)
def test_a_time_that_the_clock_skips_comes_right_after_the_gap(
    zone: str, day: datetime, before: str, after: str
) -> None:
    assert local_times(cron("30 2 * * *", zone), day, 2) == [
        f"{day.day:02} 03:00 {after}",
        f"{day.day + 1:02} 02:30 {after}",
    ]
    assert local_times(cron("0,30 2 * * *", zone), day, 2) == [
        f"{day.day:02} 03:00 {after}",
        f"{day.day + 1:02} 02:00 {after}",
    ]
    assert local_times(cron("30 * * * *", zone), day, 3) == [
        f"{day.day:02} 00:30 {before}",
        f"{day.day:02} 01:30 {before}",
        f"{day.day:02} 03:30 {after}",
    ]


@pytest.mark.parametrize(
    ("zone", "day", "hour", "before", "after"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25), 2, "+0200", "+0100"),
        ("America/New_York", datetime(2026, 11, 1), 1, "-0400", "-0500"),
    ],
)
def test_a_time_that_comes_twice_runs_once_and_an_hourly_one_twice(
    zone: str, day: datetime, hour: int, before: str, after: str
) -> None:
    fixed = local_times(cron(f"30 {hour} * * *", zone), day, 2)
    assert fixed == [
        f"{day.day:02} {hour:02}:30 {before}",
        f"{day.day + 1:02} {hour:02}:30 {after}",
    ]
    hourly = local_times(cron("30 * * * *", zone), day, hour + 2)
    assert hourly[-2:] == [
        f"{day.day:02} {hour:02}:30 {before}",
        f"{day.day:02} {hour:02}:30 {after}",
    ]


def test_a_fixed_time_is_not_run_again_when_it_is_asked_within_the_second_hour() -> None:
    timing = cron("30 2 * * *", "Europe/Berlin")
    second_hour = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    assert next_fires(timing, second_hour, 1) == [datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("catch_up", "hours"), [(CatchUp.NONE, []), (CatchUp.LATEST, [3]), (CatchUp.ALL, [1, 2, 3])]
)
def test_after_three_hours_away_a_policy_says_which_times_are_run(
    catch_up: CatchUp, hours: list[int]
) -> None:
    seen, now = ANCHOR + timedelta(minutes=30), ANCHOR + timedelta(hours=3, minutes=30)
    due = due_fires(cron("0 * * * *"), seen, now, catch_up, grace=GRACE)
    assert due == Due(tuple(ANCHOR + timedelta(hours=hour) for hour in hours), now)
    assert due_fires(cron("0 * * * *"), due.seen_until, now, catch_up, grace=GRACE).times == ()


@pytest.mark.parametrize("catch_up", CatchUp)
def test_a_time_that_comes_while_somebody_looks_is_run_under_each_policy(
    catch_up: CatchUp,
) -> None:
    now = ANCHOR + timedelta(hours=1, seconds=2)
    due = due_fires(cron("0 * * * *"), now - timedelta(seconds=3), now, catch_up, grace=GRACE)
    assert due.times == (ANCHOR + timedelta(hours=1),)


def test_what_is_more_than_at_once_is_due_when_it_is_asked_again() -> None:
    now = ANCHOR + timedelta(seconds=50)
    first = due_fires(every(10), ANCHOR, now, CatchUp.ALL, grace=GRACE, most=3)
    second = due_fires(every(10), first.seen_until, now, CatchUp.ALL, grace=GRACE, most=3)
    assert [len(first.times), len(second.times)] == [3, 2]
    assert second.seen_until == now


def test_a_clock_that_goes_back_runs_nothing_again() -> None:
    due = due_fires(every(10), ANCHOR + timedelta(hours=1), ANCHOR, CatchUp.ALL, grace=GRACE)
    assert due == Due((), ANCHOR + timedelta(hours=1))


@given(
    timing=st.one_of(
        st.builds(cron, st.sampled_from(CRONS), st.sampled_from(ZONES)),
        st.builds(every, st.integers(1, 100_000)),
    ),
    start=st.integers(0, 380 * 86_400),
    seconds=st.integers(0, 5 * 86_400),
    number=st.integers(1, 5),
)
def test_where_one_begins_to_count_changes_no_time(
    timing: Timing, start: int, seconds: int, number: int
) -> None:
    """From either place, the same times follow; and the latest is the last of all."""
    first = ANCHOR + timedelta(seconds=start)
    second = first + timedelta(seconds=seconds)
    due = due_fires(timing, first, second, CatchUp.ALL, grace=GRACE, most=1_000_000).times[-200:]
    late = due_fires(timing, first, second, CatchUp.LATEST, grace=GRACE).times
    assert late == due[-1:]
    after = list(islice(fire_times(timing, second), number))
    assert after == sorted(set(after))
    middle = due[-1] if due else first
    assert list(islice(fire_times(timing, middle), number)) == after


@pytest.mark.parametrize("expression", ["", "* * *", "61 * * * *", "0 0 30 2 *", "a b c d e"])
def test_what_is_no_cron_expression_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_timing(cron(expression))
    assert caught.value.param == "cron"
    assert "cron expression" in caught.value.message


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "CEST"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInput, match="no time zone"):
        check_timing(cron("0 2 * * *", zone))


@given(st.datetimes(timezones=st.just(UTC)), st.floats(0, 86_400))
def test_jitter_is_the_same_each_time_and_within_its_bound(moment: datetime, most: float) -> None:
    found = jitter_of("sch_1", moment, most)
    assert found == jitter_of("sch_1", moment.astimezone(ZoneInfo("Europe/Berlin")), most)
    assert timedelta(0) <= found <= timedelta(seconds=most)
