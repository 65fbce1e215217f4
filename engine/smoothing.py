"""How is a model changed so that eight bits hold what goes into its maps, and it computes the same?

A few channels of what a norm gives are many times the others, and a token that is rounded by its
largest channel loses the small ones. So the channels are divided by about their size, and the
weights behind them multiplied: Xiao et al. 2022, arXiv 2211.10438. The sizes are those of a
sequence of random tokens: which channels are large is a matter of the model, not of the text.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from engine.decoder_model import Projection
from engine.gemma3 import Gemma3
from engine.gemma3_layers import Layer

_BEGIN_OF_SEQUENCE = 2  # of every Gemma
_NUM_TOKENS = 256
_STRENGTH = 0.5  # of the inputs' sizes against the weights'
_LEAST = 1e-4


@torch.no_grad()
def smoothed(model: Gemma3) -> Gemma3:
    """A copy with smaller differences between channels; the maps must have no additions."""
    other = copy.copy(model)
    other.layers = [
        _smoothed(layer, inputs) for layer, inputs in zip(model.layers, _inputs(model), strict=True)
    ]
    return other


@dataclass(slots=True)
class _Watched(Projection):
    """Remembers what went in."""

    seen: list[Tensor] = field(default_factory=list)

    def __call__(self, x: Tensor) -> Tensor:
        self.seen.append(x)
        return Projection.__call__(self, x)


def _inputs(model: Gemma3) -> list[dict[str, Tensor]]:
    """By layer and map: the size of each channel, against the largest of its token."""
    watched = copy.copy(model)
    watched.layers = [
        replace(
            layer,
            qkv=_Watched(layer.qkv.weight),
            gate_up=_Watched(layer.gate_up.weight),
            down=_Watched(layer.down.weight),
        )
        for layer in model.layers
    ]
    generator = torch.Generator().manual_seed(0)
    token_ids = torch.randint(model.config.vocab_size, (_NUM_TOKENS,), generator=generator)
    token_ids[0] = _BEGIN_OF_SEQUENCE
    watched.read(model.empty_prefix(), token_ids.to(model.embedding.device))
    return [
        {name: _sizes(getattr(layer, name).seen) for name in ("qkv", "gate_up", "down")}
        for layer in watched.layers
    ]


def _sizes(seen: list[Tensor]) -> Tensor:
    x = torch.cat(seen)
    sizes = (x / x.abs().amax(dim=-1, keepdim=True).clamp_min(1e-12)).square().mean(dim=0).sqrt()
    return sizes.clamp_min(float(sizes.max()) * _LEAST)


def _smoothed(layer: Layer, inputs: dict[str, Tensor]) -> Layer:
    of_qkv = _divisors(inputs["qkv"], layer.qkv)
    of_gate_up = _divisors(inputs["gate_up"], layer.gate_up)
    of_down = _divisors(inputs["down"], layer.down)
    gate, up = layer.gate_up.weight.chunk(2)
    return replace(
        layer,
        attention_norm=layer.attention_norm / of_qkv,
        qkv=Projection(layer.qkv.weight * of_qkv),
        feedforward_norm=layer.feedforward_norm / of_gate_up,
        gate_up=Projection(torch.cat([gate, up / of_down[:, None]]) * of_gate_up),
        down=Projection(layer.down.weight * of_down),
    )


def _divisors(sizes: Tensor, projection: Projection) -> Tensor:
    """Of each channel that goes into a map; their median is one."""
    weights = projection.weight.abs().amax(dim=0).clamp_min(1e-5)
    divisors = sizes**_STRENGTH / weights ** (1.0 - _STRENGTH)
    return divisors / divisors.median()
