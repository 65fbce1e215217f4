from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.engine_service import EngineService
from api.engine_work import EngineWork
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.search import found_passages
from jobs.engine_client import RemoteFailure
from schemas.engine_protocol import EngineEvent, EngineForget, EngineSearch
from schemas.engine_settings import EngineSettings
from schemas.errors import EngineUnavailable
from schemas.extraction import Extraction, Mode
from schemas.search import SearchFilters
from schemas.settings import CacheSettings, Settings
from tests.api.engine_process import (
    WAIT_SECONDS,
    RunningEngine,
    engine_settings,
    ignore,
    request_for,
    running_engine,
    until,
)
from tests.api.gate import Gate, closed_gate
from tests.engine.sources import source_of

SHORT = source_of("The agent is Ann. The margin is 2.5 per cent.", "doc_1")
LONG = source_of("The borrower is Bob and the margin is 3 per cent. " * 40, "doc_2")
PROPERTIES = {
    "agent": {"type": ["string", "null"]},
    "margin": {"type": ["number", "null"]},
    "borrower": {"type": ["string", "null"]},
}
SCHEMA: dict[str, Any] = {"type": "object", "properties": PROPERTIES}


@pytest.fixture(scope="module")
def settings(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("engine")
    tiny = EngineSettings(
        model=str(tiny_folder),
        adapter=None,
        index_model=None,
        dense_tokens=200,
        read_tokens=120,
    )
    settings = Settings(engine=tiny, cache=CacheSettings(directory=folder / "cache"))
    return engine_settings(settings, folder, slots=3)


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[RunningEngine]:
    with running_engine(settings) as running:
        yield running


@pytest.fixture
def engine(running: RunningEngine) -> Iterator[RunningEngine]:
    """One that remembers nothing of other tests."""
    running.service.forget(EngineForget(tenant="a", documents=["doc_1", "doc_2", "doc_9"]))
    running.service.forget(EngineForget(tenant="b", documents=["doc_1"]))
    yield running
    until(lambda: not running.service.turns.num_present)


@pytest.fixture
def gate(engine: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    with closed_gate(monkeypatch, "read") as gate:
        yield gate


def answers_of(extraction: Extraction) -> Extraction:
    """Without what differs from run to run."""
    return extraction.model_copy(update={"id": "", "timings": {}})


def in_process(settings: Settings, tmp_path: Path, *sources: Any, **options: Any) -> Extraction:
    engine = Engine.open(settings, DiskCache(tmp_path / "apart", 1 << 26))
    return answers_of(engine.extract(sources, SCHEMA, **options))


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.INDEXED])
def test_the_answer_is_that_of_the_engine_itself(
    engine: RunningEngine, settings: Settings, tmp_path: Path, mode: Mode
) -> None:
    documents = [engine.store(source, source.document.name) for source in (SHORT, LONG)]
    request = request_for(*documents, response_schema=SCHEMA, mode=mode, instructions="Be brief.")
    answer = engine.client.extract(request, ignore)
    expected = in_process(settings, tmp_path, SHORT, LONG, mode=mode, instructions="Be brief.")
    assert answers_of(answer) == expected


def test_what_is_told_on_the_way_is_what_is_answered(engine: RunningEngine) -> None:
    document = engine.store(LONG, "doc_2")
    events: list[EngineEvent] = []
    request = request_for(document, response_schema=SCHEMA, mode=Mode.DENSE)
    answer = engine.client.extract(request, events.append)
    told = [field for event in events for field in event.fields]
    assert told == answer.fields
    assert events[-1].result == answer


def test_requests_at_once_are_answered_as_one_by_one(
    engine: RunningEngine, settings: Settings, tmp_path: Path
) -> None:
    sources = [SHORT, LONG, SHORT]
    documents = [engine.store(source, source.document.name) for source in sources]
    requests = [
        request_for(document, response_schema=SCHEMA, mode=Mode.DENSE, urgency=urgency, tenant="a")
        for document, urgency in zip(documents, (5, 9, 0), strict=True)
    ]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda request: engine.client.extract(request, ignore), requests))
    for source, answer in zip(sources, answers, strict=True):
        expected = in_process(settings, tmp_path / source.document.name, source, mode=Mode.DENSE)
        assert answer.output == expected.output
        assert answer.fields == expected.fields


def test_a_request_is_cited_by_the_id_of_its_document(engine: RunningEngine) -> None:
    document = engine.store(source_of("The agent is Ann.", "report.txt"), "doc_9")
    search = EngineSearch(tenant="a", documents=[document], query="agent")
    assert [passage.document for passage in engine.client.search(search).data] == ["doc_9"]


def test_who_hangs_up_frees_the_engine_at_its_next_chunk(
    engine: RunningEngine, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HungUp(Exception):
        pass

    def hang_up(event: EngineEvent) -> None:
        if event.progress is not None and event.progress.stage == "read":
            raise HungUp

    ended, end = threading.Event(), EngineService.end

    def seen(service: EngineService, work: EngineWork) -> None:
        end(service, work)
        ended.set()

    monkeypatch.setattr(EngineService, "end", seen)
    gate.let(2)
    with pytest.raises(HungUp):
        engine.client.extract(request_for(engine.store(LONG, "doc_2"), mode="dense"), hang_up)
    assert ended.wait(WAIT_SECONDS)
    gate.open()
    until(lambda: engine.service.turns.num_present == 0)
    assert gate.num_done == 3  # two that were let, and the one that was in the making
    answer = engine.client.extract(request_for(engine.store(SHORT, "doc_1")), ignore)
    assert answer.output is not None


def test_a_caller_hears_something_each_second_while_it_waits(
    engine: RunningEngine, gate: Gate
) -> None:
    waiting: list[int | None] = []

    def listen(event: EngineEvent) -> None:
        waiting.append(event.waiting)
        if len(waiting) == 4:
            gate.open()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(
            engine.client.extract, request_for(engine.store(LONG, "doc_2"), mode="dense"), ignore
        )
        until(lambda: engine.service.turns.num_running == 1)
        engine.client.extract(request_for(engine.store(SHORT, "doc_1")), listen)
        first.result(WAIT_SECONDS)
    assert waiting[2:4] == [1, 1]


@pytest.mark.parametrize("urgency", [5, 9])
def test_past_its_slots_the_engine_takes_nothing_as_urgent_or_less(
    engine: RunningEngine, gate: Gate, urgency: int
) -> None:
    request = request_for(engine.store(LONG, "doc_2"), mode="dense", urgency=5)
    with ThreadPoolExecutor() as pool:
        taken = [pool.submit(engine.client.extract, request, ignore) for _ in range(3)]
        until(lambda: (engine.client.health().running, engine.client.health().waiting) == (1, 2))
        with pytest.raises(EngineUnavailable, match="all 3 slots") as refused:
            engine.client.extract(request.model_copy(update={"urgency": urgency}), ignore)
        gate.open()
        for one in taken:
            one.result(WAIT_SECONDS)
    assert not refused.value.was_reached
    assert engine.client.extract(request, ignore).output is not None


def test_a_more_urgent_request_is_let_in_past_full_slots_and_goes_first(
    engine: RunningEngine, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, finish = [], EngineWork.finish

    def seen(work: EngineWork, result: Extraction) -> None:
        ended.append(work.request.urgency)
        finish(work, result)

    monkeypatch.setattr(EngineWork, "finish", seen)
    batch = request_for(engine.store(LONG, "doc_2"), mode="dense", urgency=9)
    interactive = batch.model_copy(update={"urgency": 1})
    with ThreadPoolExecutor() as pool:
        taken = [pool.submit(engine.client.extract, batch, ignore) for _ in range(3)]
        until(lambda: engine.service.turns.num_present == 3 and gate.num_asked == 1)
        taken.append(pool.submit(engine.client.extract, interactive, ignore))
        until(lambda: engine.service.turns.num_present == 4 or taken[3].done())
        gate.open()
        for one in taken:
            one.result(WAIT_SECONDS)
    assert ended == [1, 9, 9, 9]


def test_what_is_wrong_with_a_request_comes_through(engine: RunningEngine) -> None:
    document = engine.store(SHORT, "doc_1")
    with pytest.raises(RemoteFailure) as refused:
        engine.client.extract(request_for(document, response_schema={"type": "string"}), ignore)
    assert (refused.value.code, refused.value.retryable) == ("invalid_schema", False)
    with pytest.raises(RemoteFailure) as refused:
        engine.client.estimate(request_for(document, response_schema={"type": "string"}))
    assert refused.value.code == "invalid_schema"


@pytest.mark.parametrize(
    "key", ["b/documents/doc_1/parsed", "a/../b/documents/doc_1/parsed", "a", "a//x", "a/gone"]
)
def test_a_document_of_another_tenant_is_not_there(engine: RunningEngine, key: str) -> None:
    document = engine.store(SHORT, "doc_1", tenant="b")
    request = request_for(document.model_copy(update={"key": key}), tenant="a")
    with pytest.raises(RemoteFailure) as refused:
        engine.client.extract(request, ignore)
    assert refused.value.code == "not_found"


def test_one_tenant_s_reading_is_not_another_s(engine: RunningEngine) -> None:
    requests = [
        request_for(engine.store(SHORT, "doc_1", tenant=tenant), tenant=tenant)
        for tenant in ("a", "b", "a")
    ]
    answers = [engine.client.extract(request, ignore) for request in requests]
    assert [answer.usage.cached_tokens > 0 for answer in answers] == [False, False, True]


def test_a_search_is_that_of_the_engine_itself(engine: RunningEngine, tmp_path: Path) -> None:
    documents = [engine.store(source, source.document.name) for source in (SHORT, LONG)]
    filters = SearchFilters(min_score=0.01)
    hits = engine.client.search(
        EngineSearch(tenant="a", documents=documents, query="margin", top=3, filters=filters)
    )
    assert hits.data == found_passages(
        [SHORT, LONG], "margin", DiskCache(tmp_path / "apart", 1 << 26), top=3, filters=filters
    )


def test_an_estimate_foresees_what_is_then_read(engine: RunningEngine) -> None:
    request = request_for(engine.store(LONG, "doc_2"), response_schema=SCHEMA)
    estimate = engine.client.estimate(request)
    usage = engine.client.extract(request, ignore).usage
    after = engine.client.estimate(request)
    assert (estimate.prompt_tokens, estimate.cached_tokens) == (usage.prompt_tokens, 0)
    assert 0 < after.cached_tokens < after.prompt_tokens == estimate.prompt_tokens
    assert after.seconds < estimate.seconds


def test_what_is_forgotten_is_stopped_and_removed(engine: RunningEngine, gate: Gate) -> None:
    request = request_for(engine.store(LONG, "doc_2"), mode="dense")
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.client.extract, request, ignore)
        until(lambda: gate.num_asked == 1)
        engine.client.forget(EngineForget(tenant="b", documents=["doc_2"]))
        engine.client.forget(EngineForget(tenant="a", documents=["doc_1"]))
        assert not running.done()
        engine.client.forget(EngineForget(tenant="a", documents=["doc_2"]))
        with pytest.raises(RemoteFailure, match="was deleted"):
            running.result(WAIT_SECONDS)
    gate.open()
    until(lambda: engine.service.turns.num_present == 0)
    assert engine.client.estimate(request).cached_tokens == 0


def test_it_counts_as_hung_while_a_step_takes_too_long(
    tiny_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_engine(engine_settings(tiny_settings, tmp_path, stall_seconds=0.2)) as engine:
        gate = Gate(monkeypatch, "read")
        assert httpx.get(f"{engine.url}/healthz").status_code == 200
        with ThreadPoolExecutor() as pool:
            request = request_for(engine.store(SHORT, "doc_1"))
            running = pool.submit(engine.client.extract, request, ignore)
            until(lambda: httpx.get(f"{engine.url}/healthz").status_code == 503)
            gate.open()
            running.result(WAIT_SECONDS)
        assert httpx.get(f"{engine.url}/healthz").status_code == 200


def test_its_health_tells_what_it_does(engine: RunningEngine, gate: Gate) -> None:
    idle = engine.client.health()
    assert (idle.running, idle.waiting, idle.seconds_since_step) == (0, 0, None)
    assert idle.prefill_tokens_per_second > 0
    with ThreadPoolExecutor() as pool:
        request = request_for(engine.store(LONG, "doc_2"), mode="dense")
        running = pool.submit(engine.client.extract, request, ignore)
        until(lambda: engine.client.health().running == 1)
        assert engine.client.health().seconds_since_step is not None
        gate.open()
        running.result(WAIT_SECONDS)
    assert engine.client.health().num_steps > idle.num_steps


def test_when_it_is_stopped_its_callers_are_told_to_come_back(
    tiny_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_engine(engine_settings(tiny_settings, tmp_path)) as engine:
        gate = Gate(monkeypatch, "read")
        request = request_for(engine.store(LONG, "doc_2"), mode="dense")
        with ThreadPoolExecutor() as pool:
            running = pool.submit(engine.client.extract, request, ignore)
            until(lambda: gate.num_asked == 1)
            engine.service.drain()
            with pytest.raises(EngineUnavailable, match="is being stopped") as stopped:
                running.result(WAIT_SECONDS)  # though its thread is still in a chunk
        assert not stopped.value.was_reached
        with pytest.raises(EngineUnavailable, match="is being stopped"):
            engine.client.extract(request, ignore)
        gate.open()
        assert engine.service.join(WAIT_SECONDS)
        assert gate.num_done == 1
