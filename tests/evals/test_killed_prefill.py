from __future__ import annotations

from pathlib import Path

import pytest

from evals.killed_prefill import measure
from schemas.settings import Settings
from tests.engine.prefixes import tokens

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def test_twenty_kills_lose_a_block_each_at_most_and_change_nothing(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    engine = tiny_settings.engine.model_copy(update={"checkpoint_tokens": 128, "chunk_tokens": 64})
    settings = tiny_settings.model_copy(update={"engine": engine})
    record = measure(settings, tokens(8000), tmp_path, kills=20, most_seconds=0.004, most_chunks=5)
    assert record["is_equal"]
    assert record["files"] == 63
    assert 0 < record["last_resumed_at"] < 8000
    assert record["most_redone_tokens"] <= 128
