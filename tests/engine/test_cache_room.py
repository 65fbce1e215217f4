from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from engine.cache_marks import Mark
from engine.disk_cache import DiskCache
from schemas.errors import CapacityExceeded


def kept_alone(cache: DiskCache, *keys: str) -> None:
    for key in keys:
        cache.put("things", key, {"x": np.zeros(1000, np.uint8)}, {})


def keys_of(cache: DiskCache) -> list[str]:
    return [entry.key for entry in cache.entries()]


def chained(cache: DiskCache, *keys: str, owner: str = "") -> None:
    """Each rests on those before it; about 1,300 bytes."""
    for number, key in enumerate(keys):
        base = keys[:number]
        cache.put("things", key, {"x": np.zeros(1000, np.uint8)}, {}, owner=owner, base=base)


def name_of(cache: DiskCache, key: str) -> str:
    [name] = [entry.name for entry in cache.entries() if entry.key == key]
    return name


def test_what_is_pinned_stays_and_so_does_what_it_rests_on(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 7000, pinned_share=0.8)
    chained(cache, "a", "b")
    cache.mark("things", name_of(cache, "b"), Mark(pinned=True))
    kept_alone(cache, *"cdefgh")
    kept = keys_of(cache)
    assert {"a", "b", "h"} <= set(kept)
    assert sum(entry.num_bytes for entry in cache.entries()) <= 7000


def test_a_pin_past_its_share_is_refused(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 7000, pinned_share=0.3)
    chained(cache, "a", "b")
    with pytest.raises(CapacityExceeded, match=r"would be pinned, and 2,100 may be \(30%"):
        cache.mark("things", name_of(cache, "b"), Mark(pinned=True))
    cache.mark("things", name_of(cache, "a"), Mark(pinned=True))
    assert [entry.mark.pinned for entry in cache.entries() if entry.key == "a"] == [True]


def test_where_all_is_pinned_nothing_more_is_kept(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 2000, pinned_share=1.0)
    kept_alone(cache, "a")
    cache.mark("things", name_of(cache, "a"), Mark(pinned=True))
    assert not cache.put("things", "b", {"x": np.zeros(1000, np.uint8)}, {})
    assert keys_of(cache) == ["a"]


def test_what_is_past_its_time_is_not_there_and_takes_its_base_along(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    chained(cache, "a", "b")
    chained(cache, "a", "c")
    cache.mark("things", name_of(cache, "b"), Mark(ttl_seconds=60))
    assert cache.get("things", "b") is not None
    old = tmp_path / "things" / f"{name_of(cache, 'b')}.safetensors"
    os.utime(old, (0, 0))
    assert cache.get("things", "b") is None
    assert sorted(keys_of(cache)) == ["a", "c"]


def test_using_it_puts_its_end_off(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    kept_alone(cache, "a")
    cache.mark("things", name_of(cache, "a"), Mark(ttl_seconds=60))
    path = tmp_path / "things" / f"{name_of(cache, 'a')}.safetensors"
    os.utime(path, (time.time() - 50, time.time() - 50))
    cache.get("things", "a")
    (entry,) = cache.entries()
    ends = entry.mark.expires_at(entry.last_used)
    assert ends is not None
    assert ends > time.time() + 50


def test_removing_takes_what_nothing_else_rests_on(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    chained(cache, "a", "b", "c")
    chained(cache, "a", "b", "d")
    cache.remove("things", name_of(cache, "c"))
    assert sorted(keys_of(cache)) == ["a", "b", "d"]
    cache.remove("things", name_of(cache, "d"))
    assert keys_of(cache) == []
    assert list(tmp_path.glob("*/*")) == []


def test_what_was_used_together_goes_from_its_end(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 4500)
    chained(cache, "a", "b", "c")
    cache.touch("things", ["a", "b", "c"])
    kept_alone(cache, "x")
    assert sorted(keys_of(cache)) == ["a", "b", "x"]


def test_hits_are_counted_by_all_who_share_it(tmp_path: Path) -> None:
    one, other = DiskCache(tmp_path, 1 << 20), DiskCache(tmp_path, 1 << 20)
    kept_alone(one, "a")
    for cache in (one, other, one):
        cache.hit("things", "a")
    assert [entry.num_hits for entry in one.entries()] == [3]


def test_a_pin_outlives_damage(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    kept_alone(cache, "a")
    cache.mark("things", name_of(cache, "a"), Mark(pinned=True))
    only_data = next(tmp_path.glob("*/*.safetensors"))
    only_data.write_bytes(only_data.read_bytes()[:-1])
    assert cache.get("things", "a") is None
    kept_alone(cache, "a")
    assert [entry.mark.pinned for entry in cache.entries()] == [True]
