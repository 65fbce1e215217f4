"""At what times is a schedule due?

Cron as Debian's: of a job at fixed times, a time that the clock skips comes right after the gap,
and one that the clock shows twice comes once, the first time; `*` in minutes or hours follows
the time that passes. Everything here is a function of its arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from schemas.errors import InvalidInput
from schemas.schedules import CatchUp

_WINDOWS = (timedelta(minutes=2), timedelta(hours=3), timedelta(days=3), timedelta(days=63))


@dataclass(frozen=True, slots=True)
class Timing:
    """`cron` in a zone, or an interval counted from `anchor`."""

    cron: str | None
    every_seconds: float | None
    zone: str
    anchor: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be run, and until when all is decided by that."""

    times: tuple[datetime, ...]
    seen_until: datetime


def check_timing(timing: Timing) -> None:
    """Raises `InvalidInput` for what can not be read, or never comes."""
    zone_of(timing.zone)
    if timing.cron is None:
        return
    try:
        found = next(iter(CronSim(timing.cron, timing.anchor)), None)
    except CronSimError as error:
        raise InvalidInput(
            f"{timing.cron!r} is no cron expression ({str(error).lower()}): it has five fields, "
            'minute hour day-of-month month day-of-week, such as "30 2 * * 1-5"',
            param="cron",
        ) from error
    if found is None:
        raise InvalidInput(f"{timing.cron!r} never comes in the next 50 years", param="cron")


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            f"there is no time zone {name!r}: name one as IANA does, such as Europe/Berlin or UTC",
            param="zone",
        ) from error


def fire_times(timing: Timing, after: datetime) -> Iterator[datetime]:
    """All later than `after`, in order, in UTC; without end for an interval."""
    if timing.every_seconds is not None:
        every = timedelta(seconds=timing.every_seconds)
        number = max((after - timing.anchor) // every, 0) + 1
        while True:
            yield timing.anchor + number * every
            number += 1
    assert timing.cron is not None
    zone = zone_of(timing.zone)
    last = after
    for moment in CronSim(timing.cron, after.astimezone(zone)):
        found = moment.astimezone(UTC)
        if found > last:  # several times in a gap all come right after it
            last = found
            yield found


def next_fires(timing: Timing, after: datetime, number: int) -> list[datetime]:
    return list(islice(fire_times(timing, after), number))


def due_fires(
    timing: Timing,
    seen_until: datetime,
    now: datetime,
    catch_up: CatchUp,
    *,
    grace: timedelta,
    most: int = 100,
) -> Due:
    """Of the times in (seen_until, now]: all of them (then `most` at once, and the others are due
    when it is asked again), the latest, or the latest if it is no older than the grace."""
    if now <= seen_until:
        return Due((), seen_until)
    if catch_up is CatchUp.ALL:
        times = tuple(_until(timing, seen_until, now, most))
        return Due(times, times[-1] if len(times) == most else now)
    latest = _latest(timing, seen_until, now)
    is_wanted = latest is not None and (catch_up is CatchUp.LATEST or now - latest <= grace)
    return Due((latest,) if latest is not None and is_wanted else (), now)


def jitter_of(schedule_id: str, fire_time: datetime, most_seconds: float) -> timedelta:
    """The same for the same time of the same schedule, wherever it is asked."""
    digest = hashlib.sha256(f"{schedule_id} {fire_time.astimezone(UTC).isoformat()}".encode())
    share = int.from_bytes(digest.digest()[:8]) / 2**64
    return timedelta(seconds=share * most_seconds)


def _until(timing: Timing, after: datetime, now: datetime, most: int) -> Iterator[datetime]:
    for moment in islice(fire_times(timing, after), most):
        if moment > now:
            return
        yield moment


def _latest(timing: Timing, seen_until: datetime, now: datetime) -> datetime | None:
    """Looked for from near to far, since what passed may be many."""
    for window in _WINDOWS:
        start = max(seen_until, now - window)
        found = _last_of(timing, start, now)
        if found is not None or start == seen_until:
            return found
    return _last_of(timing, seen_until, now)


def _last_of(timing: Timing, after: datetime, now: datetime) -> datetime | None:
    if timing.every_seconds is not None:
        every = timedelta(seconds=timing.every_seconds)
        number = (now - timing.anchor) // every
        found = timing.anchor + number * every
        return found if number >= 1 and found > after else None
    last = None
    for moment in fire_times(timing, after):
        if moment > now:
            break
        last = moment
    return last
