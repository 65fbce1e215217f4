from __future__ import annotations

import torch
from torch import Tensor

from engine.decoder_model import Prefix
from engine.gemma3 import Gemma3


def tokens(num_tokens: int, seed: int) -> Tensor:
    return torch.randint(4, 300, (num_tokens,), generator=torch.Generator().manual_seed(seed))


def address_of(prefix: Prefix) -> int:
    return prefix.layers[2][0].data_ptr()  # of the first global layer of the tiny model


@torch.no_grad()
def test_reading_on_does_not_copy_what_was_read(tiny_model: Gemma3) -> None:
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(100, 0))
    prefix, _ = tiny_model.read(prefix, tokens(10, 1))
    begin = address_of(prefix)
    for seed in range(4):
        prefix, _ = tiny_model.read(prefix, tokens(10, seed))
    assert address_of(prefix) == begin
    assert prefix.layers[2][0].shape[1] == 150


@torch.no_grad()
def test_an_older_prefix_is_as_it_was_and_can_be_read_on(tiny_model: Gemma3) -> None:
    first, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(60, 0))
    first, _ = tiny_model.read(first, tokens(10, 1))
    before = [(keys.clone(), values.clone()) for keys, values in first.layers]
    one, hidden = tiny_model.read(first, tokens(5, 2))
    other, _ = tiny_model.read(first, tokens(5, 3))
    for layer, kept in zip(first.layers, before, strict=True):
        assert torch.equal(layer[0], kept[0])
        assert torch.equal(layer[1], kept[1])
    again, hidden_again = tiny_model.read(first, tokens(5, 2))
    torch.testing.assert_close(hidden_again, hidden, atol=1e-5, rtol=1e-5)
    assert not torch.equal(one.layers[2][0], other.layers[2][0])
    torch.testing.assert_close(one.layers[2][0], again.layers[2][0], atol=1e-5, rtol=1e-5)


def test_what_inference_mode_has_made_is_read_on_outside_of_it(tiny_model: Gemma3) -> None:
    with torch.inference_mode():
        prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(60, 0))
        prefix, _ = tiny_model.read(prefix, tokens(4, 1))
    with torch.no_grad():
        longer, _ = tiny_model.read(prefix, tokens(4, 2))
    assert longer.num_tokens == 68


def test_with_gradients_nothing_is_written_in_place(tiny_model: Gemma3) -> None:
    hidden = tiny_model.embed(tokens(20, 0)).requires_grad_()
    prefix, out = tiny_model.read_from(tiny_model.empty_prefix(), hidden, 0)
    _, more = tiny_model.read(prefix, tokens(20, 1))
    (out.sum() + more.sum()).backward()
    assert prefix.growing is None
    assert bool(hidden.grad.isfinite().all()) if hidden.grad is not None else False


@torch.no_grad()
def test_sliding_layers_hold_their_window_alone(tiny_model: Gemma3) -> None:
    prefix, _ = tiny_model.read(tiny_model.empty_prefix(), tokens(100, 0))
    keys = prefix.layers[0][0]
    assert keys.shape[1] == 15
    assert keys.untyped_storage().nbytes() == keys.nbytes
