from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.decoder_model import Prefix
from engine.disk_cache import DiskCache
from engine.gemma3 import Gemma3
from engine.prefix_cache import PrefixCache, rounded

TOKENS = list(range(4, 64))


@pytest.fixture
def disk(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path, 1 << 24)


@pytest.fixture
def prefix(tiny_model: Gemma3) -> Prefix:
    with torch.inference_mode():
        return tiny_model.read(tiny_model.empty_prefix(), torch.tensor(TOKENS))[0]


def tensors_of(prefix: Prefix | None) -> list[torch.Tensor]:
    assert prefix is not None
    return [tensor for layer in prefix.layers for tensor in layer]


def test_what_is_loaded_is_bit_for_bit_what_was_asked_cold(disk: DiskCache, prefix: Prefix) -> None:
    cold = rounded(prefix)
    PrefixCache(disk, "m").store(TOKENS, cold, ["a.txt"])
    warm = PrefixCache(disk, "m").load(TOKENS)
    assert warm is not None
    assert warm.num_tokens == 60
    torch.testing.assert_close(tensors_of(warm), tensors_of(cold), rtol=0, atol=0)


def test_a_prefix_takes_the_bytes_of_all_that_it_keeps(prefix: Prefix) -> None:
    assert prefix.num_bytes == sum(tensor.nbytes for tensor in tensors_of(prefix))


def test_rounding_twice_is_rounding_once(prefix: Prefix) -> None:
    once = rounded(prefix)
    torch.testing.assert_close(tensors_of(rounded(once)), tensors_of(once), rtol=0, atol=0)
    torch.testing.assert_close(tensors_of(once), tensors_of(prefix), rtol=2**-8, atol=0)


@pytest.mark.parametrize("tokens", [TOKENS[:-1], [*TOKENS, 4], [5, *TOKENS[1:]], []])
def test_other_tokens_are_not_there(disk: DiskCache, prefix: Prefix, tokens: list[int]) -> None:
    PrefixCache(disk, "m").store(TOKENS, prefix, ["a.txt"])
    assert PrefixCache(disk, "m").load(tokens) is None


def test_another_model_finds_nothing(disk: DiskCache, prefix: Prefix) -> None:
    PrefixCache(disk, "m").store(TOKENS, prefix, ["a.txt"])
    assert PrefixCache(disk, "n").load(TOKENS) is None


@pytest.mark.parametrize("position", [0, 40, -1])
def test_a_damaged_file_is_read_anew(disk: DiskCache, prefix: Prefix, position: int) -> None:
    cache = PrefixCache(disk, "m")
    cache.store(TOKENS, prefix, ["a.txt"])
    (file,) = disk.directory.glob("*/*.safetensors")
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)
    assert cache.load(TOKENS) is None


def test_a_torn_file_is_read_anew(disk: DiskCache, prefix: Prefix) -> None:
    cache = PrefixCache(disk, "m")
    cache.store(TOKENS, prefix, ["a.txt"])
    (file,) = disk.directory.glob("*/*.safetensors")
    file.write_bytes(file.read_bytes()[:-9])
    assert cache.load(TOKENS) is None


def test_where_there_is_no_room_nothing_is_kept(tmp_path: Path, prefix: Prefix) -> None:
    cache = PrefixCache(DiskCache(tmp_path, 0), "m")
    cache.store(TOKENS, prefix, ["a.txt"])
    assert cache.load(TOKENS) is None


def test_another_owner_finds_nothing(disk: DiskCache, prefix: Prefix) -> None:
    cache = PrefixCache(disk, "m")
    cache.store(TOKENS, prefix, ["a.txt"], owner="a")
    assert [cache.has(TOKENS, owner=owner) for owner in ("a", "b", "")] == [True, False, False]
    assert cache.load(TOKENS, owner="b") is None
    assert cache.load(TOKENS, owner="a") is not None
