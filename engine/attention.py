"""How do queries attend to keys without a dense mask of all against all?

Shapes: queries [num_heads, num_queries, head_dim], keys and values
[num_kv_heads, num_keys, head_dim]. The queries are the last ones of the keys' positions:
query i stands at key num_keys - num_queries + i. All functions are differentiable.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

_TILE = 128
_FEW_ROWS = 16
_SMALL_TILE = 64  # 32 to 128 are as fast, 256 is slower


def causal_attention(queries: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
    """Each query attends to every key up to its own position; [num_heads, num_queries, head_dim].

    The keys before the first query need no mask: they are attended to on their own and merged
    with the triangle by their log-sum-exp, so memory stays linear in the number of keys.
    """
    num_past = keys.shape[1] - queries.shape[1]
    if torch.is_grad_enabled() and queries.requires_grad:
        return _masked(queries, keys, values, scale)
    here, here_lse = _flash(queries, keys[:, num_past:], values[:, num_past:], scale, True)
    if num_past == 0:
        return here
    past, past_lse = _flash(queries, keys[:, :num_past], values[:, :num_past], scale, False)
    weight = torch.sigmoid(past_lse - here_lse)[..., None]
    return torch.lerp(here, past, weight)


def banded_attention(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, window: int
) -> Tensor:
    """Each query attends to the last `window` keys up to its own; shaped as the queries.

    Queries go in tiles, each against its window and its own keys, so that work and memory are
    linear. Only the last window - 1 keys before the first query are looked at.
    """
    if queries.is_cuda or torch.is_grad_enabled():
        return _tiles_together(queries, keys, values, scale, window)
    return _tile_by_tile(queries, keys, values, scale, window)


def _tile_by_tile(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, window: int
) -> Tensor:
    """One product for all heads of a tile, whose scores stay in the processor's cache."""
    num_heads, num_queries, head_dim = queries.shape
    num_kv_heads, num_past = keys.shape[0], keys.shape[1] - num_queries
    group = num_heads // num_kv_heads
    band = _band_bias(group, window, queries.device)
    rows = queries.unflatten(0, (-1, group)).transpose(1, 2)  # [kv, num_queries, group, head_dim]
    out = queries.new_empty(num_queries, num_kv_heads, group, head_dim)
    for start in range(0, num_queries, _SMALL_TILE):
        stop = min(start + _SMALL_TILE, num_queries)
        unseen = max(0, window - 1 - num_past - start)  # keys of the band before the first
        first, last = num_past + start + 1 - window + unseen, num_past + stop
        bias = band[: (stop - start) * group, unseen : unseen + last - first]
        for head in range(num_kv_heads):
            tile = rows[head, start:stop].reshape(-1, head_dim)  # [tile * group, head_dim]
            scores = torch.addmm(bias, tile, keys[head, first:last].t(), alpha=scale)
            weighed = torch.mm(scores.softmax(dim=-1), values[head, first:last])
            out[start:stop, head] = weighed.view(stop - start, group, head_dim)
    return out.flatten(1, 2).transpose(0, 1)


def _tiles_together(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, window: int
) -> Tensor:
    """The same in one call, which can be differentiated."""
    num_heads, num_queries, head_dim = queries.shape
    num_kv_heads = keys.shape[0]
    num_past = keys.shape[1] - num_queries
    num_tiles = math.ceil(num_queries / _TILE)
    right = num_tiles * _TILE - num_queries
    keys = F.pad(keys[:, max(0, num_past - window) :], (0, 0, max(0, window - num_past), right))
    values = F.pad(values[:, max(0, num_past - window) :], (0, 0, max(0, window - num_past), right))
    tiles = F.pad(queries, (0, 0, 0, right)).reshape(
        num_kv_heads, num_heads // num_kv_heads, num_tiles, _TILE, head_dim
    )
    out = F.scaled_dot_product_attention(
        tiles.permute(2, 0, 1, 3, 4).flatten(2, 3),  # [num_tiles, num_kv_heads, group * tile, d]
        keys.unfold(1, window + _TILE, _TILE).permute(1, 0, 3, 2),
        values.unfold(1, window + _TILE, _TILE).permute(1, 0, 3, 2),
        attn_mask=_band_mask(
            num_tiles, num_heads // num_kv_heads, window, num_past, queries.device
        ),
        scale=scale,
    )
    heads: Tensor = out.unflatten(2, (-1, _TILE)).permute(1, 2, 0, 3, 4)
    return heads.reshape(num_heads, num_tiles * _TILE, head_dim)[:, :num_queries]


def branch_attention(
    queries: Tensor,
    prefix: tuple[Tensor, Tensor],
    own: tuple[Tensor, Tensor],
    visible: tuple[Tensor | None, Tensor],
    scale: float,
) -> tuple[Tensor, Tensor]:
    """Queries of several branches attend to one shared prefix and each to its own keys.

    queries [num_branches, num_heads, num_queries, head_dim]; prefix keys and values
    [num_kv_heads, num_prefix, head_dim]; own keys and values
    [num_branches, num_kv_heads, num_own, head_dim]; visible masks broadcast to
    [num_branches, 1, num_queries, num_prefix] and [num_branches, 1, num_queries, num_own].
    Returns the outputs, shaped as the queries, and the weights on the prefix
    [num_branches, num_heads, num_queries, num_prefix].
    """
    num_branches, num_heads, num_queries, head_dim = queries.shape
    num_kv_heads, num_prefix, _ = prefix[0].shape
    rows = queries.reshape(num_branches, num_kv_heads, -1, head_dim) * scale  # [b, kv, rows, d]
    far = _scores(_side_by_side(rows), prefix[0])  # [kv, b * rows, num_prefix]
    near = torch.matmul(rows, own[0].mT)  # [b, kv, rows, num_own]
    far = _apart(far, num_branches).reshape(num_branches, num_heads, num_queries, -1)
    near = near.reshape(num_branches, num_heads, num_queries, -1)
    if visible[0] is not None:
        far = far.masked_fill(~visible[0], -math.inf)
    near = near.masked_fill(~visible[1], -math.inf)
    weights = torch.cat([far, near], dim=-1).softmax(dim=-1)
    by_rows = weights.view(num_branches, num_kv_heads, -1, weights.shape[-1])
    of_prefix = torch.matmul(_side_by_side(by_rows[..., :num_prefix]), prefix[1])
    of_own = torch.matmul(by_rows[..., num_prefix:], own[1])
    out: Tensor = _apart(of_prefix, num_branches) + of_own
    return out.reshape(queries.shape), weights[..., :num_prefix]


def _scores(rows: Tensor, keys: Tensor) -> Tensor:
    """rows by keys. A few rows wait for the keys, which are read faster as what is multiplied."""
    if rows.is_cuda or rows.shape[1] > _FEW_ROWS:
        return torch.matmul(rows, keys.mT)
    return torch.matmul(keys, rows.mT).mT


def _side_by_side(rows: Tensor) -> Tensor:
    """Those of all branches, as one matrix by key head: [num_kv_heads, num_branches * rows, d]."""
    return rows.transpose(0, 1).flatten(1, 2)


def _apart(rows: Tensor, num_branches: int) -> Tensor:
    apart: Tensor = rows.unflatten(1, (num_branches, -1))
    return apart.transpose(0, 1)


def packed_attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    scale: float,
    visible: Tensor,
    window: int | None,
) -> Tensor:
    """A prefix attends to itself, causally (within a window where there is one), and the
    branches behind it to the keys that `visible` [num_branch_tokens, num_keys] says.

    Queries, keys and values are of prefix and branches together; the outputs are, too.
    """
    num_prefix = keys.shape[1] - visible.shape[0]
    before = queries[:, :num_prefix], keys[:, :num_prefix], values[:, :num_prefix]
    group = queries.shape[0] // keys.shape[0]
    if window is None or num_prefix <= window:
        there = F.scaled_dot_product_attention(
            before[0][None],
            _wide(before[1], group),
            _wide(before[2], group),
            is_causal=True,
            scale=scale,
        )[0]
    else:
        there = banded_attention(*before, scale, window)
    here = F.scaled_dot_product_attention(
        queries[None, :, num_prefix:],
        _wide(keys, group),
        _wide(values, group),
        attn_mask=visible,
        scale=scale,
    )[0]
    return torch.cat([there, here], dim=1)


def _flash(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, is_causal: bool
) -> tuple[Tensor, Tensor]:
    """Output and log-sum-exp. Only the operator beneath the public one gives the latter."""
    group = queries.shape[0] // keys.shape[0]
    if queries.is_cuda:
        return _flash_on_cuda(queries, keys, values, scale, is_causal)
    operator: Any = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    out, log_sum_exp = operator(
        queries[None],
        keys.repeat_interleave(group, dim=0)[None]
        if group > 1 and is_causal
        else _wide(keys, group),
        values.repeat_interleave(group, dim=0)[None]
        if group > 1 and is_causal
        else _wide(values, group),
        0.0,
        is_causal,
        scale=scale,
    )
    return out[0], log_sum_exp[0]


def _flash_on_cuda(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, is_causal: bool
) -> tuple[Tensor, Tensor]:
    """In bfloat16, as the tensor cores take it; the log-sum-exp stays float32."""
    group = queries.shape[0] // keys.shape[0]
    operator: Any = torch.ops.aten._scaled_dot_product_flash_attention
    heads = (queries[None], _wide(keys, group), _wide(values, group))
    out, log_sum_exp, *_ = operator(
        *(head.bfloat16() for head in heads), 0.0, is_causal, False, scale=scale
    )
    return out[0].float(), log_sum_exp[0]


def _wide(keys: Tensor, group: int) -> Tensor:
    """Each key head seen by its group of query heads, without a copy; [1, heads, keys, dim]."""
    return keys[:, None].expand(-1, group, -1, -1).flatten(0, 1)[None]


def _masked(queries: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
    num_queries, num_keys = queries.shape[1], keys.shape[1]
    mask = torch.ones(num_queries, num_keys, dtype=torch.bool, device=queries.device)
    group = queries.shape[0] // keys.shape[0]
    return F.scaled_dot_product_attention(
        queries[None],
        _wide(keys, group),
        _wide(values, group),
        attn_mask=mask.tril(num_keys - num_queries),
        scale=scale,
    )[0]


@functools.lru_cache(maxsize=8)
def _band_bias(group: int, window: int, device: torch.device) -> Tensor:
    """Row r * group + g of a tile sees keys r to r + window - 1; [tile * group, tile + window]."""
    row = torch.arange(_SMALL_TILE, device=device)[:, None]
    key = torch.arange(window - 1 + _SMALL_TILE, device=device)[None, :]
    hidden = (key < row) | (key >= row + window)
    bias = torch.zeros(hidden.shape, device=device).masked_fill_(hidden, -math.inf)
    return bias.repeat_interleave(group, 0)


@functools.lru_cache(maxsize=8)
def _band(group: int, window: int, device: torch.device) -> Tensor:
    """Row r of a tile, at key window + r of its keys, sees keys r + 1 to window + r."""
    row = torch.arange(_TILE, device=device)[:, None]
    key = torch.arange(window + _TILE, device=device)[None, :]
    return ((key > row) & (key <= row + window)).repeat(group, 1)  # [group * tile, window + tile]


def _band_mask(
    num_tiles: int, group: int, window: int, num_past: int, device: torch.device
) -> Tensor:
    """[num_tiles or 1, 1, group * tile, window + tile]; keys before the first one are hidden."""
    band = _band(group, window, device)
    num_missing = window - num_past
    if num_missing <= 0:
        return band[None, None]
    first_key = torch.arange(num_tiles, device=device)[:, None] * _TILE
    exists = first_key + torch.arange(window + _TILE, device=device)[None, :] >= num_missing
    return band[None, None] & exists[:, None, None, :]
