from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.prefix_chain import Chain, Grid

IDS = st.lists(st.integers(0, 9), max_size=30)


@given(one=IDS, other=IDS, block=st.integers(1, 9))
def test_two_prompts_have_the_keys_of_their_common_whole_blocks_in_common(
    one: list[int], other: list[int], block: int
) -> None:
    grid = Grid(block, 1)
    chains = [Chain.of(ids, grid, "m") for ids in (one, other)]
    same = [a == b for a, b in zip(*(chain.keys for chain in chains), strict=False)]
    for (mine, stop), is_same in zip(
        zip(chains[0].keys, chains[0].stops, strict=True), same, strict=False
    ):
        assert is_same == (one[:stop] == other[: chains[1].stops[chains[0].keys.index(mine)]])


@given(num_tokens=st.integers(0, 200), block=st.integers(1, 50), chunk=st.integers(1, 50))
def test_chunks_go_from_block_to_block_without_a_gap(
    num_tokens: int, block: int, chunk: int
) -> None:
    grid = Grid(block, chunk)
    chunks = list(grid.chunks(0, num_tokens))
    assert [start for start, _ in chunks] == [0, *(stop for _, stop in chunks)][: len(chunks)]
    assert set(grid.stops(num_tokens)) <= {stop for _, stop in chunks}
    for stop in grid.stops(num_tokens):
        assert list(grid.chunks(stop, num_tokens)) == [one for one in chunks if one[0] >= stop]


def test_another_model_owner_or_grid_has_other_keys() -> None:
    roots = [
        Chain.of([1, 2], Grid(4, 2), "m"),
        Chain.of([1, 2], Grid(4, 2), "n"),
        Chain.of([1, 2], Grid(4, 2), "m", "owner"),
        Chain.of([1, 2], Grid(4, 1), "m"),
        Chain.of([1, 2], Grid(8, 2), "m"),
    ]
    assert len({chain.keys for chain in roots}) == 5


def test_nothing_has_no_key() -> None:
    assert Chain.of([], Grid(4, 2), "m").keys == ()
