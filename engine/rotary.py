"""How do rotary embeddings turn queries and keys by their position?"""

from __future__ import annotations

import torch
from torch import Tensor


def rotation(positions: Tensor, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """cos and sin [..., 1, num_tokens, head_dim], the heads' dimension left to broadcast."""
    angles = _angles(positions, head_dim, base)
    angles = torch.cat([angles, angles], dim=-1).unsqueeze(-3)
    return angles.cos(), angles.sin()


def rotated(x: Tensor, by: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * by[0] + torch.cat([-second, first], dim=-1) * by[1]


def half_rotation(positions: Tensor, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """The first half of cos and sin, whose second is the same; [num_tokens, 1, head_dim / 2]."""
    angles = _angles(positions[:, None], head_dim, base)
    return angles.cos(), angles.sin()


def turned(x: Tensor, by: tuple[Tensor, Tensor]) -> Tensor:
    """As `rotated`, in fewer passes, by a `half_rotation`."""
    first, second = x.chunk(2, dim=-1)
    cos, sin = by
    return torch.cat(
        [
            torch.addcmul(first * cos, second, sin, value=-1.0),
            torch.addcmul(second * cos, first, sin),
        ],
        dim=-1,
    )


def _angles(positions: Tensor, head_dim: int, base: float) -> Tensor:
    """[..., head_dim / 2]"""
    even = torch.arange(0, head_dim, 2, dtype=torch.float32, device=positions.device)
    exponents = even / head_dim
    return positions[..., None].float() * (1.0 / base**exponents)
