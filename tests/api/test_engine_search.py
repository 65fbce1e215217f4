from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.engine import Engine
from schemas.engine_protocol import EngineSearch
from schemas.errors import EngineUnavailable
from schemas.extraction import FoundPassage
from schemas.progress import OnProgress, Progress
from schemas.settings import Settings
from tests.api.engine_process import RunningEngine, engine_settings, running_engine
from tests.engine.sources import source_of


@pytest.fixture
def engine(tiny_settings: Settings, tmp_path: Path) -> Iterator[RunningEngine]:
    with running_engine(engine_settings(tiny_settings, tmp_path)) as running:
        yield running


@pytest.mark.parametrize("is_draining", [True, False])
def test_a_search_ends_where_it_reads_too_long_or_the_engine_stops(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch, is_draining: bool
) -> None:
    steps = []

    def find(*_: object, on_progress: OnProgress, **__: object) -> list[FoundPassage]:
        on_progress(Progress("look", 1, 3, "tokens"))
        steps.append(1)
        if is_draining:
            engine.service.drain()
        else:
            late = SimpleNamespace(monotonic=lambda: math.inf)
            monkeypatch.setattr("api.engine_service.time", late)
        on_progress(Progress("look", 2, 3, "tokens"))
        steps.append(2)
        return []

    monkeypatch.setattr(Engine, "find", find)
    document = engine.store(source_of("The agent is Ann."), "doc_1")
    with pytest.raises(EngineUnavailable):
        engine.client.search(EngineSearch(tenant="a", documents=[document], query="agent"))
    assert steps == [1]
