"""What tests need of schedules: one that reads a folder, and workers that do its work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobs.schedule_claims import ScheduleClaims
from jobs.schedule_ticker import ScheduleTicker
from jobs.services import Services
from jobs.work import run_next
from schemas.jobs import Queue
from schemas.schedules import Schedule, ScheduleCreate, ScheduleRun
from tests.jobs.asked import SCHEMA, SUMMARY, TENANT


def folder_schedule(folder: Path, **changes: Any) -> ScheduleCreate:
    (folder / "in").mkdir(exist_ok=True)
    asked: dict[str, Any] = {
        "name": "nightly",
        "every_seconds": 3600,
        "source": {"kind": "folder", "path": str(folder / "in")},
        "target": {"kind": "folder", "path": str(folder / "out")},
        "extraction": {"response_schema": SCHEMA},
        "settle_seconds": 0,
        "warm": False,
    }
    return ScheduleCreate.model_validate({**asked, **changes})


def made(services: Services, folder: Path, **changes: Any) -> Schedule:
    return services.schedules.create(TENANT, None, folder_schedule(folder, **changes))


def claims_of(services: Services) -> ScheduleClaims:
    return ScheduleClaims(services.database, services.settings)


def work(services: Services) -> None:
    """Documents are read, extractions made, and runs carried on, until nothing is left."""
    while ScheduleTicker(services).run_once() + read_documents(services) + _extract(services):
        services.batches.advance_all()


def runs(services: Services) -> list[ScheduleRun]:
    """The oldest first."""
    found = services.schedules.runs(TENANT, "nightly", limit=100).data
    return sorted(found, key=lambda run: (run.fire_time, run.created_at))


def run_now(services: Services) -> ScheduleRun:
    run = services.schedules.run_now(TENANT, "nightly")
    work(services)
    return services.schedules.run(TENANT, run.id)


def read_documents(services: Services) -> int:
    number = 0
    while claim := services.jobs.claim(Queue.INGEST, "test"):
        services.documents.ingested(
            claim,
            media_type="text/plain",
            summary=SUMMARY,
            parsed_key=f"parsed/{claim.document_ids[0]}",
        )
        number += 1
    return number


def _extract(services: Services) -> int:
    number = 0
    while run_next(Queue.BATCH, services):
        number += 1
    return number
