from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.engine import Engine
from jobs.engine_client import RemoteFailure
from schemas.engine_protocol import (
    EngineDocument,
    EngineEvent,
    EngineForget,
    EnginePrepare,
    EngineSearch,
)
from schemas.engine_settings import EngineSettings
from schemas.errors import EngineUnavailable
from schemas.extraction import FoundPassage, Mode
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

WORDS = ("margin", "agent", "borrower", "total", "date", "cent", "null", "yes")
SOURCE = source_of("\n\n".join(f"the {word} is of the {word}" for word in WORDS), passage_tokens=6)
NUM_TOKENS = sum(passage.num_tokens for passage in SOURCE.passages)
SIZE = SOURCE.passages[0].num_tokens


class HungUp(Exception):
    pass


@pytest.fixture(autouse=True)
def each_passage_is_kept_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sight._KEPT_TOKENS", 1)


@pytest.fixture(scope="module")
def settings(indexed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A request sees two passages."""
    folder = tmp_path_factory.mktemp("engine")
    tiny = EngineSettings(
        model=str(indexed_folder),
        adapter=None,
        dense_tokens=200,
        read_tokens=120,
        lookup_tokens=2 * SIZE,
    )
    settings = Settings(engine=tiny, cache=CacheSettings(directory=folder / "cache"))
    return engine_settings(settings, folder)


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[RunningEngine]:
    with running_engine(settings) as running:
        yield running


@pytest.fixture
def engine(running: RunningEngine) -> Iterator[RunningEngine]:
    """One that remembers nothing of other tests."""
    for tenant in "ab":
        running.service.forget(EngineForget(tenant=tenant, documents=["doc_1"]))
    yield running
    until(lambda: not running.service.turns.num_present)


@pytest.fixture
def gate(engine: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    with closed_gate(monkeypatch, "look") as gate:
        yield gate


def prepare(document: EngineDocument, tenant: str = "a") -> EnginePrepare:
    return EnginePrepare(request_id="pre_1:1", tenant=tenant, documents=[document])


def hang_up_after(num_tokens: int) -> Any:
    def on_event(event: EngineEvent) -> None:
        if event.progress is not None and event.progress.done >= num_tokens:
            raise HungUp

    return on_event


def test_a_document_is_prepared_and_tells_how_far_it_is(engine: RunningEngine) -> None:
    told: list[EngineEvent] = []
    request = prepare(engine.store(SOURCE, "doc_1"))
    assert not engine.client.prepared(request).is_prepared
    done = engine.client.prepare(request, told.append)
    assert (done.num_tokens, done.num_tokens_indexed, done.num_tokens_read) == (NUM_TOKENS,) * 3
    assert told[-1].preparation == done
    found = engine.client.prepared(request)
    assert (found.num_tokens_indexed, found.is_prepared) == (NUM_TOKENS, True)


def test_what_requests_read_of_a_document_does_not_make_it_prepared(engine: RunningEngine) -> None:
    document = engine.store(SOURCE, "doc_1")
    for word in WORDS:
        engine.client.search(EngineSearch(tenant="a", documents=[document], query=word))
    found = engine.client.prepared(prepare(document))
    assert (found.num_tokens_indexed, found.is_prepared) == (NUM_TOKENS, False)


def test_who_hangs_up_stops_it_within_a_batch_and_it_goes_on_from_there(
    engine: RunningEngine, gate: Gate
) -> None:
    request = prepare(engine.store(SOURCE, "doc_1"))
    gate.let(3)
    with pytest.raises(HungUp):
        engine.client.prepare(request, hang_up_after(2 * SIZE))
    gate.open()
    until(lambda: engine.service.turns.num_present == 0)
    assert gate.num_done <= 5
    kept = engine.client.prepared(request).num_tokens_indexed
    told: list[int] = []

    def listen(event: EngineEvent) -> None:
        if event.progress is not None and event.progress.unit == "tokens":
            told.append(event.progress.done)

    done = engine.client.prepare(request, listen)
    assert 2 * SIZE <= kept < NUM_TOKENS
    assert (done.num_tokens_indexed, done.num_tokens_read) == (NUM_TOKENS, NUM_TOKENS - kept)
    assert min(told) >= kept


def test_a_question_is_answered_while_its_document_is_prepared(
    engine: RunningEngine, gate: Gate
) -> None:
    document = engine.store(SOURCE, "doc_1")
    question = request_for(document, mode=Mode.INDEXED, urgency=8)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.client.prepare, prepare(document), ignore)
        gate.let(1)
        until(lambda: gate.num_done == 1)
        asked = pool.submit(engine.client.extract, question, ignore)
        until(lambda: engine.service.turns.num_present == 2)
        gate.let(1 + 3)  # the batch in the making; the question, and two passages for it
        answer = asked.result(WAIT_SECONDS)
        assert not running.done()
        gate.open()
        assert running.result(WAIT_SECONDS).num_tokens_indexed == NUM_TOKENS
    assert answer.coverage.num_tokens_indexed == 2 * SIZE  # whatever was read before


def test_an_answer_in_the_middle_is_the_one_without_any_preparing(
    engine: RunningEngine, gate: Gate
) -> None:
    one, other = engine.store(SOURCE, "doc_1"), engine.store(SOURCE, "doc_1", tenant="b")
    gate.let(4)
    with pytest.raises(HungUp):
        engine.client.prepare(prepare(one), hang_up_after(3 * SIZE))
    gate.open()
    until(lambda: engine.service.turns.num_present == 0)
    begun = engine.client.extract(request_for(one, mode=Mode.INDEXED), ignore)
    cold = engine.client.extract(request_for(other, mode=Mode.INDEXED, tenant="b"), ignore)
    assert (begun.fields, begun.coverage) == (cold.fields, cold.coverage)


def test_a_search_that_takes_no_turn_goes_first_too(
    engine: RunningEngine, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = engine.store(SOURCE, "doc_1")
    batches: list[int] = []

    def find(*_: object, **__: object) -> list[FoundPassage]:
        gate.open()
        before = gate.num_done
        time.sleep(0.3)
        batches.append(gate.num_done - before)
        return []

    monkeypatch.setattr(Engine, "find", find)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.client.prepare, prepare(document), ignore)
        until(lambda: engine.service.turns.num_running == 1)
        engine.client.search(EngineSearch(tenant="a", documents=[document], query="agent"))
        assert running.result(WAIT_SECONDS).num_tokens_indexed == NUM_TOKENS
    assert batches[0] <= 1  # the one in the making


def test_a_forgotten_document_is_no_longer_prepared_and_nothing_of_it_stays(
    engine: RunningEngine, gate: Gate
) -> None:
    request = prepare(engine.store(SOURCE, "doc_1"))
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.client.prepare, request, ignore)
        gate.let(2)
        until(lambda: gate.num_done == 2)
        engine.client.forget(EngineForget(tenant="a", documents=["doc_1"]))
        gate.open()
        with pytest.raises(RemoteFailure, match="was deleted"):
            running.result(WAIT_SECONDS)
    until(lambda: engine.service.turns.num_present == 0)
    assert engine.client.prepared(request).num_tokens_indexed == 0


def test_an_engine_that_is_stopped_says_so_and_the_next_one_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = engine_settings(settings, tmp_path)
    gate = Gate(monkeypatch, "look")
    gate.let(8)
    with running_engine(settings) as first:
        request = prepare(first.store(SOURCE, "doc_1"))
        with ThreadPoolExecutor() as pool:
            before = gate.num_done
            running = pool.submit(first.client.prepare, request, ignore)
            until(lambda: gate.num_done > before + 2)
            first.service.drain()
            with pytest.raises(EngineUnavailable, match="is being stopped"):
                running.result(WAIT_SECONDS)
        gate.open()
    with running_engine(settings) as second:
        done = second.client.prepare(request, ignore)
    assert 0 < done.num_tokens_read < done.num_tokens == done.num_tokens_indexed


def test_one_tenant_s_preparing_is_not_another_s(engine: RunningEngine) -> None:
    ours, theirs = (engine.store(SOURCE, "doc_1", tenant=tenant) for tenant in "ab")
    engine.client.prepare(prepare(ours, "a"), ignore)
    assert engine.client.prepared(prepare(theirs, "b")).num_tokens_indexed == 0
    with pytest.raises(RemoteFailure, match="not the tenant's"):
        engine.client.prepare(prepare(ours, "b"), ignore)


def test_by_words_alone_there_is_nothing_to_prepare(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    with running_engine(engine_settings(tiny_settings, tmp_path)) as engine:
        request = prepare(engine.store(SOURCE, "doc_1"))
        with pytest.raises(RemoteFailure, match="by words alone") as refused:
            engine.client.prepare(request, ignore)
    assert (refused.value.code, refused.value.retryable) == ("conflict", False)
