from __future__ import annotations

import torch

from engine.decoder_model import Prefix
from engine.prefix_chain import Chain, Grid
from engine.prefix_memory import Checkpoint, PrefixMemory

GRID = Grid(10, 10)


def prefix_of(num_tokens: int) -> Prefix:
    """A layer that sees everything and one that slides, 16 bytes a token and 4 tokens of state."""
    whole, state = torch.zeros(1, num_tokens, 2), torch.zeros(1, 4, 2)
    return Prefix(num_tokens, ((whole, whole.clone()), (state, state.clone())))


def chain_of(num_tokens: int, first: int = 0, owner: str = "") -> Chain:
    return Chain.of([first] * num_tokens, GRID, "m", owner)


def test_the_longest_start_is_found() -> None:
    memory = PrefixMemory(lambda: 10_000)
    memory.put(chain_of(10), prefix_of(10), ["a"])
    memory.put(chain_of(20), prefix_of(20), ["a"])
    found = memory.take(chain_of(35))
    assert found is not None
    assert found.num_tokens == 20
    assert memory.take(chain_of(35, first=1)) is None


def test_what_several_share_is_counted_once_until_the_last_goes() -> None:
    memory = PrefixMemory(lambda: 10_000)
    whole = prefix_of(20)
    start = Checkpoint.of(prefix_of(10)).start_of(whole)
    memory.put(chain_of(10), start, ["a"])
    memory.put(chain_of(20), whole, ["a"])
    assert memory.num_bytes == 20 * 16 + 64 + 64
    memory.drop([chain_of(20).keys[-1]])
    assert memory.num_bytes == 20 * 16 + 64
    memory.drop([chain_of(10).keys[-1]])
    assert memory.num_bytes == 0


def test_the_least_recently_used_goes_first_and_the_bound_holds() -> None:
    memory = PrefixMemory(lambda: 500)
    for first in (1, 2):
        memory.put(chain_of(10, first), prefix_of(10), ["a"])  # 224 bytes each
    memory.take(chain_of(10, 1))
    memory.put(chain_of(10, 3), prefix_of(10), ["a"])
    assert memory.num_bytes <= 500
    there = [memory.find(chain_of(10, first)) is not None for first in (1, 2, 3)]
    assert there == [True, False, True]


def test_what_is_larger_than_the_room_is_not_kept_and_drops_nothing() -> None:
    memory = PrefixMemory(lambda: 500)
    memory.put(chain_of(10), prefix_of(10), ["a"])
    memory.put(chain_of(50, 1), prefix_of(50), ["a"])
    assert len(memory) == 1


def test_a_document_of_one_owner_is_forgotten() -> None:
    memory = PrefixMemory(lambda: 10_000)
    for owner in ("x", "y"):
        memory.put(chain_of(10, owner=owner), prefix_of(10), ["a", "b"])
    memory.forget("x", ["b"])
    assert memory.find(chain_of(10, owner="x")) is None
    assert memory.find(chain_of(10, owner="y")) is not None
