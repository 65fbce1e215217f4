"""What becomes of a run whose batch is over?

Its results are written to the target, under names that a second try writes anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.batch_grid import batch_columns, batch_rows
from jobs.batch_tables import BatchItemRecord, BatchRecord
from jobs.grid import GridRow, grid_csv, grid_lines, write_grid_xlsx
from jobs.schedule_memory import forget_undone
from jobs.schedule_runs import RunClaim, end_run, held_run
from jobs.schedule_targets import FileTarget, safe_name, target_of
from jobs.services import Services
from schemas.batches import BatchStatus
from schemas.errors import Cancelled, NotFound
from schemas.extraction import Extraction, Status
from schemas.jobs import Failure
from schemas.schedules import Grid, RunStatus

_FOLDER = "%Y-%m-%dT%H-%M-%SZ"


def deliver(claim: RunClaim, services: Services, is_ours: Callable[[], bool]) -> None:
    """Raises why the target can not be written to; then nothing of the run is changed."""
    assert claim.batch_id is not None
    with services.database.reading() as session:
        items = _items(session, claim.batch_id)
    place = None
    if claim.asked.target is not None and any(item.status in _DONE for item in items):
        target = target_of(claim.asked.target, services.settings.schedules)
        place = _Delivery(claim, services, target, is_ours).written(items)
    services.database.settle(lambda session: _finish(session, claim, services, items, place))


_DONE = (Status.COMPLETED, Status.INCOMPLETE, Status.FAILED)


class _Delivery:
    def __init__(
        self,
        claim: RunClaim,
        services: Services,
        target: FileTarget,
        is_ours: Callable[[], bool],
    ) -> None:
        self._claim, self._services, self._target = claim, services, target
        self._is_ours = is_ours
        moment = claim.fire_time.astimezone(UTC).strftime(_FOLDER)
        self._folder = f"{claim.name}/{moment}-{claim.run_id[4:12]}"

    def written(self, items: Sequence[BatchItemRecord]) -> str:
        """Where. The grid comes last: who sees it sees all."""
        names: set[str] = set()
        for item in items:
            if not self._is_ours():
                raise Cancelled("the run is no longer ours")
            extraction = self._extraction(item)
            if extraction is not None:
                self._put_json(extraction, _unique(item, names))
        self._put_grid()
        return f"{self._target.place.rstrip('/')}/{self._folder}"

    def _extraction(self, item: BatchItemRecord) -> Extraction | None:
        if item.job_id is None or item.status not in (Status.COMPLETED, Status.INCOMPLETE):
            return None
        try:
            key = self._services.jobs.result_key_of(self._claim.tenant, item.job_id)
        except NotFound:  # it was deleted
            return None
        if key is None:
            return None
        return Extraction.model_validate_json(self._services.storage.get_bytes(key))

    def _put_json(self, extraction: Extraction, name: str) -> None:
        file = self._services.storage.scratch_file()
        try:
            text = json.dumps(extraction.model_dump(mode="json"), ensure_ascii=False, indent=2)
            file.write_text(text + "\n", encoding="utf-8")
            self._target.put(file, f"{self._folder}/{name}")
        finally:
            file.unlink(missing_ok=True)

    def _put_grid(self) -> None:
        assert self._claim.asked.target is not None
        grid = self._claim.asked.target.grid
        if grid is None:
            return
        file = self._services.storage.scratch_file()
        try:
            self._write_grid(grid, file)
            self._target.put(file, f"{self._folder}/results.{grid}")
        finally:
            file.unlink(missing_ok=True)

    def _write_grid(self, grid: Grid, file: Path) -> None:
        """As a batch's: each value with its place and confidence."""
        services, tenant, batch_id = self._services, self._claim.tenant, self._claim.batch_id
        assert batch_id is not None
        columns = batch_columns(services, batch_id)

        def rows() -> Iterator[GridRow]:
            return batch_rows(services, tenant, batch_id)

        if grid == "xlsx":
            write_grid_xlsx(columns, rows, file, with_places=True)
            return
        with file.open("w", encoding="utf-8", newline="") as stream:
            is_csv = grid == "csv"
            stream.writelines(
                grid_csv(columns, rows(), with_places=True) if is_csv else grid_lines(rows())
            )


def _finish(
    session: Session,
    claim: RunClaim,
    services: Services,
    items: Sequence[BatchItemRecord],
    place: str | None,
) -> None:
    run = held_run(session, claim)
    if run is None:
        return
    assert claim.batch_id is not None
    now = services.database.now(session)
    batch = session.get(BatchRecord, claim.batch_id)
    counts = dict(run.counts)
    for item in items:
        counts[item.status] = counts.get(item.status, 0) + 1
    run.counts, run.delivered_to = counts, place
    num_undone = forget_undone(session, run.id, claim.batch_id)
    if num_undone:
        note = f"{num_undone} documents were not done, and are for the next run"
        run.notes = [*run.notes, note]
    status, failure = _end_of(batch, items)
    end_run(session, run, status, now, failure)


def _end_of(
    batch: BatchRecord | None, items: Sequence[BatchItemRecord]
) -> tuple[RunStatus, Failure | None]:
    if batch is None:
        return RunStatus.FAILED, Failure(code="deleted", message="its batch was deleted")
    if batch.status == BatchStatus.CANCELLED:
        return RunStatus.CANCELLED, Failure(code="cancelled", message="its batch was cancelled")
    failed = [item for item in items if item.status == Status.FAILED]
    if failed and len(failed) == len(items) and failed[0].failure is not None:
        first = Failure.model_validate(failed[0].failure)
        message = f"all {len(items)} documents failed, the first: {first.message}"
        return RunStatus.FAILED, first.model_copy(update={"message": message})
    return RunStatus.COMPLETED, None


def _items(session: Session, batch_id: str) -> Sequence[BatchItemRecord]:
    return session.scalars(
        select(BatchItemRecord)
        .where(BatchItemRecord.batch_id == batch_id)
        .order_by(BatchItemRecord.position)
    ).all()


def _unique(item: BatchItemRecord, names: set[str]) -> str:
    name = safe_name(item.custom_id)
    if name.lower() in names:
        name = f"{name}.{item.position}"
    names.add(name.lower())
    return f"{name}.json"
