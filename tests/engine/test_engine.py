from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from engine import lora
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3 import Gemma3
from engine.lookup import Source
from engine.turns import Turns
from schemas.errors import InvalidSchema, ModelUnavailable, UnknownModel
from schemas.extraction import Extraction, Match, Mode, Status
from schemas.progress import Progress
from schemas.settings import Settings, with_adapter, with_model
from tests.engine.sources import source_of

SOURCE = source_of("The agent is Ann. The margin is 2.5 per cent from 3 May 2020.")
PROPERTIES: dict[str, Any] = {
    "agent": {"type": ["string", "null"]},
    "margin": {"type": ["number", "null"]},
    "signed": {"type": ["boolean", "null"]},
    "from": {"type": ["string", "null"], "format": "date"},
    "names": {"type": "array", "items": {"type": "string"}},
}


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "entries", 1 << 26)


def read(settings: Settings, cache: DiskCache, **options: Any) -> Extraction:
    engine = Engine.open(settings, cache)
    return engine.extract([SOURCE], schema_of(**PROPERTIES), **options)


def answers_of(extraction: Extraction) -> Any:
    return extraction.output, extraction.fields, extraction.errors, extraction.status


def test_the_output_holds_every_property_and_validates(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    extraction = read(tiny_settings, cache)
    assert extraction.output is not None
    assert list(extraction.output) == list(PROPERTIES)
    assert (extraction.status, extraction.mode) == (Status.COMPLETED, Mode.DENSE)
    assert (extraction.errors, extraction.model) == ([], Path(tiny_settings.engine.model).name)


def test_cached_is_cold(tiny_settings: Settings, cache: DiskCache, tmp_path: Path) -> None:
    never = read(tiny_settings, DiskCache(tmp_path / "none", 0))
    cold, warm = read(tiny_settings, cache), read(tiny_settings, cache)
    assert (cold.usage.cached_tokens, warm.usage.cached_tokens > 0) == (0, True)
    assert answers_of(never) == answers_of(cold) == answers_of(warm)


def test_an_exact_value_is_its_quote(tiny_settings: Settings, cache: DiskCache) -> None:
    for field in read(tiny_settings, cache).fields:
        for citation in field.citations:
            assert SOURCE.document.text[citation.start : citation.stop] == citation.quote
            assert citation.match is not Match.EXACT or citation.quote == field.value
            assert citation.regions


def test_a_value_that_may_not_be_null_and_is_not_there_is_an_error(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    engine = Engine.open(tiny_settings, cache)
    schema = schema_of(email={"type": "string", "format": "email"})
    extraction = engine.extract([SOURCE], schema, mode=Mode.INDEXED)
    assert (extraction.status, extraction.output) == (Status.INCOMPLETE, {"email": None})
    assert [error.path for error in extraction.errors] == ["/email"]


def test_a_schema_that_can_not_be_filled_is_refused(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    with pytest.raises(InvalidSchema, match="/x uses oneOf"):
        Engine.open(tiny_settings, cache).extract(
            [SOURCE], schema_of(x={"type": "string", "oneOf": [{}]})
        )


def test_other_weights_or_another_configuration_read_anew(
    tiny_settings: Settings, cache: DiskCache, tmp_path: Path
) -> None:
    read(tiny_settings, cache)
    folder = tmp_path / "copy"
    shutil.copytree(tiny_settings.engine.model, folder)
    copied = with_model(tiny_settings, str(folder))
    assert read(copied, cache).usage.cached_tokens == 0
    assert read(copied, cache).usage.cached_tokens > 0
    config = json.loads((folder / "config.json").read_text()) | {"rope_theta": 500.0}
    (folder / "config.json").write_text(json.dumps(config))
    assert read(copied, cache).usage.cached_tokens == 0


def test_another_adapter_reads_anew_and_is_named(
    tiny_settings: Settings, cache: DiskCache, tmp_path: Path
) -> None:
    read(tiny_settings, cache)
    model = Gemma3.load(Path(tiny_settings.engine.model))
    lora.attach(model, first_layer=3, rank=2, scale=1.0, seed=0)
    lora.save(model, tmp_path / "mine", rank=2, card={"base_model": "tiny"})
    extraction = read(with_adapter(tiny_settings, str(tmp_path / "mine")), cache)
    assert extraction.usage.cached_tokens == 0
    assert extraction.model.endswith("+mine")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{"),
        ("config.json", b'{"model_type": "llama"}'),
        ("model.safetensors", b"\x00" * 40),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_damaged_model_is_told(
    tiny_settings: Settings, cache: DiskCache, tmp_path: Path, name: str, content: bytes
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_settings.engine.model, folder)
    (folder / name).write_bytes(content)
    with pytest.raises(ModelUnavailable):
        Engine.open(with_model(tiny_settings, str(folder)), cache)


def test_a_model_or_an_adapter_that_is_not_there_is_told(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    with pytest.raises(UnknownModel, match="no model 'gone'"):
        Engine.open(with_model(tiny_settings, "gone"), cache)
    with pytest.raises(UnknownModel, match="no adapter 'gone'"):
        Engine.open(with_adapter(tiny_settings, "gone"), cache)


def test_loading_indexing_and_reading_are_told_in_turn(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    told: list[Progress] = []
    engine = Engine.open(tiny_settings, cache, told.append)
    engine.extract([SOURCE], schema_of(**PROPERTIES), on_progress=told.append)
    assert list(dict.fromkeys(progress.stage for progress in told)) == [
        "load",
        "index",
        "read",
        "answer",
    ]


def test_what_one_owner_read_is_not_there_for_another(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    assert read(tiny_settings, cache, owner="a").usage.cached_tokens == 0
    assert read(tiny_settings, cache, owner="b").usage.cached_tokens == 0
    assert read(tiny_settings, cache, owner="").usage.cached_tokens == 0
    assert read(tiny_settings, cache, owner="a").usage.cached_tokens > 0


def test_another_owner_s_reading_does_not_show_in_an_estimate(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    engine = Engine.open(tiny_settings, cache)
    engine.extract([SOURCE], schema_of(**PROPERTIES), owner="a")
    estimates = [
        engine.estimate([SOURCE], schema_of(**PROPERTIES), owner=owner) for owner in ("a", "b")
    ]
    assert [estimate.cached_tokens > 0 for estimate in estimates] == [True, False]
    assert estimates[0].seconds < estimates[1].seconds


def test_what_is_forgotten_is_gone_and_nothing_else_is(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    engine = Engine.open(tiny_settings, cache)
    other = source_of("The borrower is Bob.", "b.txt")
    for owner in ("a", "b"):
        engine.extract([SOURCE], schema_of(**PROPERTIES), owner=owner)
        engine.extract([other], schema_of(**PROPERTIES), owner=owner)
        engine.extract([SOURCE, other], schema_of(**PROPERTIES), owner=owner)
    assert engine.forget("a", ["a.txt"]) == 3  # an index, and two prefixes
    kept = sorted((entry.kind, entry.label) for entry in cache.entries())
    assert kept == [
        ("index", "a.txt"),
        *[("index", "b.txt")] * 2,
        ("prefix", "a.txt"),
        ("prefix", "a.txt, b.txt"),
        *[("prefix", "b.txt")] * 2,
    ]


def test_an_estimate_counts_as_the_extraction_does(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    engine = Engine.open(tiny_settings, cache)
    estimate = engine.estimate([SOURCE], schema_of(**PROPERTIES))
    extraction = engine.extract([SOURCE], schema_of(**PROPERTIES))
    assert (estimate.mode, estimate.num_fields) == (extraction.mode, len(PROPERTIES))
    assert estimate.prompt_tokens == extraction.usage.prompt_tokens
    assert estimate.document_tokens == extraction.coverage.num_tokens
    with pytest.raises(InvalidSchema):
        engine.estimate([SOURCE], {"type": "string"})


def test_a_warm_up_measures_the_speed(tiny_settings: Settings, cache: DiskCache) -> None:
    engine = Engine.open(tiny_settings, cache)
    guess = engine.speed.tokens_per_second
    engine.warm_up()
    assert engine.speed.tokens_per_second != guess
    assert cache.entries() == []


def test_a_model_that_computes_no_numbers_is_told(
    tiny_settings: Settings, cache: DiskCache, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_settings.engine.model, folder)
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][:] = float("nan")
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    engine = Engine.open(with_model(tiny_settings, str(folder)), cache)
    with pytest.raises(ModelUnavailable, match="computes no numbers"):
        engine.warm_up()


def test_a_more_urgent_request_is_let_in_at_a_chunk(
    tiny_settings: Settings, cache: DiskCache
) -> None:
    small_chunks = tiny_settings.engine.model_copy(update={"chunk_tokens": 64})
    engine = Engine.open(tiny_settings.model_copy(update={"engine": small_chunks}), cache)
    long = source_of("The borrower is Bob and the margin is 3 per cent. " * 20, "long.txt")
    turns, order = Turns(), list[str]()

    def extract(source: Source, urgency: int, name: str) -> None:
        with turns.taken(urgency) as turn:

            def on_progress(progress: Progress) -> None:
                order.append(f"{name} {progress.stage}")
                if order.count("long read") == 2 and not urgent.ident:
                    urgent.start()
                    while turns.num_present < 2:
                        time.sleep(0.001)
                turn.step()

            engine.extract(
                [source],
                schema_of(agent={"type": "string"}),
                mode=Mode.DENSE,
                on_progress=on_progress,
            )
            order.append(f"{name} done")

    urgent = threading.Thread(target=extract, args=(SOURCE, 0, "urgent"))
    extract(long, 5, "long")
    urgent.join()
    begins, ends = order.index("urgent index"), order.index("urgent done")
    assert order[:begins].count("long read") == 2
    assert {step.split()[0] for step in order[begins : ends + 1]} == {"urgent"}
    assert order[ends + 1] == "long read"
