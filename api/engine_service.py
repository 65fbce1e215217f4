"""What does the engine process do for those who ask, and how many does it take at a time?"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from api.engine_adapters import AdapterShelf
from api.engine_chat import said
from api.engine_documents import DocumentShelf
from api.engine_forgetting import Forgetting
from api.engine_metrics import EngineMetrics
from api.engine_work import EngineRequest, EngineResult, EngineWork
from api.look_slots import LookSlots
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.lookup import Source
from engine.turns import Turn, Turns
from jobs.failures import failure_of
from jobs.local_cache import service_cache_of
from jobs.logs import bind, logger
from jobs.storage import Storage
from schemas.engine_protocol import (
    EngineCount,
    EngineCounted,
    EngineEstimate,
    EngineExtract,
    EngineForget,
    EngineGenerate,
    EngineHealth,
    EngineHits,
    EnginePrepare,
    EnginePrepared,
    EngineSearch,
    EngineWarm,
)
from schemas.errors import Conflict, EngineUnavailable, NotFound
from schemas.extraction import Extraction, Usage
from schemas.progress import Progress
from schemas.settings import EngineServerSettings, Settings

_SEARCH_SECONDS = 50.0  # less than its caller waits
_IDLE_SECONDS = 0.02
_log = logger(__name__)


class EngineService:
    """One engine and the requests it works on: each in a thread, taking turns at the model."""

    def __init__(
        self,
        engine: Engine,
        shelf: DocumentShelf,
        cache: DiskCache,
        settings: EngineServerSettings,
    ) -> None:
        self._engine, self._shelf, self._cache, self._settings = engine, shelf, cache, settings
        self._adapters = AdapterShelf(shelf.storage)
        self._lock = threading.Lock()
        self._works: set[EngineWork] = set()
        self._threads: set[threading.Thread] = set()
        self._looks = LookSlots()
        self._forgetting = Forgetting(self._forget)
        self._opened_at = int(time.time())
        self.is_draining, self.kept, self.turns = False, engine.kept, Turns()
        self.metrics = EngineMetrics()
        self.metrics.show("running", "Requests that compute", lambda: self.turns.num_running)
        self.metrics.show("waiting", "Requests that wait", lambda: self._num_waiting())
        self.metrics.show("tokens_per_second", "Of reading", lambda: engine.speed.tokens_per_second)
        self.metrics.show("open_document_bytes", "In memory", lambda: shelf.num_bytes)

    @classmethod
    def open(cls, settings: Settings) -> EngineService:
        """Brings the model up and tries it. Raises `UnknownModel`, `ModelUnavailable`."""
        cache = service_cache_of(settings)
        engine = Engine.open(settings, cache)
        engine.warm_up()
        shelf = DocumentShelf(Storage.of(settings))
        return cls(engine, shelf, cache, settings.engine_server)

    def begin(self, request: EngineRequest) -> EngineWork:
        """Take a slot; `end` gives it back. Raises `EngineUnavailable` where there is none, and
        `Conflict` for documents to be prepared where words alone look them up.

        Only the slots of requests at least as urgent count, so the less urgent keep none out.
        """
        self._check_open()
        if isinstance(request, EnginePrepare) and not self._engine.has_index:
            raise Conflict("the engine looks documents up by words alone: nothing to prepare")
        with self._lock:
            taken = sum(work.request.urgency <= request.urgency for work in self._works)
            if taken >= self._settings.slots:
                raise EngineUnavailable(f"all {self._settings.slots} slots of the engine are taken")
            work = EngineWork(request, self._start)
            self._works.add(work)
        return work

    def end(self, work: EngineWork) -> None:
        """Its caller is gone or has the answer. A thread that still works gives the slot back
        itself, at its next step."""
        if not work.close():
            self._release(work)

    def search(self, request: EngineSearch) -> EngineHits:
        stop = time.monotonic() + _SEARCH_SECONDS

        def on_progress(_: Progress) -> None:
            self._check_open()
            if time.monotonic() > stop:
                raise EngineUnavailable(
                    f"the search took more than {_SEARCH_SECONDS:.0f} seconds: what it read into "
                    "the index is kept, so ask again, or name fewer documents"
                )

        with self._looking(request):
            sources = self._shelf.sources(request.tenant, request.documents)
            found = self._engine.find(
                sources,
                request.query,
                top=request.top,
                num_sources=len(request.documents),
                filters=request.filters,
                on_progress=on_progress,
                owner=request.tenant,
            )
        return EngineHits(data=found)

    def estimate(self, request: EngineExtract) -> EngineEstimate:
        with self._looking(request):
            return self._engine.estimate(
                list(self._shelf.sources(request.tenant, request.documents)),
                request.response_schema,
                mode=request.mode,
                instructions=request.instructions,
                owner=request.tenant,
                tuned=self._adapters.tuned(request.tenant, request.adapter),
            )

    def count(self, request: EngineCount) -> EngineCounted:
        self._check_open()
        return self._engine.count(request.messages, request.options)

    def prepared(self, request: EnginePrepare) -> EnginePrepared:
        with self._looking(request):
            sources = list(self._shelf.sources(request.tenant, request.documents))
            return self._engine.prepared(sources, owner=request.tenant)

    def forget(self, request: EngineForget) -> None:
        """Also stops what reads these documents."""
        for work in self._works_now():
            ids = {document.id for document in work.request.documents}
            if work.request.tenant == request.tenant and not ids.isdisjoint(request.documents):
                error = NotFound("a document of the request was deleted")
                work.stop(error, failure_of(error))
        self._forgetting.forget(request.tenant, request.documents)
        self._shelf.remove_fetched(request.tenant, request.folders)

    def health(self) -> EngineHealth:
        since = self.turns.seconds_since_step
        return EngineHealth(
            model=self._engine.name,
            running=self.turns.num_running,
            waiting=self._num_waiting(),
            num_steps=self.turns.num_steps,
            seconds_since_step=None if since is None else round(since, 3),
            prefill_tokens_per_second=round(self._engine.speed.tokens_per_second, 1),
            chats=self._engine.chats,
            opened=self._opened_at,
        )

    @property
    def is_hung(self) -> bool:
        """Whether somebody computes without coming to a step, or ended with the turn."""
        since = self.turns.seconds_since_step
        is_stalled = since is not None and since > self._settings.stall_seconds
        return is_stalled or self.turns.is_lost

    def drain(self) -> None:
        """Take nothing more, and stop what runs at its next step. Takes no lock: a signal may
        call it at any moment."""
        self.is_draining = True

    def tell_draining(self) -> None:
        """Every caller is told at once."""
        for work in self._works_now():
            work.stop(_draining(), failure_of(_draining()))

    def join(self, seconds: float) -> bool:
        """Wait for the threads; whether all of them ended."""
        stop = time.monotonic() + seconds
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, stop - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _start(self, work: EngineWork) -> None:
        thread = threading.Thread(
            target=self._run, args=(work,), name=work.request.request_id, daemon=True
        )
        with self._lock:
            thread.start()
            self._threads.add(thread)

    def _run(self, work: EngineWork) -> None:
        begun = time.monotonic()
        with bind(request=work.request.request_id):
            try:
                with self._reading(work.request):
                    result = self._done(work)
            except Exception as error:
                failure = failure_of(error)
                self._release(work)
                work.fail(failure)
                end = failure.code
            else:
                self._release(work)
                work.finish(result)
                if isinstance(result, Extraction | Usage):
                    self.metrics.used(result if isinstance(result, Usage) else result.usage)
                end = "completed"
            seconds = time.monotonic() - begun
            self.metrics.ended(end, seconds)
            _log.info("request ended", end=end, seconds=round(seconds, 3))
        with self._lock:
            self._threads.discard(threading.current_thread())

    def _done(self, work: EngineWork) -> EngineResult:
        request = work.request
        sources = self._opened(work)
        with self.turns.taken(request.urgency, lambda before: self._wait(work, before)) as turn:
            if isinstance(request, EngineGenerate):
                return said(self._engine, request, work, lambda p: self._step(work, turn, p))
            if isinstance(request, EnginePrepare):
                return self._engine.prepare(
                    sources,
                    on_progress=lambda progress: self._idle_step(work, turn, progress),
                    owner=request.tenant,
                )
            options: dict[str, Any] = {
                "mode": request.mode,
                "on_progress": lambda progress: self._step(work, turn, progress),
                "owner": request.tenant,
            }
            if isinstance(request, EngineWarm):
                return self._engine.warm(sources, request.response_schema, **options)
            return self._engine.extract(
                sources,
                request.response_schema,
                instructions=request.instructions,
                tuned=self._adapters.tuned(request.tenant, request.adapter),
                **options,
            )

    def _opened(self, work: EngineWork) -> list[Source]:
        sources = []
        for document in work.request.documents:
            self._check(work)
            sources.append(self._shelf.source(work.request.tenant, document))
            work.tell(Progress("load", len(sources), len(work.request.documents), "files"))
        return sources

    def _wait(self, work: EngineWork, num_before: int) -> None:
        self._check(work)
        work.tell_waiting(num_before)

    def _step(self, work: EngineWork, turn: Turn, progress: Progress) -> None:
        work.tell(progress)
        turn.step()
        self._check(work)

    def _idle_step(self, work: EngineWork, turn: Turn, progress: Progress) -> None:
        """A search takes no turn, and would share the cores with what nobody waits for."""
        self._step(work, turn, progress)
        while self._looks.num_taken:
            time.sleep(_IDLE_SECONDS)
            turn.step()
            self._check(work)

    def _check(self, work: EngineWork) -> None:
        self._check_open()
        work.check()

    def _check_open(self) -> None:
        if self.is_draining:
            raise _draining()

    @contextmanager
    def _looking(self, request: EngineSearch | EngineRequest) -> Iterator[None]:
        self._check_open()
        with self._looks.taken(), self._reading(request):
            yield

    def _reading(self, request: EngineSearch | EngineRequest) -> AbstractContextManager[None]:
        ids = [document.id for document in request.documents]
        return self._forgetting.reading(request.tenant, ids)

    def _forget(self, tenant: str, documents: Collection[str]) -> None:
        self._shelf.close(documents)
        self._engine.forget(tenant, documents)

    def _release(self, work: EngineWork) -> None:
        with self._lock:
            self._works.discard(work)

    def _works_now(self) -> list[EngineWork]:
        with self._lock:
            return list(self._works)

    def _num_waiting(self) -> int:
        with self._lock:
            num_works = len(self._works)
        return max(0, num_works - self.turns.num_running)


def _draining() -> EngineUnavailable:
    return EngineUnavailable("the engine is being stopped: it will be back")
