from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.gemma3 import Gemma3
from engine.global_decoder import GlobalDecoder
from engine.prefix_numbers import NUMBERS, rounded
from schemas.errors import CapacityExceeded
from tests.engine.decoder_weights import CONFIG, written
from tests.engine.prefixes import Shelf, are_equal, tokens

FEW = settings(max_examples=12)


@pytest.fixture(scope="module")
def model(tiny_folder: Path) -> Gemma3:
    return Gemma3.load(tiny_folder)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@FEW
@given(
    length=st.integers(1, 300),
    shared=st.integers(0, 300),
    block=st.integers(64, 130),
    chunk=st.integers(64, 130),
)
def test_cold_is_memory_is_disk_is_a_shared_start(
    model: Gemma3, length: int, shared: int, block: int, chunk: int
) -> None:
    ids = tokens(length)
    earlier = ids[:shared] + tokens(100, seed=1)
    with folder() as alone, folder() as common:
        cold = Shelf(model, alone, block=block, chunk=chunk, memory=1 << 30)
        expected = cold.read(ids).prefix
        from_memory = cold.read(ids)
        from_disk = Shelf(model, alone, block=block, chunk=chunk).read(ids)
        one = Shelf(model, common, block=block, chunk=chunk)
        one.read(earlier)
        reused = one.read(ids)
        assert (from_memory.tier, from_disk.tier) == ("memory", "disk")
        assert from_memory.num_cached == from_disk.num_cached == length
        assert reused.num_cached == min(shared, length) // block * block
        for other in (from_memory, from_disk, reused):
            assert are_equal(other.prefix, expected)


@FEW
@given(block=st.integers(64, 200), chunk=st.integers(64, 200))
def test_blocks_and_chunks_are_as_the_whole_up_to_the_rounding(
    model: Gemma3, block: int, chunk: int
) -> None:
    """Keys of later layers depend on rounded ones: 2⁻⁹ relative a layer, six layers."""
    ids = tokens(260)
    with folder() as path, torch.inference_mode():
        read = Shelf(model, path, block=block, chunk=chunk).read(ids).prefix
        whole = rounded(model.read(model.empty_prefix(), torch.tensor(ids))[0])
    for one, other in zip(read.layers, whole.layers, strict=True):
        for mine, theirs in zip(one, other, strict=True):
            assert (mine - theirs).norm() < 0.02 * theirs.norm()


def test_a_start_in_memory_is_views_of_the_whole(model: Gemma3, tmp_path: Path) -> None:
    shelf = Shelf(model, tmp_path, memory=1 << 30, disk=0)
    whole = shelf.read(tokens(200)).prefix
    longer = shelf.read(tokens(200)[:128] + tokens(9, seed=2))
    assert (longer.num_cached, longer.tier) == (128, "memory")
    start = shelf.budget.memory.find(shelf.cache.chain(tokens(200)[:128], shelf.reader.grid))
    assert start is not None
    assert start.layers[2][0].data_ptr() == whole.layers[2][0].data_ptr()


def test_a_family_without_a_window_goes_on_at_every_chunk(
    tmp_path: Path,
) -> None:
    tiny_qwen = GlobalDecoder.load(written(tmp_path, CONFIG))
    ids = tokens(200)
    shelf = Shelf(tiny_qwen, tmp_path / "one", block=1024)
    shelf.read(ids[:150])
    reused = shelf.read(ids)
    assert reused.num_cached == 128
    assert are_equal(Shelf(tiny_qwen, tmp_path / "two", block=1024).read(ids).prefix, reused.prefix)


def test_what_ends_the_reading_loses_one_block_at_most(model: Gemma3, tmp_path: Path) -> None:
    ids = tokens(300)
    shelf = Shelf(model, tmp_path, block=128)

    def stop(_: int) -> None:
        shelf.chunks.append(1)
        if len(shelf.chunks) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.reader.read(ids, ["a.txt"], "", stop)
    again = Shelf(model, tmp_path, block=128)
    resumed = again.read(ids)
    assert again.chunks == [256, 44]  # where it goes on is told first
    assert are_equal(resumed.prefix, Shelf(model, tmp_path / "cold", block=128).read(ids).prefix)


@FEW
@given(number=st.integers(0, 3), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_changed_byte_anywhere_is_found_and_read_anew(
    model: Gemma3, number: int, at: float, bit: int
) -> None:
    ids = tokens(220)
    with folder() as path:
        expected = Shelf(model, path).read(ids).prefix
        shelf = Shelf(model, path)
        file = shelf.files[number]
        content = bytearray(file.read_bytes())
        content[int(at * len(content))] ^= 1 << bit
        file.write_bytes(content)
        found = shelf.read(ids)
        assert found.num_cached < 220
        assert are_equal(found.prefix, expected)
        assert Shelf(model, path).read(ids).num_cached == 220  # mended


@FEW
@given(number=st.integers(0, 3), share=st.floats(0, 1, exclude_max=True))
def test_a_torn_file_is_found_and_read_anew(model: Gemma3, number: int, share: float) -> None:
    ids = tokens(220)
    with folder() as path:
        expected = Shelf(model, path).read(ids).prefix
        shelf = Shelf(model, path)
        content = shelf.files[number].read_bytes()
        shelf.files[number].write_bytes(content[: int(share * len(content))])
        assert are_equal(shelf.read(ids).prefix, expected)


def test_int8_is_the_same_cached_or_cold_and_takes_half(model: Gemma3, tmp_path: Path) -> None:
    ids = tokens(300)
    cold = Shelf(model, tmp_path / "int8", numbers="int8").read(ids).prefix
    small = Shelf(model, tmp_path / "int8", numbers="int8")
    assert small.read(ids).num_cached == 300
    assert are_equal(small.read(ids).prefix, cold)
    again = rounded(cold, NUMBERS["int8"])
    assert are_equal(again, cold)
    wide = Shelf(model, tmp_path / "bfloat16")
    wide.read(ids)
    sizes = [sum(file.stat().st_size for file in shelf.files) for shelf in (small, wide)]
    assert sizes[0] < 0.75 * sizes[1]


def test_owners_and_models_share_nothing(model: Gemma3, tmp_path: Path) -> None:
    shelf = Shelf(model, tmp_path, memory=1 << 30)
    shelf.read(tokens(100), "a")
    assert shelf.read(tokens(100), "b").num_cached == 0
    assert Shelf(model, tmp_path, fingerprint="other").read(tokens(100), "a").num_cached == 0
    assert Shelf(model, tmp_path, numbers="int8").read(tokens(100), "a").num_cached == 0


def test_what_can_not_fit_is_refused_and_nothing_is_read(model: Gemma3, tmp_path: Path) -> None:
    shelf = Shelf(model, tmp_path, memory=1 << 30)
    kept = shelf.read(tokens(100)).prefix
    with (
        pytest.raises(CapacityExceeded, match="reading 8,000,000,000 tokens at once needs"),
        shelf.reader.admitted(8_000_000_000),
    ):
        raise AssertionError
    again = shelf.read(tokens(100))
    assert (again.tier, are_equal(again.prefix, kept)) == ("memory", True)
