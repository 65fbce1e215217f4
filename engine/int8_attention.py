"""How do many queries attend where the weights are in eight bits, too?

Scores are sums of products in eight bits, each query and each key with a scale of its own, as in
SageAttention (Zhang et al. 2024, arXiv 2410.02367); their exponentials and the values are
multiplied in bfloat16 where the processor does that itself. Shapes are those of
`engine.attention`. On a CPU alone, and not differentiable.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.attention import banded_attention, causal_attention
from engine.int8_weights import quantised, rounded
from engine.products import has_bfloat16_products

_FEW_QUERIES = 64  # are answered sooner than all keys are rounded for them
_TILE, _BLOCK = 128, 1024  # queries and keys whose scores stay in the processor's cache
_BAND_TILE = 64
_LEAST, _MOST = 1e-30, 1e30  # sums of exponentials: neither they nor what they weigh is near an end


def causal_int8_attention(queries: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
    """Each query attends to every key up to its own position; [num_heads, num_queries, head_dim].

    Exponentials are taken as they are, with no largest score taken away before: one pass less
    over the scores. Tiles whose sums come near an end of the numbers are done again in float32.
    """
    if not _is_fit(queries):
        return causal_attention(queries, keys, values, scale)
    num_queries, num_past = queries.shape[1], keys.shape[1] - queries.shape[1]
    heads = _Heads.of(queries, keys, values, scale)
    out = heads.room(num_queries)
    place = _Place.of(heads.group * _TILE, _BLOCK)
    for head in range(len(keys)):
        own = slice(head * heads.group, (head + 1) * heads.group)
        for start in range(0, num_queries, _TILE):
            stop = min(start + _TILE, num_queries)
            tile = _attended(heads, head, (start, stop), num_past, place)
            if tile is None:
                seen = slice(head, head + 1), slice(0, num_past + stop)
                rows = queries[own, start:stop]
                tile = causal_attention(rows, keys[seen], values[seen], scale).transpose(0, 1)
            out[start:stop, head] = tile.reshape(stop - start, heads.group, -1)
    return out.flatten(1, 2).transpose(0, 1)


def banded_int8_attention(
    queries: Tensor, keys: Tensor, values: Tensor, scale: float, window: int
) -> Tensor:
    """Each query attends to the last `window` keys up to its own; shaped as the queries."""
    if not _is_fit(queries):
        return banded_attention(queries, keys, values, scale, window)
    num_queries = queries.shape[1]
    far = max(0, keys.shape[1] - num_queries - window + 1)
    keys, values = keys[:, far:], values[:, far:]
    num_past = keys.shape[1] - num_queries
    heads = _Heads.of(queries, keys, values, scale)
    out = heads.room(num_queries)
    place = _Place.of(heads.group * _BAND_TILE, window - 1 + _BAND_TILE)
    band = _band(heads.group, window)
    for start in range(0, num_queries, _BAND_TILE):
        stop = min(start + _BAND_TILE, num_queries)
        unseen = max(0, window - 1 - num_past - start)  # keys of the band before the first
        first, last = num_past + start + 1 - window + unseen, num_past + stop
        for head in range(len(keys)):
            scores = heads.scores(head, (start, stop), (first, last), place)
            scores.add_(band[: len(scores), unseen : unseen + last - first])
            weighed = heads.weighed(head, scores.softmax(dim=-1), (first, last))
            out[start:stop, head] = weighed.view(stop - start, heads.group, -1)
    return out.flatten(1, 2).transpose(0, 1)


def _attended(
    heads: _Heads, head: int, queries: tuple[int, int], num_past: int, place: _Place
) -> Tensor | None:
    """[num_queries * group, head_dim]; None where exponentials were too large or all too small."""
    first_own, stop = num_past + queries[0], num_past + queries[1]
    hidden = _triangle(heads.group)
    total = weighed = torch.zeros(())
    for first in range(0, stop, _BLOCK):
        last = min(first + _BLOCK, stop)
        shares = heads.scores(head, queries, (first, last), place).exp_()
        if last > first_own:
            begin, corner = max(0, first_own - first), max(0, first - first_own)
            width = last - first - begin
            shares[:, begin:].mul_(hidden[: len(shares), corner : corner + width])
        total = total + shares.sum(dim=1, keepdim=True)
        weighed = weighed + heads.weighed(head, shares, (first, last))
    is_sound = (total > _LEAST) & (total < _MOST)
    return weighed / total if bool(is_sound.all()) else None


@dataclass(frozen=True, slots=True)
class _Heads:
    """Queries [num_kv_heads, num_queries, group, head_dim] and keys in eight bits, their scales
    (those of the queries with the scale of the scores), and the values as they are multiplied."""

    queries: Tensor
    query_scales: Tensor  # [num_kv_heads, num_queries, group, 1]
    keys: tuple[Tensor, ...]  # of each head [num_keys, head_dim]
    key_scales: tuple[Tensor, ...]  # of each head [num_keys]
    values: Tensor

    @classmethod
    def of(cls, queries: Tensor, keys: Tensor, values: Tensor, scale: float) -> _Heads:
        rows, row_scales = rounded(queries.unflatten(0, (len(keys), -1)).transpose(1, 2))
        whole, scales = zip(*map(quantised, keys), strict=True)
        multiplied = values.bfloat16() if has_bfloat16_products() else values
        return cls(rows, row_scales * scale, whole, scales, multiplied)

    @property
    def group(self) -> int:
        return self.queries.shape[2]

    def room(self, num_queries: int) -> Tensor:
        """For what comes out: [num_queries, num_kv_heads, group, head_dim]."""
        num_kv_heads, _, group, head_dim = self.queries.shape
        return torch.empty(num_queries, num_kv_heads, group, head_dim)

    def scores(
        self, head: int, queries: tuple[int, int], keys: tuple[int, int], place: _Place
    ) -> Tensor:
        """[num_queries * group, num_keys] of some queries and keys, in the place."""
        rows = self.queries[head, slice(*queries)].flatten(0, 1)
        row_scales = self.query_scales[head, slice(*queries)].flatten(0, 1)
        sums, scores = place.cut(len(rows), keys[1] - keys[0])
        torch._int_mm(rows, self.keys[head][slice(*keys)].t(), out=sums)
        torch.mul(sums, self.key_scales[head][slice(*keys)], out=scores)
        return scores.mul_(row_scales)

    def weighed(self, head: int, shares: Tensor, keys: tuple[int, int]) -> Tensor:
        values = self.values[head, slice(*keys)]
        return torch.mm(shares.to(values.dtype), values).float()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where scores are made, again and again: what is new is not in the cache."""

    sums: Tensor
    scores: Tensor

    @classmethod
    def of(cls, num_rows: int, num_keys: int) -> _Place:
        size = num_rows * num_keys
        return cls(torch.empty(size, dtype=torch.int32), torch.empty(size))

    def cut(self, num_rows: int, num_keys: int) -> tuple[Tensor, Tensor]:
        size = num_rows * num_keys
        return self.sums[:size].view(num_rows, -1), self.scores[:size].view(num_rows, -1)


def _is_fit(queries: Tensor) -> bool:
    return queries.is_cpu and queries.shape[1] >= _FEW_QUERIES


@functools.lru_cache(maxsize=8)
def _triangle(group: int) -> Tensor:
    """Row r * group + g sees keys up to r of its tile; [tile * group, tile], 0 or 1."""
    return torch.ones(_TILE, _TILE).tril().repeat_interleave(group, 0)


@functools.lru_cache(maxsize=8)
def _band(group: int, window: int) -> Tensor:
    """Row r * group + g of a tile sees keys r to r + window - 1; [tile * group, tile + window]."""
    row = torch.arange(_BAND_TILE)[:, None]
    key = torch.arange(window - 1 + _BAND_TILE)[None, :]
    hidden = (key < row) | (key >= row + window)
    bias = torch.zeros(hidden.shape).masked_fill_(hidden, -math.inf)
    return bias.repeat_interleave(group, 0)
