from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from engine import products
from engine.decoder_model import Projection
from engine.gemma3 import Gemma3
from engine.weight_numbers import pack, with_weights

KINDS = (torch.float32, torch.bfloat16)
needs_products = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="this torch has no products of packed weights"
)


def random(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


@needs_products
@given(st.integers(1, 70), st.sampled_from([8, 48, 2048]), st.sampled_from([8, 24, 640]))
def test_a_row_does_not_depend_on_those_beside_it(num_rows: int, num_in: int, num_out: int) -> None:
    x, weight = random(num_rows, num_in), products.packed(random(num_out, num_in))
    assert weight.is_mkldnn
    whole = products.linear(x, weight)
    for start, stop in ((0, 1), (num_rows // 2, num_rows)):
        assert torch.equal(products.linear(x[start:stop], weight), whole[start:stop])


@pytest.mark.parametrize("shape", [(5,), (1, 1), (3, 1), (2, 3, 4), (0,)])
def test_any_shape_of_rows_is_mapped_as_by_the_plain_product(shape: tuple[int, ...]) -> None:
    x, weight = random(*shape, 640), random(96, 640)
    out = products.linear(x, products.packed(weight))
    torch.testing.assert_close(out, F.linear(x, weight), atol=1e-4, rtol=1e-5)


def test_rows_that_lie_apart_in_memory_are_mapped_as_those_that_do_not() -> None:
    x, weight = random(9, 128), products.packed(random(24, 64))
    apart, together = x[:, ::2], x[:, ::2].contiguous()
    assert torch.equal(products.linear(apart, weight), products.linear(together, weight))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_come_back_as_they_were(kind: torch.dtype) -> None:
    weight = random(96, 640).to(kind)
    packed = products.packed(weight)
    assert packed.shape == weight.shape
    assert torch.equal(products.plain(packed), weight)
    assert products.packed(packed) is packed
    assert packed.nbytes == weight.nbytes


def test_weights_in_eight_bits_are_left_as_they_are() -> None:
    weight = torch.ones(4, 4, dtype=torch.int8)
    assert products.packed(weight) is weight


@pytest.mark.parametrize("learns", [False, True])
def test_rows_of_fewer_bits_are_widened_a_piece_at_a_time(learns: bool) -> None:
    x, weight = random(2, 3, 2048), random(4096, 2048).bfloat16()  # more than one piece
    with torch.set_grad_enabled(learns):
        out = products.in_float32(x, weight)
    torch.testing.assert_close(out, F.linear(x, weight.float()), atol=1e-4, rtol=1e-5)


def test_what_goes_in_may_be_learnt_through_products() -> None:
    weight = random(24, 64)
    gradients = []
    for one in (weight, products.packed(weight)):
        x = random(5, 64).requires_grad_()
        products.linear(x, one).square().sum().backward()
        gradients.append(x.grad)
    torch.testing.assert_close(*gradients)


def test_a_packed_map_keeps_its_addition_and_can_be_put_in_eight_bits() -> None:
    plain, packed = (
        Projection(random(16, 32), random(2, 32), random(16, 2), 0.5) for _ in range(2)
    )
    packed.pack()
    x = random(4, 32)
    torch.testing.assert_close(packed(x), plain(x), atol=1e-5, rtol=1e-5)
    assert torch.equal(packed.with_weights("int8")(x), plain.with_weights("int8")(x))
    assert torch.equal(packed.to("cpu").weight, plain.weight)


@needs_products
def test_a_packed_model_reads_as_before(tiny_model: Gemma3) -> None:
    token_ids = torch.arange(3, 40)
    before = tiny_model.read(tiny_model.empty_prefix(), token_ids)[1]
    with torch.inference_mode():
        model = pack(with_weights(tiny_model, "bfloat16"))
        assert isinstance(model, Gemma3)
        for layer in model.exact_layers:
            assert layer.qkv.weight.is_mkldnn
    assert tiny_model.layers[0].down.weight.is_mkldnn  # an exact layer of both: in place
    after = tiny_model.read(tiny_model.empty_prefix(), token_ids)[1]
    torch.testing.assert_close(after, before, atol=1e-5, rtol=1e-5)
