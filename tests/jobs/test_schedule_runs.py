from __future__ import annotations

import csv
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.schedule_ticker import ScheduleTicker
from jobs.services import Services
from jobs.webhook_tables import WebhookEventRecord
from jobs.work import run_next
from schemas.jobs import Failure, Queue
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import RunStatus
from tests.jobs.asked import TENANT
from tests.jobs.scheduled import claims_of, made, read_documents, run_now, runs, work


@pytest.fixture
def services(services: Services, tmp_path: Path) -> Services:
    allowed = ScheduleSettings(allowed_folders=[str(tmp_path)])
    return replace(services, settings=services.settings.model_copy(update={"schedules": allowed}))


def put(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / "in" / f"{name}.txt").write_text(text)


def test_a_run_takes_what_is_new_and_writes_its_results(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    put(tmp_path, a="one", b="two")
    run = run_now(services)
    assert (run.status, run.counts.new, run.counts.completed) == (RunStatus.COMPLETED, 2, 2)
    assert run.delivered_to is not None
    folder = Path(run.delivered_to)
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.txt.json",
        "b.txt.json",
        "results.csv",
    ]
    assert json.loads((folder / "a.txt.json").read_text())["output"] == {"total": "93"}
    with (folder / "results.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["custom_id"] for row in rows] == ["a.txt", "b.txt"]
    assert (rows[0]["total"], float(rows[0]["total (confidence)"]) > 0) == ("93", True)


def test_the_same_content_is_done_once_and_changed_content_again(
    services: Services, tmp_path: Path
) -> None:
    made(services, tmp_path)
    put(tmp_path, a="one", copy="one")
    first = run_now(services)
    os.utime(tmp_path / "in" / "a.txt", (1, 1))
    (tmp_path / "in" / "a.txt").rename(tmp_path / "in" / "moved.txt")
    second = run_now(services)
    put(tmp_path, copy="another")
    third = run_now(services)
    assert [run.counts.new for run in (first, second, third)] == [1, 0, 1]
    assert (second.status, second.batch, second.counts.unchanged) == (RunStatus.COMPLETED, None, 2)


def test_a_file_that_is_being_written_is_left_for_the_next_run(
    services: Services, tmp_path: Path
) -> None:
    made(services, tmp_path, settle_seconds=0.3)
    put(tmp_path, a="half of")
    first = run_now(services)
    time.sleep(0.35)
    second = run_now(services)
    assert (first.counts.unsettled, first.counts.new, second.counts.new) == (1, 0, 1)


def test_globs_choose_the_files(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path, include=["*.txt", "deep/**/*.md"], exclude=["draft*"])
    (tmp_path / "in/deep/er").mkdir(parents=True)
    for name in ("a.txt", "draft.txt", "b.md", "deep/er/c.md", "deep/d.txt", ".hidden.txt"):
        (tmp_path / "in" / name).write_text(name)
    run = run_now(services)
    assert run.delivered_to is not None
    found = {path.name for path in Path(run.delivered_to).rglob("*.json")}
    assert found == {"a.txt.json", "c.md.json", "d.txt.json"}


def test_links_are_refused_and_the_others_read(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.txt").write_text("secret")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret" / "s.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "secret")
    put(tmp_path, a="one")
    run = run_now(services)
    assert (run.counts.new, run.counts.refused) == (1, 2)
    assert all("a link is not followed" in note for note in run.notes)


def test_a_source_that_is_gone_fails_the_run_and_not_the_schedule(
    services: Services, tmp_path: Path
) -> None:
    made(services, tmp_path)
    (tmp_path / "in").rmdir()
    services.schedules.run_now(TENANT, "nightly")
    claims = claims_of(services)
    claim = claims.claim()
    assert claim is not None
    ticker = ScheduleTicker(services)
    ticker.carry_on(replace(claim, num_lost=0))
    [run] = runs(services)
    assert run.status is RunStatus.COLLECTING  # tried again after a while
    reason = Failure(code="unavailable", message=f"the folder {tmp_path}/in is not there")
    claims.release(claim, reason, 0)
    [run] = runs(services)
    assert (run.status, run.failure) == (RunStatus.FAILED, reason)
    (tmp_path / "in").mkdir()
    put(tmp_path, a="one")
    assert run_now(services).status is RunStatus.COMPLETED


def test_what_was_cancelled_is_new_to_the_next_run(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    put(tmp_path, a="one")
    services.schedules.run_now(TENANT, "nightly")
    ScheduleTicker(services).run_once()
    [run] = runs(services)
    assert run.batch is not None
    services.batches.cancel(TENANT, run.batch)
    work(services)
    [run] = runs(services)
    assert run.status is RunStatus.CANCELLED
    assert run_now(services).counts.completed == 1


def test_the_end_of_a_run_is_an_event(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    put(tmp_path, a="one")
    run = run_now(services)
    with services.database.reading() as session:
        events = session.scalars(select(WebhookEventRecord)).all()
    [event] = [event for event in events if event.type == "schedule.run.completed"]
    assert (event.data["id"], event.data["counts"]["completed"]) == (run.id, 1)


@pytest.mark.parametrize("grid", ["xlsx", "jsonl", None])
def test_the_grid_is_of_the_kind_that_was_asked_for(
    services: Services, tmp_path: Path, grid: str | None
) -> None:
    target = {"kind": "folder", "path": str(tmp_path / "out"), "grid": grid}
    made(services, tmp_path, target=target)
    put(tmp_path, a="one")
    run = run_now(services)
    names = {path.name for path in Path(run.delivered_to or "").iterdir()}
    assert names == {"a.txt.json", *([f"results.{grid}"] if grid else [])}


def test_a_worker_that_dies_between_two_steps_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    """Its lease runs out, another takes the run up, and what it still writes is refused."""
    made(services, tmp_path)
    put(tmp_path, a="one")
    services.schedules.run_now(TENANT, "nightly")
    dead = claims_of(services).claim()
    assert dead is not None
    with services.database.transaction() as session:
        from jobs.schedule_tables import ScheduleRunRecord

        run = session.get_one(ScheduleRunRecord, dead.run_id)
        run.lease_until = run.created_at
    work(services)
    ScheduleTicker(services).carry_on(dead)
    [ended] = runs(services)
    assert (ended.status, ended.counts.completed) == (RunStatus.COMPLETED, 1)
    assert len(services.batches.list(TENANT)[0]) == 1


def test_uploads_of_an_inbox_are_done_once(services: Services, tmp_path: Path) -> None:
    from tests.jobs.asked import uploaded

    uploaded(services.documents, "before.txt")
    made(services, tmp_path, source={"kind": "inbox", "metadata": {"to": "us"}})
    uploaded(services.documents, "ours.txt", metadata={"to": "us"})
    uploaded(services.documents, "theirs.txt", metadata={"to": "them"})
    first, second = run_now(services), run_now(services)
    assert (first.counts.completed, second.counts.new, second.counts.unchanged) == (1, 0, 1)


def test_a_run_under_way_says_how_many_have_ended(services: Services, tmp_path: Path) -> None:
    made(services, tmp_path)
    put(tmp_path, a="one", b="two")
    services.schedules.run_now(TENANT, "nightly")
    ScheduleTicker(services).run_once()
    read_documents(services)
    assert run_next(Queue.BATCH, services)
    [run] = runs(services)
    assert (run.status, run.counts.new, run.counts.completed) == (RunStatus.RUNNING, 2, 1)
