from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.attention import (
    banded_attention,
    branch_attention,
    causal_attention,
    packed_attention,
)


def plain(queries: Tensor, keys: Tensor, values: Tensor, scale: float, window: int) -> Tensor:
    num_queries, num_keys = queries.shape[1], keys.shape[1]
    group = queries.shape[0] // keys.shape[0]
    scores = queries @ keys.repeat_interleave(group, 0).mT * scale
    query = torch.arange(num_keys - num_queries, num_keys)[:, None]
    key = torch.arange(num_keys)[None, :]
    scores = scores.masked_fill((key > query) | (key <= query - window), -torch.inf)
    return scores.softmax(-1) @ values.repeat_interleave(group, 0)


def random_heads(num_queries: int, num_keys: int) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(num_queries + num_keys)
    return torch.randn(4, num_queries, 8), torch.randn(2, num_keys, 8), torch.randn(2, num_keys, 8)


LENGTHS = [(1, 1), (1, 700), (5, 5), (128, 128), (130, 131), (300, 811), (257, 1030)]


@pytest.mark.parametrize(("num_queries", "num_keys"), LENGTHS)
def test_causal_attention_is_plain_attention(num_queries: int, num_keys: int) -> None:
    heads = random_heads(num_queries, num_keys)
    torch.testing.assert_close(
        causal_attention(*heads, 0.3), plain(*heads, 0.3, num_keys), atol=2e-6, rtol=1e-5
    )


@pytest.mark.parametrize("window", [1, 16, 128, 512])
@pytest.mark.parametrize(("num_queries", "num_keys"), LENGTHS)
def test_banded_attention_is_plain_attention_in_a_window(
    num_queries: int, num_keys: int, window: int
) -> None:
    heads = random_heads(num_queries, num_keys)
    torch.testing.assert_close(
        banded_attention(*heads, 0.3, window), plain(*heads, 0.3, window), atol=2e-6, rtol=1e-5
    )


def test_causal_attention_has_the_gradient_of_plain_attention() -> None:
    mine = [head.requires_grad_() for head in random_heads(20, 50)]
    theirs = [head.detach().clone().requires_grad_() for head in mine]
    causal_attention(mine[0], mine[1], mine[2], 0.3).square().sum().backward()
    plain(theirs[0], theirs[1], theirs[2], 0.3, 50).square().sum().backward()
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("num_own", [3, 12])
def test_a_branch_attends_to_the_prefix_and_to_itself(num_own: int) -> None:
    queries, keys, values = random_heads(num_own, 37 + num_own)
    visible = torch.ones(num_own, num_own, dtype=torch.bool).tril()[None, None]
    out, weights = branch_attention(
        queries[None],
        (keys[:, :37], values[:, :37]),
        (keys[None, :, 37:], values[None, :, 37:]),
        (None, visible),
        0.3,
    )
    torch.testing.assert_close(out[0], plain(queries, keys, values, 0.3, 37 + num_own))
    assert weights.shape == (1, 4, num_own, 37)


def plain_packed(
    queries: Tensor, keys: Tensor, values: Tensor, visible: Tensor, window: int
) -> Tensor:
    num_prefix = keys.shape[1] - visible.shape[0]
    query, key = torch.arange(num_prefix)[:, None], torch.arange(keys.shape[1])[None, :]
    mask = torch.cat([(key <= query) & (key > query - window), visible])
    group = queries.shape[0] // keys.shape[0]
    scores = queries @ keys.repeat_interleave(group, 0).mT * 0.3
    weights = scores.masked_fill(~mask, -torch.inf).softmax(-1)
    return weights @ values.repeat_interleave(group, 0)


def packed_heads(num_prefix: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ten tokens of branches, that each see themselves and half of all else."""
    heads = random_heads(num_prefix + 10, num_prefix + 10)
    visible = torch.rand(10, num_prefix + 10) < 0.5
    return *heads, visible | torch.eye(num_prefix + 10, dtype=torch.bool)[num_prefix:]


@pytest.mark.parametrize("window", [None, 1, 16, 200])
@pytest.mark.parametrize("num_prefix", [1, 16, 17, 150, 300])
def test_packed_attention_is_plain_attention_under_a_mask(
    num_prefix: int, window: int | None
) -> None:
    queries, keys, values, visible = packed_heads(num_prefix)
    torch.testing.assert_close(
        packed_attention(queries, keys, values, 0.3, visible, window),
        plain_packed(queries, keys, values, visible, window or 1000),
        atol=2e-6,
        rtol=1e-5,
    )


@pytest.mark.parametrize("window", [None, 16])
def test_packed_attention_has_the_gradient_of_plain_attention(window: int | None) -> None:
    *heads, visible = packed_heads(50)
    mine = [head.requires_grad_() for head in heads]
    theirs = [head.detach().clone().requires_grad_() for head in heads]
    packed_attention(mine[0], mine[1], mine[2], 0.3, visible, window).square().sum().backward()
    plain_packed(theirs[0], theirs[1], theirs[2], visible, window or 1000).square().sum().backward()
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad, atol=1e-5, rtol=1e-4)
