"""The engine process reads with the adapter of a tenant's model, beside its own weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine import lora
from engine.gemma3 import Gemma3
from engine.tuned_readers import TRAINED_ON
from jobs.engine_client import RemoteFailure
from schemas.engine_protocol import EngineAdapter, EngineDocument
from schemas.engine_settings import EngineSettings
from schemas.settings import CacheSettings, Settings
from tests.api.engine_process import (
    RunningEngine,
    engine_settings,
    ignore,
    request_for,
    running_engine,
)
from tests.engine.sources import source_of

NAME = "ft:tiny:a::1"


@pytest.fixture(scope="module")
def running(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    folder = tmp_path_factory.mktemp("engine")
    tiny = EngineSettings(model=str(tiny_folder), adapter=None, index_model=None)
    settings = Settings(engine=tiny, cache=CacheSettings(directory=folder / "cache"))
    with running_engine(engine_settings(settings, folder)) as running:
        yield running


@pytest.fixture(scope="module")
def document(running: RunningEngine) -> EngineDocument:
    return running.store(source_of("The agent is Ann. The margin is 2.5 per cent.", "d"), "doc_1")


def adapter(running: RunningEngine, tiny_folder: Path, folder: Path, model: str) -> EngineAdapter:
    """Of large random maps: with it the tiny model answers otherwise."""
    trained = Gemma3.load(tiny_folder)
    generator = torch.Generator().manual_seed(3)
    for tensor in lora.attach(trained, first_layer=3, rank=2, scale=1.0, seed=1):
        tensor.data = torch.randn(tensor.shape, generator=generator)
    lora.save(trained, folder, rank=2, card={"base_model": "tiny", TRAINED_ON: model})
    key = f"a/adapters/{model}"
    for file in folder.iterdir():
        running.storage.put_bytes(f"{key}/{file.name}", file.read_bytes())
    return EngineAdapter(id=NAME, folder=key)


def test_requests_with_and_without_an_adapter_take_turns_at_the_same_weights(
    running: RunningEngine, document: EngineDocument, tiny_folder: Path, tmp_path: Path
) -> None:
    tuned = adapter(running, tiny_folder, tmp_path / "made", tiny_folder.name)
    plain, other, again = (
        running.client.extract(request_for(document, adapter=one), ignore)
        for one in (None, tuned, None)
    )
    assert (plain.model, other.model) == (tiny_folder.name, NAME)
    assert plain.fields == again.fields
    assert plain.fields[0].confidence != other.fields[0].confidence
    assert (plain.usage.cached_tokens, other.usage.cached_tokens) == (0, 0)
    assert again.usage.cached_tokens > 0
    estimate = running.client.estimate(request_for(document, adapter=tuned))
    assert estimate.cached_tokens > 0


def test_an_adapter_of_another_tenant_is_not_there(
    running: RunningEngine, document: EngineDocument
) -> None:
    theirs = EngineAdapter(id=NAME, folder="b/adapters/x")
    with pytest.raises(RemoteFailure, match="the model is not the tenant's") as caught:
        running.client.extract(request_for(document, adapter=theirs), ignore)
    assert caught.value.code == "not_found"


def test_an_adapter_that_was_trained_on_another_model_is_refused_alone(
    running: RunningEngine, document: EngineDocument, tiny_folder: Path, tmp_path: Path
) -> None:
    wrong = adapter(running, tiny_folder, tmp_path / "made", "another")
    with pytest.raises(RemoteFailure, match="was trained on another") as caught:
        running.client.extract(request_for(document, adapter=wrong), ignore)
    assert caught.value.code == "model_unavailable"
    assert running.client.extract(request_for(document), ignore).model == tiny_folder.name
