from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine import array_file
from engine.array_file import Array
from engine.disk_cache import DiskCache
from schemas.errors import InvalidInput

ARRAYS: dict[str, Array] = {
    "b": np.arange(6, dtype=np.float16).reshape(2, 3),
    "a": np.arange(3, dtype=np.int64),
    "c": np.array([True, False, True]),
    "none": np.zeros((0, 4), dtype=np.int32),
}


def filled(cache: DiskCache, *keys: str, num_bytes: int = 1000) -> None:
    """Entries whose last use is in the order of the keys, long ago."""
    for age, key in enumerate(keys):
        cache.put("things", key, {"x": np.zeros(num_bytes, dtype=np.uint8)}, {})
        (path,) = (p for p in cache.directory.rglob("*.safetensors") if p.stat().st_mtime > 1e9)
        os.utime(path, (age, age))


def keys_of(cache: DiskCache) -> list[str]:
    return [entry.key for entry in cache.entries()]


def only_file(directory: Path) -> Path:
    (path,) = directory.rglob("*.safetensors")
    return path


def test_what_was_put_is_found_as_it_was(tmp_path: Path) -> None:
    DiskCache(tmp_path, 1 << 20).put("things", "key", ARRAYS, {"n": [1, "ä"]})
    found = DiskCache(tmp_path, 1 << 20).get("things", "key")
    assert found is not None
    assert found.header == {"n": [1, "ä"]}
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found.arrays[name], array, strict=True)


def test_an_entry_is_a_file_that_safetensors_reads(tmp_path: Path) -> None:
    DiskCache(tmp_path, 1 << 20).put("things", "key", ARRAYS, {})
    again = load_file(only_file(tmp_path))
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(again[name], array, strict=True)


def test_another_key_and_another_kind_find_nothing(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {})
    assert cache.get("things", "yek") is None
    assert cache.get("others", "key") is None


@pytest.mark.parametrize("at", [3, 20, -1])
def test_a_changed_byte_makes_a_miss_and_the_file_goes(tmp_path: Path, at: int) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {})
    data = bytearray(only_file(tmp_path).read_bytes())
    data[at] ^= 1
    only_file(tmp_path).write_bytes(data)
    assert cache.get("things", "key") is None
    assert cache.entries() == []


@pytest.mark.parametrize("num_bytes", [0, 5, 100, -1])
def test_a_torn_file_makes_a_miss_and_goes(tmp_path: Path, num_bytes: int) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {})
    only_file(tmp_path).write_bytes(only_file(tmp_path).read_bytes()[:num_bytes])
    assert cache.get("things", "key") is None
    assert cache.entries() == []


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 4500)
    filled(cache, "a", "b", "c")
    cache.get("things", "a")
    cache.put("things", "d", {"x": np.zeros(1000, dtype=np.uint8)}, {})
    assert keys_of(cache) == ["c", "a", "d"]


def test_an_entry_larger_than_the_cache_is_not_stored_and_removes_nothing(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 4500)
    filled(cache, "a", "b")
    assert not cache.put("things", "big", {"x": np.zeros(5000, dtype=np.uint8)}, {})
    assert keys_of(cache) == ["a", "b"]


def test_a_cache_of_no_bytes_stores_nothing(tmp_path: Path) -> None:
    assert not DiskCache(tmp_path, 0).put("things", "key", ARRAYS, {})


def test_clear_counts_what_it_removes(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {}, label="a.pdf")
    cache.put("others", "key", ARRAYS, {})
    size = sum(entry.num_bytes for entry in cache.entries() if entry.kind == "things")
    assert cache.clear("things") == (1, size)
    assert [entry.kind for entry in cache.entries()] == ["others"]


def test_entries_say_what_they_are(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {}, label="a.pdf")
    (entry,) = cache.entries()
    assert (entry.kind, entry.key, entry.label) == ("things", "key", "a.pdf")
    assert entry.num_bytes == only_file(tmp_path).stat().st_size


def test_arrays_outlive_their_file(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {})
    found = cache.get("things", "key")
    assert found is not None
    cache.clear()
    assert found.arrays["a"].tolist() == [0, 1, 2]


def test_what_a_dead_process_was_writing_goes(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    left = tmp_path / "things" / "0.writing"
    left.parent.mkdir()
    left.touch()
    os.utime(left, (0, 0))
    cache.put("things", "key", ARRAYS, {})
    assert not left.exists()


def test_a_directory_that_can_not_be_used_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match="set NEEDLEPOINT_CACHE__DIRECTORY"):
        DiskCache(tmp_path / "file", 1 << 20).put("things", "key", ARRAYS, {})


def test_processes_that_share_a_directory_see_whole_entries_or_none(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        results = pool.map(put_and_get, [tmp_path] * 4)
    assert results == [True] * 4


def put_and_get(directory: Path) -> bool:
    cache = DiskCache(directory, 9000)
    for number in range(60):
        value = np.full(500, number % 8, dtype=np.int32)
        cache.put("things", str(number % 8), {"x": value}, {})
        found = cache.get("things", str((number * 3) % 8))
        if found is not None and set(found.arrays["x"].tolist()) != {(number * 3) % 8}:
            return False
    return True


def test_what_is_one_owner_s_is_not_there_for_another(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {"of": "a"}, owner="a")
    assert [cache.has("things", "key", owner=owner) for owner in ("a", "b", "")] == [
        True,
        False,
        False,
    ]
    assert cache.get("things", "key", owner="b") is None
    assert cache.get("things", "key") is None
    found = cache.get("things", "key", owner="a")
    assert found is not None
    assert found.header == {"of": "a"}


def test_owners_keep_the_same_key_beside_each_other(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    for owner in ("", "a", "b"):
        cache.put("things", "key", {}, {"of": owner}, owner=owner)
    found = [cache.get("things", "key", owner=owner) for owner in ("", "a", "b")]
    assert [entry.header["of"] for entry in found if entry] == ["", "a", "b"]


def test_a_file_that_was_put_where_another_owner_looks_is_not_taken_for_its_own(
    tmp_path: Path,
) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {}, owner="a")
    (file,) = tmp_path.glob("*/*.safetensors")
    cache.put("things", "key", ARRAYS, {}, owner="b")
    (other,) = set(tmp_path.glob("*/*.safetensors")) - {file}
    other.write_bytes(file.read_bytes())
    assert cache.get("things", "key", owner="b") is None


def test_forgetting_removes_what_was_made_of_a_document(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    for key, owner, documents in [
        ("one", "a", ["x"]),
        ("two", "a", ["y", "x"]),
        ("three", "a", ["y"]),
        ("four", "b", ["x"]),
        ("five", "", ["x"]),
    ]:
        cache.put("things", key, ARRAYS, {}, owner=owner, documents=documents)
    assert cache.forget("a", ["x", "z"]) == 2
    assert sorted(entry.key for entry in cache.entries()) == ["five", "four", "three"]
    assert cache.forget("a", ["x"]) == 0


def test_forgetting_opens_only_what_was_written_or_used_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    filled(cache, "old", "used")
    cache.forget("a", ["x"])
    cache.get("things", "used")
    cache.put("things", "new", ARRAYS, {}, owner="a", documents=["x"])
    about_of = Mock(wraps=array_file.about_of)
    monkeypatch.setattr(array_file, "about_of", about_of)
    assert [cache.forget("a", ["y"]), cache.forget("a", ["x"])] == [0, 1]
    assert about_of.call_count == 2


def test_forgetting_sees_what_another_process_wrote_anew(tmp_path: Path) -> None:
    cache, another = DiskCache(tmp_path, 1 << 20), DiskCache(tmp_path, 1 << 20)
    cache.put("things", "key", ARRAYS, {}, owner="a", documents=["x"])
    assert cache.forget("a", ["z"]) == 0
    another.put("things", "key", ARRAYS, {}, owner="a", documents=["y"])
    assert [cache.forget("a", ["x"]), cache.forget("a", ["y"])] == [0, 1]


def test_a_torn_entry_is_no_obstacle_to_forgetting(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 1 << 20)
    for key in ("one", "two"):
        cache.put("things", key, ARRAYS, {}, owner="a", documents=["x"])
    torn = next(tmp_path.glob("*/*.safetensors"))
    torn.write_bytes(torn.read_bytes()[:20])
    assert cache.forget("a", ["x"]) == 1
