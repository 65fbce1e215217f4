from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import lora
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3 import Gemma3
from engine.lookup import Source
from schemas.errors import ModelUnavailable, UnknownModel
from schemas.extraction import Mode
from schemas.progress import Progress
from schemas.settings import Settings, with_adapter
from tests.engine.sources import source_of

WORDS = ("margin", "agent", "borrower", "total", "date", "cent", "null", "yes")
TEXT = "\n\n".join(f"the {word} is of the {word}" for word in WORDS)
SCHEMA = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}


@pytest.fixture
def source() -> Source:
    return source_of(TEXT, passage_tokens=6)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "entries", 1 << 26)


def limited(settings: Settings, lookup_tokens: int) -> Settings:
    engine = settings.engine.model_copy(update={"lookup_tokens": lookup_tokens})
    return settings.model_copy(update={"engine": engine})


def num_tokens(source: Source) -> int:
    return sum(passage.num_tokens for passage in source.passages)


def test_a_document_is_prepared_once(indexed: Settings, cache: DiskCache, source: Source) -> None:
    told: list[Progress] = []
    first = Engine.open(indexed, cache).prepare([source], on_progress=told.append)
    second = Engine.open(indexed, cache).prepare([source])
    assert first.num_tokens == first.num_tokens_indexed == first.num_tokens_read
    assert first.num_tokens == num_tokens(source)
    assert (second.num_tokens_indexed, second.num_tokens_read) == (first.num_tokens, 0)
    assert {(step.stage, step.unit) for step in told} == {("look", "tokens")}
    assert told[-1].done == told[-1].total


def test_preparing_goes_on_where_it_was_ended(
    indexed: Settings, cache: DiskCache, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sight._KEPT_TOKENS", 1)  # each passage is kept by itself
    steps: list[Progress] = []

    def stop(progress: Progress) -> None:
        steps.append(progress)
        if len(steps) == 4:
            raise KeyboardInterrupt

    engine = Engine.open(indexed, cache)
    with pytest.raises(KeyboardInterrupt):
        engine.prepare([source], on_progress=stop)
    rest = engine.prepare([source])
    assert 0 < rest.num_tokens_read < rest.num_tokens == rest.num_tokens_indexed


def test_an_owner_s_index_is_not_another_s(
    indexed: Settings, cache: DiskCache, source: Source
) -> None:
    engine = Engine.open(indexed, cache)
    read = [engine.prepare([source], owner=owner).num_tokens_read for owner in ("a", "b", "a")]
    assert read == [num_tokens(source), num_tokens(source), 0]
    assert engine.forget("a", [source.document.name]) > 0
    assert engine.prepare([source], owner="a").num_tokens_read == num_tokens(source)


def test_every_adapter_looks_up_in_the_same_index(
    indexed: Settings, cache: DiskCache, source: Source, tmp_path: Path, tiny_folder: Path
) -> None:
    model = Gemma3.load(tiny_folder)
    lora.attach(model, first_layer=3, rank=2, scale=1.0, seed=0)
    lora.save(model, tmp_path / "adapter", rank=2, card={"base_model": "tiny"})
    Engine.open(with_adapter(indexed, None), cache).prepare([source])
    adapted = Engine.open(with_adapter(indexed, str(tmp_path / "adapter")), cache)
    assert adapted.prepare([source]).num_tokens_read == 0


def test_an_adapter_of_the_early_layers_has_keys_of_its_own(
    indexed: Settings, cache: DiskCache, source: Source, tmp_path: Path, tiny_folder: Path
) -> None:
    model = Gemma3.load(tiny_folder)
    lora.attach(model, first_layer=1, rank=2, scale=1.0, seed=0)
    lora.save(model, tmp_path / "adapter", rank=2, card={"base_model": "tiny"})
    Engine.open(with_adapter(indexed, None), cache).prepare([source])
    adapted = Engine.open(with_adapter(indexed, str(tmp_path / "adapter")), cache)
    assert adapted.prepare([source]).num_tokens_read == num_tokens(source)


def test_a_request_says_how_much_it_looked_up_in_the_index(
    indexed: Settings, tiny_settings: Settings, cache: DiskCache, source: Source
) -> None:
    def looked_up(settings: Settings) -> int:
        engine = Engine.open(settings, cache)
        return engine.extract([source], SCHEMA, mode=Mode.INDEXED).coverage.num_tokens_indexed

    size = source.passages[0].num_tokens
    assert looked_up(tiny_settings) == 0
    assert looked_up(limited(indexed, 0)) == 0
    assert looked_up(limited(indexed, 3 * size)) == 3 * size
    assert looked_up(limited(indexed, 2 * size)) == 2 * size  # whatever was read before
    assert looked_up(indexed) == num_tokens(source)


def test_a_search_finds_without_a_word_in_common(
    indexed: Settings, tiny_settings: Settings, cache: DiskCache, source: Source
) -> None:
    assert Engine.open(tiny_settings, cache).find([source], "Ann", top=3) == []
    found = Engine.open(indexed, cache).find([source], "Ann", top=3)
    assert [passage.rank for passage in found] == [1, 2, 3]
    best = Engine.open(indexed, cache).find([source], "agent", top=1)
    assert best[0].text == "the agent is of the agent"


def test_a_model_without_an_index_looks_with_that_of_another(
    indexed: Settings, tiny_settings: Settings, cache: DiskCache, source: Source
) -> None:
    borrowed = tiny_settings.engine.model_copy(update={"index_model": indexed.engine.model})
    settings = tiny_settings.model_copy(update={"engine": borrowed})
    own = Engine.open(indexed, cache).find([source], "agent", top=3)
    kept = Engine.open(settings, cache).prepare([source])
    assert (kept.num_tokens_indexed, kept.num_tokens_read) == (num_tokens(source), 0)
    assert Engine.open(settings, cache).find([source], "agent", top=3) == own


def test_a_model_without_an_index_is_not_looked_with(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    named = tiny_settings.engine.model_copy(update={"index_model": tiny_settings.engine.model})
    with pytest.raises(UnknownModel, match="has no index to look documents up with"):
        Engine.open(tiny_settings.model_copy(update={"engine": named}), cache)


def test_an_estimate_reads_nothing(indexed: Settings, cache: DiskCache, source: Source) -> None:
    engine = Engine.open(indexed, cache)
    engine.estimate([source], SCHEMA, mode=Mode.INDEXED)
    assert engine.prepare([source]).num_tokens_read == num_tokens(source)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("numbers", torch.tensor([0, 9])),
        ("numbers", torch.tensor([1, 2])),  # they look at different keys
        ("gates", torch.zeros(2, 5)),
        ("weights", torch.tensor([1.0, math.nan])),
    ],
)
def test_an_index_that_does_not_fit_is_refused_when_the_model_is_opened(
    indexed: Settings, cache: DiskCache, name: str, value: torch.Tensor
) -> None:
    file = Path(indexed.engine.model) / "index" / "heads.safetensors"
    save_file({**load_file(file), name: value}, file)
    with pytest.raises(ModelUnavailable, match="index"):
        Engine.open(indexed, cache)


def test_a_torn_index_is_refused(indexed: Settings, cache: DiskCache) -> None:
    (Path(indexed.engine.model) / "index" / "heads.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelUnavailable, match="index"):
        Engine.open(indexed, cache)


def test_the_documents_of_a_search_share_its_budget(
    indexed: Settings, cache: DiskCache, source: Source
) -> None:
    other = source_of(TEXT.replace("the", "a"), "b.txt", passage_tokens=6)
    size = source.passages[0].num_tokens
    engine = Engine.open(limited(indexed, 4 * size), cache)
    engine.find([source, other], "margin", top=3, num_sources=2)
    for each in (source, other):
        assert num_tokens(each) - engine.prepare([each]).num_tokens_read == 2 * size


def test_a_model_without_an_index_is_prepared_by_saying_so(
    tiny_settings: Settings, cache: DiskCache, source: Source
) -> None:
    done = Engine.open(tiny_settings, cache).prepare([source])
    assert (done.num_tokens, done.num_tokens_indexed) == (num_tokens(source), 0)
