"""How does a linear map work on integers of eight bits?

Each row of the weights has a scale of its own (one an output), and each row of the input, too: a
token is rounded by what it alone holds, so its result does not depend on what is read with it.
The sums are exact; only the two roundings are not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.few_rows import few_rows_linear, most_rows

_MOST = 127.0
_SMALLEST = 1e-12
_FEWEST_ROWS_ON_CUDA = 17  # of torch's kernel
_ROWS_AT_ONCE = 16_384


def quantised(weight: Tensor) -> tuple[Tensor, Tensor]:
    """int8 [out, in] and the scales [out] that give the weights back."""
    whole = torch.empty(weight.shape, dtype=torch.int8, device=weight.device)
    scales = torch.empty(weight.shape[0], device=weight.device)
    for start in range(0, weight.shape[0], _ROWS_AT_ONCE):
        rows = weight[start : start + _ROWS_AT_ONCE].detach().float()
        whole[start : start + len(rows)], its_scales = rounded(rows)
        scales[start : start + len(rows)] = its_scales[:, 0]
    return whole, scales


def int8_linear(x: Tensor, weight: Tensor, scales: Tensor) -> Tensor:
    """x [..., in] in float32 by `quantised` weights; [..., out] in float32. Not differentiable."""
    rows = x.reshape(-1, x.shape[-1])
    shape = (*x.shape[:-1], weight.shape[0])
    if 0 < len(rows) <= most_rows() and x.is_cpu:
        return few_rows_linear(rows, weight, scales).view(shape)
    whole, row_scales = rounded(rows)
    out = _product(whole, weight.t()).float()  # [num_rows, out]
    return out.mul_(row_scales).mul_(scales).view(shape)


def rounded(x: Tensor) -> tuple[Tensor, Tensor]:
    """int8 as x, and the scales [num_rows, 1] of its rows."""
    scales = x.abs().amax(dim=-1, keepdim=True).clamp_min_(_SMALLEST).mul_(1.0 / _MOST)
    return (x * scales.reciprocal()).round_().to(torch.int8), scales


def _product(x: Tensor, weight: Tensor) -> Tensor:
    """Sums of 32 bits. torch's operator is the one that uses VNNI, of those that there are."""
    if not x.is_cuda or x.shape[0] >= _FEWEST_ROWS_ON_CUDA:
        return torch._int_mm(x, weight)
    padded = x.new_zeros(_FEWEST_ROWS_ON_CUDA, x.shape[1])
    padded[: x.shape[0]] = x
    return torch._int_mm(padded, weight)[: x.shape[0]]
