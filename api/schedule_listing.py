"""How do schedules and their runs look on a terminal?"""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Column, Table

from api.places import visible
from schemas.schedules import (
    FolderSource,
    FolderTarget,
    InboxSource,
    Schedule,
    ScheduleRun,
    Source,
    Target,
)


def schedule_table(schedules: Sequence[Schedule]) -> Table:
    table = Table("schedule", "when", "from", "to", "next run (UTC)")
    for schedule in schedules:
        when = schedule.cron or f"every {schedule.every_seconds:g} s"
        zone = f" {schedule.zone}" if schedule.cron else ""
        next_run = "paused" if schedule.paused else f"{schedule.next_run:%Y-%m-%d %H:%M:%S}"
        table.add_row(
            schedule.name, when + zone, _place(schedule.source), _place(schedule.target), next_run
        )
    return table


def run_table(runs: Sequence[ScheduleRun]) -> Table:
    said = Column("what is to say", overflow="fold")  # a folder is of use whole alone
    table = Table("for (UTC)", "why", "status", "listed", "new", "done", "failed", said)
    for run in runs:
        counts = run.counts
        notes = [run.failure.message] if run.failure else []
        notes += [run.delivered_to] if run.delivered_to else []
        table.add_row(
            f"{run.fire_time:%Y-%m-%d %H:%M:%S}",
            run.trigger,
            run.status,
            str(counts.listed),
            str(counts.new),
            str(counts.completed + counts.incomplete),
            str(counts.failed),
            visible("; ".join([*notes, *run.notes[:3]])),
        )
    return table


def _place(place: Source | Target | None) -> str:
    if place is None:
        return ""
    if isinstance(place, InboxSource):
        return "inbox"
    if isinstance(place, FolderSource | FolderTarget):
        return visible(place.path)
    return visible(place.url)
