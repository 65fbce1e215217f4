from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.int8_attention import banded_int8_attention, causal_int8_attention
from tests.engine.test_attention import plain

SCALE = 0.2


def heads(num_queries: int, num_keys: int, size: float = 1.0) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(num_queries + num_keys)
    return (
        size * torch.randn(4, num_queries, 32),
        size * torch.randn(2, num_keys, 32),
        torch.randn(2, num_keys, 32),
    )


def is_near(actual: Tensor, expected: Tensor) -> None:
    assert actual.shape == expected.shape
    assert float((actual - expected).norm() / expected.norm()) < 0.02
    assert float(F.cosine_similarity(actual, expected, dim=-1).min()) > 0.99


LENGTHS = [(64, 64), (128, 128), (130, 131), (300, 811), (257, 1030), (200, 2300), (1100, 1100)]


@pytest.mark.parametrize(("num_queries", "num_keys"), LENGTHS)
def test_causal_is_plain_attention_but_for_rounding(num_queries: int, num_keys: int) -> None:
    some = heads(num_queries, num_keys)
    is_near(causal_int8_attention(*some, SCALE), plain(*some, SCALE, num_keys))


@pytest.mark.parametrize("window", [16, 128, 512])
@pytest.mark.parametrize(("num_queries", "num_keys"), LENGTHS)
def test_banded_is_plain_attention_in_a_window_but_for_rounding(
    num_queries: int, num_keys: int, window: int
) -> None:
    some = heads(num_queries, num_keys)
    is_near(banded_int8_attention(*some, SCALE, window), plain(*some, SCALE, window))


@settings(max_examples=40, deadline=None)
@given(st.integers(64, 300), st.integers(0, 1300), st.integers(1, 200))
def test_any_lengths(num_queries: int, num_past: int, window: int) -> None:
    some = heads(num_queries, num_queries + num_past)
    is_near(causal_int8_attention(*some, SCALE), plain(*some, SCALE, num_queries + num_past))
    is_near(banded_int8_attention(*some, SCALE, window), plain(*some, SCALE, window))


@pytest.mark.parametrize("num_queries", [70, 200])
def test_scores_too_large_to_take_the_exponential_of_are_attended_to_all_the_same(
    num_queries: int,
) -> None:
    queries, keys, values = heads(num_queries, 300)
    queries[1] *= 400.0
    for number in (1, -1):  # a head whose scores overflow, and one that has none but tiny ones
        some = queries, number * keys.abs().clamp_min(0.5), values
        actual, expected = causal_int8_attention(*some, SCALE), plain(*some, SCALE, 300)
        assert bool(actual.isfinite().all())
        torch.testing.assert_close(actual[1], expected[1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("score", [-88.0, -87.2, -86.0, -70.0, 70.0, 83.0, 88.0])
def test_scores_near_the_ends_of_the_numbers_are_attended_to_all_the_same(score: float) -> None:
    """Two of them, 1 apart: shares of 27 and 73 %, of values of size 10."""
    keys = torch.zeros(1, 200, 32)
    keys[0, :, 0] = score - torch.arange(200) % 2
    queries, values = torch.zeros(1, 200, 32), 10.0 * torch.randn(1, 200, 32)
    queries[..., 0] = 1.0
    actual = causal_int8_attention(queries, keys, values, 1.0)
    expected = plain(queries, keys, values, 1.0, 200)
    assert float((actual - expected).abs().max()) < 0.02 * float(values.abs().max())


def test_few_queries_are_answered_exactly() -> None:
    some = heads(5, 400)
    torch.testing.assert_close(
        causal_int8_attention(*some, SCALE), plain(*some, SCALE, 400), atol=1e-5, rtol=1e-5
    )
