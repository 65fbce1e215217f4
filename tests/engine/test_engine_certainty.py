from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine import lora
from engine.certainty import Certainty, Curve
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3 import Gemma3
from schemas.extraction import FieldStatus
from schemas.settings import Settings, with_adapter
from tests.engine.sources import source_of

SOURCE = source_of("The agent is Ann. The margin is 2.5 per cent from 3 May 2020.")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "agent": {"type": ["string", "null"]},
        "margin": {"type": ["number", "null"]},
        "signed": {"type": ["boolean", "null"]},
        "from": {"type": ["string", "null"], "format": "date"},
        "names": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "entries", 1 << 26)


@pytest.fixture
def judging(tiny_settings: Settings, tmp_path: Path) -> Settings:
    """With an adapter that has curves of certainty."""
    folder = tmp_path / "judging"
    model = Gemma3.load(Path(tiny_settings.engine.model))
    lora.attach(model, first_layer=3, rank=2, scale=1.0, seed=0)
    lora.save(model, folder, rank=2, card={"base_model": "tiny"})
    certainty = Certainty({"any": Curve(0.5, (0.1, 0.0, 0.0, 0.0))}, 0.9)
    (folder / "certainty.json").write_text(json.dumps(certainty.record()))
    return with_adapter(tiny_settings, str(folder))


def test_the_certainty_is_that_of_the_adapter(judging: Settings, cache: DiskCache) -> None:
    """Odds of e^0.5 and a tenth of the log-odds."""
    extraction = Engine.open(judging, cache).extract([SOURCE], SCHEMA)
    for field in extraction.fields:
        if field.status is FieldStatus.FOUND:
            assert 0.39 < field.confidence < 0.81
        assert field.absence is not None


def test_other_curves_do_not_read_anew(judging: Settings, cache: DiskCache) -> None:
    Engine.open(judging, cache).extract([SOURCE], SCHEMA)
    (Path(str(judging.engine.adapter)) / "certainty.json").unlink()
    again = Engine.open(judging, cache).extract([SOURCE], SCHEMA)
    assert again.usage.cached_tokens > 0
