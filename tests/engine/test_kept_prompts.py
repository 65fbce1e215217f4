from __future__ import annotations

from pathlib import Path

import pytest

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3 import Gemma3
from engine.kept_prompts import KeptPrompts
from schemas.caches import CacheChange
from schemas.errors import CapacityExceeded, NotFound
from schemas.extraction import Mode
from schemas.settings import Settings
from tests.engine.prefixes import Shelf, tokens
from tests.engine.sources import source_of


@pytest.fixture
def shelf(tiny_model: Gemma3, tmp_path: Path) -> Shelf:
    return Shelf(tiny_model, tmp_path / "shelf", memory=1 << 30)


def test_a_prompt_is_one_cache_whatever_its_blocks(shelf: Shelf) -> None:
    shelf.read(tokens(200), "t", "a.pdf", "b.pdf")
    shelf.read(tokens(200), "t")
    (cache,) = KeptPrompts(shelf.disk, shelf.budget.memory).list("t")
    assert (cache.num_tokens, cache.num_blocks, cache.num_hits) == (200, 4, 1)
    assert (cache.documents, cache.in_memory) == (["a.pdf", "b.pdf"], True)
    assert cache.num_bytes == sum(file.stat().st_size for file in shelf.files)


def test_a_list_is_of_documents_and_of_an_owner(shelf: Shelf) -> None:
    shelf.read(tokens(90), "t", "a.pdf")
    shelf.read(tokens(90, seed=1), "t", "b.pdf")
    kept = KeptPrompts(shelf.disk)
    assert [cache.documents for cache in kept.list("t")] == [["b.pdf"], ["a.pdf"]]
    assert [cache.documents for cache in kept.list("t", ["a.pdf"])] == [["a.pdf"]]
    assert kept.list("u") == []
    (one, _) = kept.list("t")
    for ask in (kept.get, kept.delete):
        with pytest.raises(NotFound):
            ask("u", one.id)


def test_what_is_removed_is_read_anew_and_what_others_begin_with_stays(shelf: Shelf) -> None:
    shelf.read(tokens(200), "t")
    shelf.read(tokens(200)[:128] + tokens(20, seed=1), "t")
    kept = KeptPrompts(shelf.disk, shelf.budget.memory)
    kept.delete("t", kept.list("t")[1].id)
    assert shelf.read(tokens(200), "t").num_cached == 128


def test_a_change_leaves_what_it_does_not_name(shelf: Shelf) -> None:
    shelf.read(tokens(90), "t")
    kept = KeptPrompts(shelf.disk)
    (cache,) = kept.list("t")
    kept.change("t", cache.id, CacheChange(ttl_seconds=60))
    changed = kept.change("t", cache.id, CacheChange(pinned=True))
    assert (changed.pinned, changed.ttl_seconds, changed.expires_at) == (True, 60, None)
    changed = kept.change("t", cache.id, CacheChange(pinned=False))
    assert changed.expires_at is not None


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.INDEXED])
def test_what_was_warmed_is_not_read_by_the_question(
    tiny_settings: Settings, tmp_path: Path, mode: Mode
) -> None:
    source = source_of("The agent is Ann and the margin is 3 per cent.\n\n" * 9)
    schema = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}
    engine = Engine.open(tiny_settings, DiskCache(tmp_path / "entries", 1 << 26))
    warmed = engine.warm([source], schema, mode=mode)
    again = engine.warm([source], schema, mode=mode)
    answered = engine.extract([source], schema, mode=mode)
    assert (warmed.num_tokens_read, again.num_tokens_read) == (warmed.num_tokens, 0)
    assert answered.usage.cached_tokens == warmed.num_tokens > 0
    assert sum(cache.num_tokens for cache in warmed.data) == warmed.num_tokens


def test_without_a_schema_all_is_read_as_a_dense_question_reads_it(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    source = source_of("The agent is Ann and the margin is 3 per cent.\n\n" * 9)
    schema = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}
    engine = Engine.open(tiny_settings, DiskCache(tmp_path / "entries", 1 << 26))
    warmed = engine.warm([source])
    answered = engine.extract([source], schema, mode=Mode.DENSE)
    assert answered.usage.cached_tokens == warmed.num_tokens


def test_where_there_is_no_room_it_is_said(tiny_settings: Settings, tmp_path: Path) -> None:
    engine = Engine.open(tiny_settings, DiskCache(tmp_path / "entries", 0))
    with pytest.raises(CapacityExceeded, match="the cache has no room for all that was read"):
        engine.warm([source_of("The agent is Ann.")])


def test_an_extraction_that_can_not_fit_is_refused_alone(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    small = tiny_settings.engine.model_copy(update={"max_memory_bytes": 6_000_000})
    settings = tiny_settings.model_copy(update={"engine": small})
    engine = Engine.open(settings, DiskCache(tmp_path / "entries", 1 << 26))
    schema = {"type": "object", "properties": {"agent": {"type": ["string", "null"]}}}
    long = source_of("The agent is Ann. " * 300)
    with pytest.raises(CapacityExceeded, match=r"needs .* of memory, and 6.0 MB can be had"):
        engine.extract([long], schema, mode=Mode.DENSE)
    assert engine.extract([source_of("The agent is Ann.")], schema, mode=Mode.DENSE).output
