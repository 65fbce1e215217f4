from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.disk_cache import DiskCache
from engine.key_blocks import KIND, KeyBlocks
from engine.passage_keys import PassageKeys

TEXTS = [f"passage {number}" for number in range(200)]


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "entries", 1 << 24)


def blocks(
    cache: DiskCache, texts: list[str], fingerprint: str = "m", owner: str = ""
) -> KeyBlocks:
    return KeyBlocks(cache, fingerprint, texts, document="a.pdf", owner=owner)


def keys_of(number: int, num_tokens: int = 3) -> PassageKeys:
    return PassageKeys(
        np.full((num_tokens, 4), number % 100, dtype=np.int8),
        np.full(num_tokens, 0.5, dtype=np.float16),
    )


def is_same(a: PassageKeys | None, b: PassageKeys) -> bool:
    return a is not None and np.array_equal(a.keys, b.keys) and np.array_equal(a.scales, b.scales)


@given(texts=st.lists(st.text(max_size=4), max_size=300))
def test_blocks_hold_every_passage_once_in_order(texts: list[str]) -> None:
    made = blocks(DiskCache(Path("nowhere"), 0), texts).blocks
    numbers = [number for block in made for number in range(block.start, block.stop)]
    assert numbers == list(range(len(texts)))
    assert all(0 < block.stop - block.start <= 64 for block in made)


@given(at=st.integers(0, 199), kind=st.sampled_from(["changed", "inserted", "removed"]))
def test_a_changed_document_keeps_all_blocks_but_those_beside_the_change(
    at: int, kind: str
) -> None:
    cache = DiskCache(Path("nowhere"), 0)
    texts = list(TEXTS)
    if kind == "changed":
        texts[at] = "something else"
    elif kind == "inserted":
        texts.insert(at, "something else")
    else:
        del texts[at]
    before = {block.key for block in blocks(cache, TEXTS).blocks}
    new = [block for block in blocks(cache, texts).blocks if block.key not in before]
    assert len(before) > 8
    assert len(new) <= 2


def test_what_was_added_is_there_the_next_time(cache: DiskCache) -> None:
    first = blocks(cache, TEXTS)
    assert all(keys is None for keys in first.keys)
    first.add({3: keys_of(3), 7: keys_of(7, num_tokens=0), 150: keys_of(150)})
    second = blocks(cache, TEXTS)
    second.add({4: keys_of(4)})

    third = blocks(cache, TEXTS)
    for number, num_tokens in ((3, 3), (4, 3), (7, 0), (150, 3)):
        assert is_same(third.keys[number], keys_of(number, num_tokens))
    assert [n for n, keys in enumerate(third.keys) if keys is not None] == [3, 4, 7, 150]


def test_two_that_read_the_same_block_keep_what_each_has_read(cache: DiskCache) -> None:
    first, second = blocks(cache, TEXTS[:4]), blocks(cache, TEXTS[:4])
    first.add({0: keys_of(0)})
    second.add({1: keys_of(1)})
    kept = blocks(cache, TEXTS[:4]).keys
    assert [keys is not None for keys in kept] == [True, True, False, False]


def test_more_blocks_than_files_may_be_open(cache: DiskCache) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    blocks(cache, TEXTS).add({number: keys_of(number) for number in range(200)})
    kept = blocks(cache, TEXTS)
    assert all(keys is not None for keys in kept.keys)
    assert len(kept.blocks) > 8
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3


def test_another_owner_or_model_finds_nothing(cache: DiskCache) -> None:
    blocks(cache, TEXTS, owner="a").add({0: keys_of(0)})
    assert blocks(cache, TEXTS, owner="a").keys[0] is not None
    assert blocks(cache, TEXTS, owner="b").keys[0] is None
    assert blocks(cache, TEXTS, "another", owner="a").keys[0] is None


def test_a_damaged_block_is_unread_and_the_others_are_not(cache: DiskCache) -> None:
    made = blocks(cache, TEXTS)
    made.add({number: keys_of(number) for number in range(200)})
    file = next((cache.directory / KIND).iterdir())
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)

    again = blocks(cache, TEXTS)
    lost = [number for number, keys in enumerate(again.keys) if keys is None]
    assert any(lost == list(range(block.start, block.stop)) for block in made.blocks)


def test_the_keys_go_with_their_document(cache: DiskCache) -> None:
    blocks(cache, TEXTS).add({number: keys_of(number) for number in range(200)})
    assert cache.forget("", ["a.pdf"]) == len(blocks(cache, TEXTS).blocks)
    assert all(keys is None for keys in blocks(cache, TEXTS).keys)
