from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from jobs.library import cache_of
from jobs.local_cache import KINDS, clear, list_entries
from schemas.errors import InvalidInput
from schemas.settings import Settings, load_settings


@pytest.fixture
def settings() -> Settings:
    settings = load_settings()
    for number, kind in enumerate(KINDS):
        cache_of(settings).put(kind, f"key {kind}", {"a": np.zeros(9)}, {}, label=f"{kind}.pdf")
        (file,) = (settings.cache.directory / "entries" / kind).glob("*.safetensors")
        os.utime(file, (number, number))
    return settings


def test_what_was_used_last_comes_first(settings: Settings) -> None:
    entries = list_entries(settings)
    assert [(e.kind, e.key, e.label) for e in entries] == [
        ("prefix", "key prefix", "prefix.pdf"),
        ("index", "key index", "index.pdf"),
        ("documents", "key documents", "documents.pdf"),
    ]
    assert entries[0].last_used == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert all(entry.num_bytes > 72 for entry in entries)


def test_one_kind_can_be_let_go(settings: Settings) -> None:
    num_bytes = list_entries(settings)[1].num_bytes
    assert clear(settings, "index") == (1, num_bytes)
    assert {entry.kind for entry in list_entries(settings)} == {"documents", "prefix"}


def test_everything_can_be_let_go(settings: Settings) -> None:
    assert clear(settings)[0] == 3
    assert list_entries(settings) == []
    assert clear(settings) == (0, 0)


def test_a_kind_that_there_is_not_is_refused(settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="no kind 'model': one of documents, index, prefix"):
        clear(settings, "model")
    assert len(list_entries(settings)) == 3


def test_a_cache_that_was_never_used_is_empty(tmp_path: Path) -> None:
    assert list_entries(load_settings()) == []
