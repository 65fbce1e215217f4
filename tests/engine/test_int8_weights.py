from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.decoder_model import Projection, Weights
from engine.int8_weights import int8_linear, quantised


def random(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def of_steps(num_rows: int, num_columns: int) -> torch.Tensor:
    """Numbers that eight bits hold exactly, each row with a scale of its own."""
    generator = torch.Generator().manual_seed(num_rows + num_columns)
    whole = torch.randint(-127, 128, (num_rows, num_columns), generator=generator).double()
    whole[:, 0] = 127
    return whole * 2.0 ** torch.randint(-9, 9, (num_rows, 1), generator=generator)


@given(st.integers(1, 40), st.sampled_from([8, 48, 640]), st.sampled_from([8, 24, 96]))
def test_what_eight_bits_hold_is_mapped_as_by_a_plain_product(
    num_rows: int, num_in: int, num_out: int
) -> None:
    x, weight = of_steps(num_rows, num_in), of_steps(num_out, num_in)
    actual = int8_linear(x.float(), *quantised(weight.float()))
    torch.testing.assert_close(actual.double(), x @ weight.T, atol=0.0, rtol=1e-5)


def test_what_is_rounded_is_within_two_hundredths_of_the_plain_product() -> None:
    x, weight = random(50, 640), random(96, 640)
    error = int8_linear(x, *quantised(weight)) - x @ weight.T
    assert float(error.norm() / (x @ weight.T).norm()) < 0.02


def test_weights_come_back_within_half_a_step() -> None:
    weight = random(300, 64)
    whole, scales = quantised(weight)
    assert whole.dtype is torch.int8
    assert bool(((whole * scales[:, None] - weight).abs() <= scales[:, None] * 0.5001).all())


def test_a_token_does_not_depend_on_those_beside_it() -> None:
    x, weights = random(33, 64), quantised(random(24, 64))
    apart = torch.cat([int8_linear(row[None], *weights) for row in x])
    assert torch.equal(int8_linear(x, *weights), apart)


def test_rows_of_nothing_give_nothing() -> None:
    out = int8_linear(torch.zeros(2, 3, 8), *quantised(torch.zeros(16, 8)))
    assert torch.equal(out, torch.zeros(2, 3, 16))


def test_a_projection_in_other_numbers_gives_float32_and_keeps_its_addition() -> None:
    plain = Projection(random(16, 32), random(2, 32), random(16, 2), 0.5)
    x = random(4, 32)
    kinds: list[tuple[Weights, float]] = [("float32", 0.0), ("bfloat16", 0.2), ("int8", 0.3)]
    for kind, tolerance in kinds:
        out = plain.with_weights(kind)(x)
        assert out.dtype is torch.float32
        torch.testing.assert_close(out, plain(x), atol=tolerance, rtol=0.02)


@pytest.mark.parametrize("kind", ["bfloat16", "int8"])
def test_a_projection_in_other_numbers_is_smaller(kind: Weights) -> None:
    plain = Projection(random(16, 32))
    other = plain.with_weights(kind)
    assert other.weight.nbytes == plain.weight.nbytes // {"bfloat16": 2, "int8": 4}[kind]
