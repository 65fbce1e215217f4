"""By how much does each position turn each pair of a head, in models stretched to longer texts?

Linear: all pairs turn slower. Llama 3: those that turn slowly turn slower still. YaRN: the same
with a ramp between, and what they say is a little louder.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from schemas.errors import ModelUnavailable

_KINDS = ("default", "linear", "llama3", "yarn")


@dataclass(frozen=True, slots=True)
class Rope:
    """`original` is the length the model was made for before it was stretched by `factor`."""

    base: float
    kind: str = "default"
    factor: float = 1.0
    original: int = 0
    low: float = 1.0
    high: float = 4.0
    fast: float = 32.0
    slow: float = 1.0
    is_whole: bool = True
    loudness: float = 1.0

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Rope:
        """From a config.json, of today's layout or that of before transformers 5. Raises
        `ModelUnavailable` for another kind."""
        rope = {**(raw.get("rope_scaling") or {}), **(raw.get("rope_parameters") or {})}
        base = float(rope.get("rope_theta") or raw.get("rope_theta") or 10_000.0)
        kind = rope.get("rope_type", rope.get("type", "default"))
        if kind not in _KINDS:
            raise ModelUnavailable(
                f"a rotary embedding scaled by {kind!r} is not read: {', '.join(_KINDS)} are"
            )
        if rope.get("partial_rotary_factor", 1.0) != 1.0:
            raise ModelUnavailable("a rotary embedding of a part of each head is not read")
        if kind == "default":
            return cls(base)
        longest = int(raw["max_position_embeddings"])
        original = int(rope.get("original_max_position_embeddings") or longest)
        factor = float(rope.get("factor") or longest / original)
        return cls(
            base=base,
            kind=kind,
            factor=factor,
            original=original,
            low=float(rope.get("low_freq_factor", 1.0)),
            high=float(rope.get("high_freq_factor", 4.0)),
            fast=float(rope.get("beta_fast") or 32.0),
            slow=float(rope.get("beta_slow") or 1.0),
            is_whole=bool(rope.get("truncate", True)),
            loudness=_loudness(rope, factor) if kind == "yarn" else 1.0,
        )

    def turns(self, positions: Tensor, head_dim: int) -> tuple[Tensor, Tensor]:
        """cos and sin [..., 1, num_tokens, head_dim], the heads' dimension left to broadcast."""
        angles = positions[..., None].float() * self.frequencies(head_dim)
        angles = torch.cat([angles, angles], dim=-1).unsqueeze(-3)
        return angles.cos() * self.loudness, angles.sin() * self.loudness

    def frequencies(self, head_dim: int) -> Tensor:
        """[head_dim / 2], radians a position."""
        exponents = torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim
        plain = 1.0 / self.base**exponents
        if self.kind == "linear":
            return plain / self.factor
        if self.kind == "llama3":
            return self._of_llama3(plain)
        return self._of_yarn(plain, head_dim) if self.kind == "yarn" else plain

    def _of_llama3(self, plain: Tensor) -> Tensor:
        turns = self.original * plain / (2 * math.pi)  # within the original length
        share = ((turns - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
        return (1.0 - share) * plain / self.factor + share * plain

    def _of_yarn(self, plain: Tensor, head_dim: int) -> Tensor:
        first, last = (self._pair_of(turns, head_dim) for turns in (self.fast, self.slow))
        if self.is_whole:
            first, last = math.floor(first), math.ceil(last)
        first, last = max(first, 0), min(last, head_dim - 1)
        last += 0.001 if first == last else 0.0
        ramp = (torch.arange(head_dim // 2, dtype=torch.float32) - first) / (last - first)
        share = 1.0 - ramp.clamp(0.0, 1.0)
        return (1.0 - share) * plain / self.factor + share * plain

    def _pair_of(self, turns: float, head_dim: int) -> float:
        """The pair that turns so often within the original length."""
        length = self.original / (turns * 2 * math.pi)
        return head_dim * math.log(length) / (2 * math.log(self.base))


def _loudness(rope: Mapping[str, Any], factor: float) -> float:
    given = rope.get("attention_factor")
    if given is not None:
        return float(given)
    if rope.get("mscale") and rope.get("mscale_all_dim"):
        return _grown(factor, rope["mscale"]) / _grown(factor, rope["mscale_all_dim"])
    return _grown(factor, 1.0)


def _grown(factor: float, by: float) -> float:
    return 1.0 if factor <= 1.0 else 0.1 * by * math.log(factor) + 1.0
