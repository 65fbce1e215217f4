"""How does a document that was uploaded come to be read?"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import array_file
from engine.token_counter import TokenCounter
from jobs.attached_documents import attach, told_anew
from jobs.derivation import derivation_of
from jobs.derived_files import keep, parsed_key
from jobs.document_store import IngestTarget
from jobs.job_store import Claim
from jobs.model_child import unpack_model
from jobs.parse_child import request_for
from jobs.parsing import run_parse
from jobs.preparing import most_waiting_tokens
from jobs.services import Services
from jobs.storage import Storage, original_key
from schemas.document import PAST_MAX_SECONDS
from schemas.errors import Cancelled, NotFound, Unavailable
from schemas.jobs import JobProgress
from schemas.progress import Progress
from schemas.settings import Settings

_REPORT_SECONDS = 0.5
_PARSE_SHARE = 0.9  # of the work; passages are cut after


def run_ingest(claim: Claim, services: Services, *, should_stop: Callable[[], bool]) -> None:
    """Makes the document ready. Twice is as once: what was read before is not read again.

    It raises whatever keeps the document from being read, and `Cancelled` when it should stop or
    the claim is no longer ours; then nothing was written.
    """
    target = services.documents.for_ingest(claim)
    unpack_model(services.settings, should_stop)
    key = _key(claim.tenant, target, services.settings)
    read = _Read(claim, target, key, services, should_stop)
    about = _known(services.storage, key) or read.parsed()
    services.documents.ingested(
        claim,
        media_type=about["media_type"],
        summary=read.attached(json.loads(about["summary"])),
        parsed_key=key,
        most_waiting_tokens=most_waiting_tokens(services.settings),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """The reading of one document."""

    claim: Claim
    target: IngestTarget
    key: str
    services: Services
    should_stop: Callable[[], bool]

    def parsed(self) -> dict[str, str]:
        """Parses in a child process and keeps what it wrote; what is said of it."""
        storage, name = self.services.storage, self.target.name
        original = original_key(self.claim.tenant, self.target.document_id)
        with _scratch_folder(storage) as folder, _original(storage, original, folder) as file:
            about = run_parse(
                self._request(file, folder / "parsed"),
                self.services.settings.ingest,
                on_progress=_Reports(self.claim, self.services),
                should_stop=self.should_stop,
            )
            if self.should_stop():
                raise Cancelled(f"{name}: the work on it was stopped")
            keep(
                self.services,
                self.claim.tenant,
                self.target.document_id,
                self.key,
                folder / "parsed",
            )
        return about

    def attached(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Makes documents of what it carries; the summary, with what of that is not read."""
        if not summary.get("attachments"):
            return summary
        storage = self.services.storage
        original = original_key(self.claim.tenant, self.target.document_id)
        with _scratch_folder(storage) as folder, _original(storage, original, folder) as file:
            warnings = attach(
                self.claim, self.target, file, self.services, should_stop=self.should_stop
            )
        return told_anew(summary, warnings)

    def _request(self, file: Path, target: Path) -> dict[str, Any]:
        return request_for(
            file,
            target,
            name=self.target.name,
            sha256=self.target.sha256,
            password=self.target.password,
            limits=self.services.settings.ingest,
            tokenizer=self.services.settings,
        )


class _Reports:
    """Tells the database how far it is, at most each half second."""

    def __init__(self, claim: Claim, services: Services) -> None:
        self._claim, self._jobs = claim, services.jobs
        self._began, self._next = time.monotonic(), 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _REPORT_SECONDS
        with contextlib.suppress(Unavailable):  # an hour's work is not lost for a line of news
            if not self._jobs.report(self._claim, self._of(progress, now), None):
                raise Cancelled("the job is no longer ours")

    def _of(self, progress: Progress, now: float) -> JobProgress:
        share = _PARSE_SHARE * progress.done / progress.total if progress.total else 0.0
        seconds = now - self._began
        is_paged = progress.unit == "pages"
        return JobProgress(
            stage="parse",
            pages_done=progress.done if is_paged else 0,
            pages_total=progress.total if is_paged else 0,
            share=min(share, _PARSE_SHARE),
            eta_seconds=round(seconds / share - seconds, 1) if share else None,
        )


def _key(tenant: str, target: IngestTarget, settings: Settings) -> str:
    derivation = derivation_of(
        sha256=target.sha256,
        name=target.name,
        limits=settings.ingest,
        tokenizer=TokenCounter(settings).name,
        password=target.password,
    )
    return parsed_key(tenant, target.document_id, derivation)


def _known(storage: Storage, key: str) -> dict[str, str] | None:
    """What is said of it, where it was read before and lies there whole; a reading that its time
    ended is done again, for there may be more of it now."""
    try:
        found = array_file.read(storage.local_file(key))
    except NotFound:
        return None
    if found is None:
        return None
    warnings = json.loads(found.about["summary"])["warnings"]
    is_cut = any(problem["code"] == PAST_MAX_SECONDS for problem in warnings)
    return None if is_cut else dict(found.about)


@contextlib.contextmanager
def _scratch_folder(storage: Storage) -> Iterator[Path]:
    """It goes with all that is in it, also what a child that was killed had begun to write."""
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=storage.scratch) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _original(storage: Storage, key: str, folder: Path) -> Iterator[Path]:
    """A file with the uploaded bytes; a copy of our own, where they lie elsewhere."""
    if storage.is_local:
        yield storage.local_file(key)
        return
    file = folder / "original"
    with storage.open(key) as source, file.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    yield file
