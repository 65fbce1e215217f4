"""How does a processor multiply fast by the same weights, again and again?

By oneDNN, where the weights lie in blocks of the size that it works on: faster in float32 than the
plain product, of few rows and of many (docs/decisions/0030). And in float32 what comes out of one
row of the input does not depend on how many rows come with it, as it does in the plain product: a
text goes through the maps whole, in chunks and in a batch with the same numbers.

Packed weights are opaque: `plain` gives them back. They are not to be learnt or written into.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_BATCH_ROWS = 512  # for which the blocks are laid out; other numbers of rows take them as well
_WIDENED = 4096 * 640  # numbers at a time


def packed(weight: Tensor) -> Tensor:
    """[out, in] in blocks; as it is where the processor has no such product for its numbers."""
    if weight.is_mkldnn or weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return weight
    if weight.dtype is not torch.float32 and not (
        weight.dtype is torch.bfloat16 and has_bfloat16_products()
    ):
        return weight
    in_blocks: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, _BATCH_ROWS)
    return in_blocks


def plain(weight: Tensor) -> Tensor:
    return weight.to_dense() if weight.is_mkldnn else weight


def linear(x: Tensor, weight: Tensor) -> Tensor:
    """x [..., in] by a weight [out, in] of the same numbers, packed or not."""
    if not weight.is_mkldnn:
        return F.linear(x, weight)
    if x.requires_grad and torch.is_grad_enabled():
        return F.linear(x, weight.to_dense())
    shape = (*x.shape[:-1], weight.shape[0])
    rows = x.reshape(-1, x.shape[-1])
    if len(rows) == 1:  # its own product adds up otherwise
        return _product(rows.expand(2, -1), weight)[0].view(shape)
    return _product(rows, weight).view(shape)


def in_float32(x: Tensor, weight: Tensor) -> Tensor:
    """x [..., in] in float32 by a weight [out, in] of fewer bits, which are exact in float32 as
    what goes in is not in theirs. A piece of it at a time is widened, into one place that stays
    in the processor's cache."""
    if weight.dtype == x.dtype:
        return F.linear(x, weight)
    pieces = weight.split(max(1, _WIDENED // weight.shape[1]))
    if torch.is_grad_enabled():
        return torch.cat([F.linear(x, piece.float()) for piece in pieces], dim=-1)
    place = x.new_empty(pieces[0].shape)
    parts = [F.linear(x, place[: len(piece)].copy_(piece)) for piece in pieces]
    return torch.cat(parts, dim=-1)


def has_bfloat16_products() -> bool:
    """Whether the processor multiplies them itself: else float32 is faster, where many rows are."""
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def _product(rows: Tensor, weight: Tensor) -> Tensor:
    out: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, None, "none", [], "")
    return out
