"""What does a run find in its source, and how does that become a batch?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from jobs.intake import UploadedFile, take_in
from jobs.new_batches import NewBatch, add_batch
from jobs.preparing import prepare_document
from jobs.schedule_memory import (
    Found,
    Memory,
    inbox_documents,
    memory_of,
    remember_file,
    take_contents,
)
from jobs.schedule_runs import RunClaim, end_run, held_run
from jobs.schedule_sources import FileSource, ListedFile, is_chosen, name_problem, source_of
from jobs.schedule_tables import ScheduleRecord
from jobs.services import Services
from schemas.batches import BatchItemCreate, BatchShared
from schemas.errors import Cancelled, InvalidInput, ServiceError, TooLarge, Unavailable
from schemas.jobs import Queue
from schemas.schedules import InboxSource, RunCounts, RunStatus, Trigger

_MOST_NOTES = 100
_LONGEST_TAG, _LONGEST_CUSTOM_ID = 512, 255


@dataclass(slots=True)
class Collected:
    """`seen`: files that were read and whose content is known."""

    found: list[Found] = field(default_factory=list)
    seen: list[Found] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: RunCounts().model_dump())
    notes: list[str] = field(default_factory=list)

    def count(self, name: str, note: str | None = None) -> None:
        self.counts[name] += 1
        if note is not None and len(self.notes) < _MOST_NOTES:
            self.notes.append(note)


def collect(claim: RunClaim, services: Services, is_ours: Callable[[], bool]) -> None:
    """Takes in what is new and makes a batch of it; a run that finds nothing new is at its end.

    Raises why the source cannot be read; then nothing is done but that documents were taken in,
    which a second try finds there.
    """
    with services.database.reading() as session:
        memory, now = memory_of(session, claim.schedule_id), services.database.now(session)
    run = _Collection(claim, services, memory, now, is_ours)
    collected = run.from_inbox() if isinstance(claim.asked.source, InboxSource) else run.of_files()
    batch_id = services.database.settle(
        lambda session: _begin_batch(session, claim, services, collected)
    )
    if batch_id is not None:
        services.batches.advance(batch_id)
        services.doorbell.ring(Queue.BATCH)


@dataclass(frozen=True, slots=True)
class _Collection:
    claim: RunClaim
    services: Services
    memory: Memory
    now: datetime
    is_ours: Callable[[], bool]

    def of_files(self) -> Collected:
        asked, done = self.claim.asked, Collected()
        assert not isinstance(asked.source, InboxSource)
        source = source_of(asked.source, self.services.settings.schedules)
        for file in source.files():
            if is_chosen(file.path, asked.include, asked.exclude):
                self._check(done)
                self._consider(source, file, done)
        return done

    def from_inbox(self) -> Collected:
        asked, done = self.claim.asked, Collected()
        assert isinstance(asked.source, InboxSource)
        database = self.services.database
        with database.reading() as session:
            records = inbox_documents(
                session,
                self.claim.tenant,
                self.claim.schedule_created_at,
                asked.source.metadata,
                is_sqlite=database.is_sqlite,
            )
        for record in records:
            if is_chosen(record.name, asked.include, asked.exclude):
                self._check(done)
                self._add(done, Found(record.id, record.name, record.sha256, None))
        return done

    def _check(self, done: Collected) -> None:
        done.counts["listed"] += 1
        most = self.services.settings.schedules.max_listed
        if done.counts["listed"] > most:
            raise TooLarge(
                f"the source has more than {most} files: narrow it by include, or raise "
                "NEEDLEPOINT_SCHEDULES__MAX_LISTED"
            )
        if not self.is_ours():
            raise Cancelled("the run is no longer ours")

    def _consider(self, source: FileSource, file: ListedFile, done: Collected) -> None:
        refusal = file.refusal or name_problem(file.path)
        settled = self.now - timedelta(seconds=self.claim.asked.settle_seconds)
        if refusal is not None:
            done.count("refused", f"{file.path[:256]!r}: {refusal}")
        elif self.memory.knows(file.path, file.stamp):
            done.count("unchanged")
        elif file.changed_at is not None and file.changed_at > settled:
            done.count("unsettled", f"{file.path!r}: it was written to just now")
        elif len(done.found) >= self.services.settings.schedules.max_files:
            done.count("left")
        else:
            self._read(source, file, done)

    def _read(self, source: FileSource, file: ListedFile, done: Collected) -> None:
        scratch = self.services.storage.scratch_file()
        try:
            sha256 = source.copy(file, scratch, self.services.settings.ingest.max_bytes)
            if sha256 in self.memory.contents or any(f.sha256 == sha256 for f in done.found):
                done.seen.append(Found("", file.path, sha256, file.stamp))
                done.count("unchanged")
            else:
                document_id = self._taken_in(scratch, file, sha256)
                self._add(done, Found(document_id, file.path, sha256, file.stamp))
        except Unavailable as error:
            if str(error.message).startswith("it was written to"):
                done.count("unsettled", f"{file.path!r}: {error.message}")
                return
            raise
        except InvalidInput as error:
            done.count("refused", f"{file.path!r}: {error.message}")
        finally:
            scratch.unlink(missing_ok=True)

    def _taken_in(self, scratch: Path, file: ListedFile, sha256: str) -> str:
        if not file.num_bytes:
            raise InvalidInput("the file is empty")
        uploaded = UploadedFile(
            file=scratch,
            sha256=sha256,
            num_bytes=scratch.stat().st_size,
            name=file.path.rpartition("/")[2],
            password=None,
            metadata={"schedule": self.claim.schedule_id, "path": file.path[:_LONGEST_TAG]},
        )
        document, _ = take_in(self.services, self.claim.tenant, uploaded)
        return document.id

    def _add(self, done: Collected, item: Found) -> None:
        if item.sha256 in self.memory.contents or any(f.sha256 == item.sha256 for f in done.found):
            done.count("unchanged")
        elif len(done.found) >= self.services.settings.schedules.max_files:
            done.count("left")
        else:
            done.found.append(item)
            done.count("new")
            self._warm(item.document_id)

    def _warm(self, document_id: str) -> None:
        """As soon as it is found; a run does not fail because it can not be prepared."""
        if not self.claim.asked.warm or self.services.settings.engine.index_model is None:
            return
        with suppress(ServiceError):
            prepare_document(self.services, self.claim.tenant, self.claim.key_id, document_id)


def _begin_batch(
    session: Session, claim: RunClaim, services: Services, collected: Collected
) -> str | None:
    """The batch, what is remembered of it and the run's state, all at once or not at all."""
    session.get(ScheduleRecord, claim.schedule_id, with_for_update=True)  # it is locked first
    run = held_run(session, claim)
    if run is None:
        return None
    now = services.database.now(session)
    run.counts, run.notes = dict(collected.counts), list(collected.notes)
    if claim.trigger is Trigger.WARM:
        end_run(session, run, RunStatus.COMPLETED, now)
        return None
    taken = take_contents(session, claim.schedule_id, claim.run_id, collected.found)
    for item in (*taken, *collected.seen):
        if item.stamp is not None:
            remember_file(session, claim.schedule_id, item.path, item.stamp, item.sha256)
    if not taken:
        end_run(session, run, RunStatus.COMPLETED, now)
        return None
    new = NewBatch(claim.tenant, claim.key_id, _shared_of(claim), _items_of(taken))
    batch, _ = add_batch(session, new, services.settings.jobs, now)
    run.status, run.batch_id, run.lease_until = RunStatus.RUNNING, batch.id, None
    run.num_lost = 0
    return batch.id


def _shared_of(claim: RunClaim) -> BatchShared:
    return BatchShared(
        **claim.asked.extraction.model_dump(),
        metadata={"schedule": claim.name, "run": claim.run_id},
    )


def _items_of(taken: list[Found]) -> list[BatchItemCreate]:
    """Named by their paths, where these are short enough and no two are the same."""
    items, names = [], set()
    for item in taken:
        name = item.path
        if len(name) > _LONGEST_CUSTOM_ID or name in names:
            name = f"{item.sha256[:12]} {item.path[-200:]}"
        names.add(name)
        items.append(BatchItemCreate(custom_id=name, document=item.document_id))
    return items
