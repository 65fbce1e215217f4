from __future__ import annotations

import pytest
import torch

from engine.gemma3 import Gemma3
from engine.rotary import rotated, rotation


def ids(num_tokens: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(3, 60, (num_tokens,), generator=generator)


@pytest.mark.parametrize("num_tokens", [1, 7, 16, 50])
def test_turned_by_their_positions_they_are_the_keys_of_the_dense_forward(
    tiny_model: Gemma3, num_tokens: int
) -> None:
    tokens, config = ids(num_tokens), tiny_model.config
    layer = tiny_model.first_global
    assert layer == 2
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens)

    keys = tiny_model.look(tokens[None])[1][0]
    turn = rotation(torch.arange(num_tokens), config.head_dim, config.global_rope_base)

    assert torch.allclose(rotated(keys, turn), prefix.layers[layer][0], atol=1e-5)


def test_texts_of_a_batch_do_not_see_each_other_or_the_padding(tiny_model: Gemma3) -> None:
    short, long = ids(9, seed=1), ids(40, seed=2)
    padded = torch.zeros(2, 40, dtype=torch.long)
    padded[0, :9], padded[1] = short, long

    queries, keys = tiny_model.look(padded)

    alone = tiny_model.look(short[None])
    assert torch.allclose(queries[0, :, :9], alone[0][0], atol=1e-5)
    assert torch.allclose(keys[0, :, :9], alone[1][0], atol=1e-5)
    assert torch.allclose(keys[1], tiny_model.look(long[None])[1][0], atol=1e-5)
