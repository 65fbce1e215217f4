"""Which service do the tests of the routes talk to?

The real stores on SQLite and real files; an engine and a doorbell that only answer.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import structlog
from starlette.testclient import TestClient

from api.app import app_of
from engine import array_file
from ingest.document_arrays import arrays_of
from ingest.passages import passages_of
from ingest.read import document_of
from jobs.broker import Doorbell
from jobs.database import Database
from jobs.derived_files import parsed_key
from jobs.document_store import DocumentStore
from jobs.document_summary import summary_of
from jobs.engine_client import EngineClient
from jobs.file_store import FileStore
from jobs.job_store import JobStore
from jobs.key_store import KeyStore, Scope
from jobs.migrate import upgrade
from jobs.preparation_store import PreparationStore
from jobs.preparing import most_waiting_tokens
from jobs.quotas import Quotas
from jobs.response_store import ResponseStore
from jobs.services import Services
from jobs.storage import Storage, original_key, result_key
from jobs.upload_store import UploadStore
from schemas.caches import Cache, CacheDeleted, CacheList, Warmed
from schemas.engine_protocol import (
    EngineCache,
    EngineCaches,
    EngineCount,
    EngineCounted,
    EngineEstimate,
    EngineExtract,
    EngineForget,
    EngineHealth,
    EngineHits,
    EnginePrepare,
    EnginePrepared,
    EngineSearch,
    EngineWarm,
)
from schemas.errors import EngineUnavailable, NotFound
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    FoundPassage,
    LineRegion,
    Match,
    Mode,
    Status,
    Usage,
)
from schemas.job_settings import JobSettings
from schemas.jobs import Failure, Queue
from schemas.preparation import Preparation
from schemas.settings import ApiSettings, CacheSettings, Settings

SCHEMA = {"type": "object", "properties": {"rent": {"type": "string"}}}
PREPARED = Preparation(num_tokens=8, num_tokens_indexed=8, num_tokens_read=8, seconds=1)
USAGE = Usage(prompt_tokens=100, cached_tokens=40, completion_tokens=5)


def cache_of(name: str, *documents: str) -> Cache:
    return Cache(
        id=f"cache_{name}",
        documents=list(documents),
        num_tokens=8,
        num_bytes=1000,
        num_blocks=1,
        in_memory=True,
        num_hits=0,
        last_used_at=datetime(2026, 11, 22, tzinfo=UTC),
        pinned=False,
    )


@dataclass
class FakeEngine:
    """Answers at once; `calls` is what it was asked. `is_away` makes it unreachable. A model that
    chats takes 1,000 tokens, of a word each."""

    calls: list[Any] = field(default_factory=list)
    chats: bool = False
    is_away: bool = False
    has_forgotten: bool = False
    caches_kept: dict[tuple[str, str], Cache] = field(default_factory=dict)

    def search(self, request: EngineSearch) -> EngineHits:
        self._note(request)
        hit = FoundPassage(
            rank=1,
            score=2.5,
            document=request.documents[0].id,
            start=0,
            stop=4,
            section="",
            text="rent",
            regions=[LineRegion(first_line=1, last_line=1)],
        )
        return EngineHits(data=[hit])

    def estimate(self, request: EngineExtract) -> EngineEstimate:
        self._note(request)
        return EngineEstimate(
            mode="dense",
            prompt_tokens=1_000_000,
            cached_tokens=500_000,
            completion_tokens=100_000,
            document_tokens=900_000,
            num_fields=1,
            seconds=2.0,
        )

    def prepared(self, request: EnginePrepare) -> EnginePrepared:
        self._note(request)
        return EnginePrepared(
            num_tokens=8,
            num_tokens_indexed=0 if self.has_forgotten else 8,
            is_prepared=not self.has_forgotten,
        )

    def forget(self, request: EngineForget) -> None:
        self._note(request)

    def warm(self, request: EngineWarm, _: object) -> Warmed:
        self._note(request)
        cache = cache_of(f"{len(self.caches_kept):040x}", *(one.id for one in request.documents))
        self.caches_kept[request.tenant, cache.id] = cache
        return Warmed(data=[cache], num_tokens=8, num_tokens_read=8, seconds=1)

    def caches(self, request: EngineCaches) -> CacheList:
        self._note(request)
        found = [cache for (owner, _), cache in self.caches_kept.items() if owner == request.tenant]
        wanted = set(request.documents)
        found = [cache for cache in found if not wanted or wanted & set(cache.documents)]
        return CacheList(data=found)

    def cache(self, request: EngineCache) -> Cache:
        self._note(request)
        key = request.tenant, request.id
        if key not in self.caches_kept:
            raise NotFound("there is no such cache")
        if request.change is not None:
            changes = request.change.model_dump(exclude_unset=True)
            self.caches_kept[key] = self.caches_kept[key].model_copy(update=changes)
        return self.caches_kept[key]

    def delete_cache(self, request: EngineCache) -> CacheDeleted:
        self.cache(request)
        del self.caches_kept[request.tenant, request.id]
        return CacheDeleted(id=request.id, num_bytes=1000)

    def health(self) -> EngineHealth:
        self._note("health")
        return EngineHealth(
            model="fake",
            running=0,
            waiting=0,
            num_steps=0,
            seconds_since_step=None,
            prefill_tokens_per_second=1.0,
            chats=self.chats,
        )

    def count(self, request: EngineCount) -> EngineCounted:
        self._note(request)
        words = sum(len(message.content.split()) for message in request.messages)
        return EngineCounted(num_tokens=words, max_tokens=1000)

    def _note(self, request: Any) -> None:
        self.calls.append(request)
        if self.is_away:
            raise EngineUnavailable("the engine does not answer")


@dataclass
class FakeDoorbell:
    rung: list[Queue] = field(default_factory=list)

    def ring(self, queue: Queue, times: int = 1) -> bool:
        self.rung += [queue] * times
        return True

    def waiting(self, queue: Queue) -> int:
        """All that was ever rung: a test takes its work without hearing."""
        return self.rung.count(queue)


@dataclass
class Served:
    """A service and its callers. Work is done when a test says so."""

    services: Services
    client: TestClient
    engine: FakeEngine
    doorbell: FakeDoorbell

    def key(self, tenant: str, *scopes: Scope) -> dict[str, str]:
        """The headers of a new key."""
        _, secret = self.services.keys.create(tenant, "test", scopes or tuple(Scope))
        return {"Authorization": f"Bearer {secret}"}

    def upload(self, text: str = "rent 93\n", name: str = "a.txt", **kwargs: Any) -> str:
        answer = self.client.post(
            "/v1/documents", params={"name": name}, content=text.encode(), **kwargs
        )
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def read_documents(self) -> None:
        """What the ingest worker does, without its child process."""
        while claim := self.services.jobs.claim(Queue.INGEST, "test"):
            target = self.services.documents.for_ingest(claim)
            original = original_key(claim.tenant, target.document_id)
            data = self.services.storage.get_bytes(original)
            document = document_of(data, target.name, self.services.settings.ingest)
            passages = passages_of(document, lambda texts: [len(text) for text in texts], 160)
            key = parsed_key(claim.tenant, target.document_id, "test")
            runs = array_file.runs_of(arrays_of(document, passages), {})
            self.services.storage.put_bytes(key, b"".join(runs))
            self.services.documents.ingested(
                claim,
                media_type=document.media_type,
                summary=summary_of(document, passages),
                parsed_key=key,
                most_waiting_tokens=most_waiting_tokens(self.services.settings),
            )

    def ready_document(self, text: str = "rent 93\n", name: str = "a.txt", **kwargs: Any) -> str:
        document = self.upload(text, name, **kwargs)
        self.read_documents()
        return document

    def extract(self, document: str, **kwargs: Any) -> str:
        body = {"documents": [document], "response_schema": SCHEMA}
        answer = self.client.post("/v1/extractions", json=body, **kwargs)
        assert answer.status_code in (200, 202), answer.text
        return str(answer.json()["id"])

    def finish_next(
        self,
        value: Any = "93",
        *,
        status: Status = Status.COMPLETED,
        queue: Queue = Queue.STANDARD,
        path: str = "rent",
    ) -> str:
        """What a worker does with the next extraction, without an engine."""
        claim = self.services.jobs.claim(queue, "test")
        assert claim is not None
        key = result_key(claim.tenant, claim.job_id, claim.attempt)
        result = extraction_of(claim.job_id, claim.document_ids[0], value, status, path)
        self.services.storage.put_bytes(key, result.model_dump_json().encode())
        assert self.services.jobs.finish(
            claim, status=status, result_key=key, usage=USAGE, seconds=1.0
        )
        return claim.job_id

    def prepare_next(self) -> None:
        """The next document that waits for it, without an engine."""
        claim = self.services.jobs.claim(Queue.PREPARE, "test")
        assert claim is not None
        assert self.services.preparations.finish(claim, PREPARED)

    def fail_next(self, failure: Failure) -> str:
        claim = self.services.jobs.claim(Queue.STANDARD, "test")
        assert claim is not None
        assert self.services.jobs.fail(claim, failure)
        return claim.job_id


@contextmanager
def served(folder: Path, **changes: Any) -> Iterator[Served]:
    settings = Settings(
        data_directory=folder / "data",
        cache=CacheSettings(directory=folder / "cache"),
        **{"api": ApiSettings(watch_seconds=0.02), "jobs": JobSettings(), **changes},
    )
    _make_tables(settings)
    database = Database.of(settings)
    engine, doorbell = FakeEngine(), FakeDoorbell()
    quotas = Quotas(database, settings)
    services = Services(
        settings=settings,
        database=database,
        storage=Storage.of(settings),
        jobs=JobStore(database, settings.jobs, quotas),
        documents=DocumentStore(database, settings.jobs, quotas),
        preparations=PreparationStore(database, settings.jobs),
        files=FileStore(database),
        uploads=UploadStore(database),
        responses=ResponseStore(database),
        keys=KeyStore(database),
        doorbell=cast(Doorbell, doorbell),
        engine=cast(EngineClient, engine),
        quotas=quotas,
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        with local_client(services) as client:
            yield Served(services, client, engine, doorbell)
    finally:
        structlog.reset_defaults()
        database.dispose()


def _make_tables(settings: Settings) -> None:
    """Migrations take their time: they run once, and each test gets a copy of what they made."""
    if settings.database.url is not None:
        upgrade(settings)
        return
    settings.data_directory.mkdir(parents=True)
    shutil.copyfile(_migrated(), settings.data_directory / "needlepoint.db")


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="needlepoint-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(Settings(data_directory=folder))
    with closing(sqlite3.connect(folder / "needlepoint.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "needlepoint.db"


def local_client(services: Services) -> TestClient:
    """A caller on this machine, whom our own mistakes reach as answers."""
    return TestClient(
        app_of(services),
        base_url="http://127.0.0.1:8321",
        client=("127.0.0.1", 50_000),
        raise_server_exceptions=False,
    )


def extraction_of(
    job_id: str, document: str, value: Any, status: Status, path: str = "rent"
) -> Extraction:
    region = LineRegion(first_line=1, last_line=1)
    citation = Citation(
        document=document, quote="93", start=5, stop=7, regions=[region], match=Match.EXACT
    )
    found = FieldResult(
        path=f"/{path}",
        value=value,
        status=FieldStatus.ABSENT if value is None else FieldStatus.FOUND,
        confidence=0.875,
        citations=[] if value is None else [citation],
    )
    return Extraction(
        id=job_id,
        status=status,
        model="fake",
        mode=Mode.DENSE,
        output={path: value},
        fields=[found],
        coverage=Coverage(
            num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
        ),
        usage=USAGE,
    )
