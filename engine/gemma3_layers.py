"""What does a layer of Gemma 3 make of each token by itself, beside its attention?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import is_

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.decoder_model import Projection
from engine.few_rows import LayerWeights, PreparedLayer, prepared
from engine.gemma3_config import Gemma3Config
from engine.rotary import turned

_TILE_ROWS = 512  # what is made of so many tokens stays in the processor's cache
_FEW_ROWS = 16  # take longer to call for than to compute
_GELU = math.sqrt(2.0 / math.pi)


@dataclass(slots=True)
class Layer:
    config: Gemma3Config
    is_global: bool
    attention_norm: Tensor
    qkv: Projection
    head_norms: Tensor  # [num_heads + num_kv_heads, head_dim], of queries and keys
    output: Projection
    post_attention_norm: Tensor
    feedforward_norm: Tensor
    gate_up: Projection
    down: Projection
    post_feedforward_norm: Tensor
    _prepared: tuple[LayerWeights, PreparedLayer] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    def to(self, device: torch.device | str) -> Layer:
        moved = {
            one.name: getattr(self, one.name).to(device)
            for one in fields(self)
            if isinstance(getattr(self, one.name), Tensor | Projection)
        }
        return replace(self, **moved)

    @property
    def for_few(self) -> PreparedLayer | None:
        """As engine/few_rows.py takes it; None where a map is not in eight bits, or has something
        added to it. Found out anew where weights are others."""
        qkv, output, gate_up, down = maps = self.qkv, self.output, self.gate_up, self.down
        if any(one.down is not None for one in maps):
            return None
        if qkv.scales is None or output.scales is None:
            return None
        if gate_up.scales is None or down.scales is None:
            return None
        weights = LayerWeights(
            self.attention_norm,
            qkv.weight,
            qkv.scales,
            self.head_norms,
            output.weight,
            output.scales,
            self.post_attention_norm,
            self.feedforward_norm,
            gate_up.weight,
            gate_up.scales,
            down.weight,
            down.scales,
            self.post_feedforward_norm,
        )
        known = self._prepared
        if known is None or not all(map(is_, known[0], weights)):
            known = self._prepared = weights, prepared(weights)
        return known[1]

    def heads(
        self, rows: Tensor, turn: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values [num_rows, heads, head_dim], rotated where `turn` is given."""
        config = self.config
        num_turned = config.num_heads + config.num_kv_heads

        def made(start: int, stop: int) -> Tensor:
            mapped = self.qkv(self._norm(rows[start:stop], self.attention_norm))
            heads = mapped.unflatten(-1, (-1, config.head_dim))
            before = self._norm(heads[:, :num_turned], self.head_norms)
            if turn is not None:
                before = turned(before, (turn[0][start:stop], turn[1][start:stop]))
            return torch.cat([before, heads[:, num_turned:]], dim=1)

        queries, keys, values = _by_tiles(made, rows).split(
            [config.num_heads, config.num_kv_heads, config.num_kv_heads], dim=1
        )
        return queries, keys, values

    def attended(self, rows: Tensor, out: Tensor) -> Tensor:
        """What the layer makes of what it attended to, `out` [num_rows, num_heads * head_dim]."""

        def made(start: int, stop: int) -> Tensor:
            mapped = self.output(out[start:stop])
            hidden = self._added(rows[start:stop], mapped, self.post_attention_norm)
            normed = self._norm(hidden, self.feedforward_norm)
            gate, up = self.gate_up(normed).chunk(2, dim=-1)
            mapped = self.down(_gated(gate, up))
            return self._added(hidden, mapped, self.post_feedforward_norm)

        return _by_tiles(made, rows)

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return normed_by(weight, x, self.config.norm_eps)

    def _added(self, hidden: Tensor, x: Tensor, weight: Tensor) -> Tensor:
        """With the norm of x."""
        return torch.addcmul(hidden, x * _to_norm(x, self.config.norm_eps), weight)


def normed_by(weight: Tensor, x: Tensor, eps: float) -> Tensor:
    return (x * _to_norm(x, eps)) * weight


def layer_of(config: Gemma3Config, weights: Mapping[str, Tensor], index: int) -> Layer:
    def get(name: str) -> Tensor:
        return weights[f"model.layers.{index}.{name}.weight"].float()

    def fused(*names: str) -> Projection:
        return Projection(torch.cat([get(name) for name in names]))

    query_norm, key_norm = 1.0 + get("self_attn.q_norm"), 1.0 + get("self_attn.k_norm")
    return Layer(
        config=config,
        is_global=config.is_global[index],
        attention_norm=1.0 + get("input_layernorm"),
        qkv=fused("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        head_norms=torch.stack([query_norm] * config.num_heads + [key_norm] * config.num_kv_heads),
        output=fused("self_attn.o_proj"),
        post_attention_norm=1.0 + get("post_attention_layernorm"),
        feedforward_norm=1.0 + get("pre_feedforward_layernorm"),
        gate_up=fused("mlp.gate_proj", "mlp.up_proj"),
        down=fused("mlp.down_proj"),
        post_feedforward_norm=1.0 + get("post_feedforward_layernorm"),
    )


def _gated(gate: Tensor, up: Tensor) -> Tensor:
    """gelu(gate) * up, in the approximation with tanh: x / (1 + exp(-2z)) is x * (1 + tanh z) / 2.
    torch's own takes longer on a CPU than these parts."""
    if gate.is_cuda or torch.is_grad_enabled() or len(gate) < _FEW_ROWS:
        return F.gelu(gate, approximate="tanh") * up
    inner = gate.square().mul_(2.0 * 0.044715 * _GELU).add_(2.0 * _GELU).mul_(gate)
    return inner.sigmoid_().mul_(gate).mul_(up)


def _to_norm(x: Tensor, eps: float) -> Tensor:
    """What makes the root mean square of each row one; fewer passes than torch's own on a CPU."""
    size = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return torch.rsqrt(size.square() * (1.0 / x.shape[-1]) + eps)


def _by_tiles(made: Callable[[int, int], Tensor], rows: Tensor) -> Tensor:
    """What is made of some rows at a time; on a GPU, and to learn, of all at once."""
    num_rows = len(rows)
    if num_rows <= _TILE_ROWS or rows.is_cuda or torch.is_grad_enabled():
        return made(0, num_rows)
    whole: Tensor | None = None
    for start in range(0, num_rows, _TILE_ROWS):
        stop = min(start + _TILE_ROWS, num_rows)
        part = made(start, stop)
        if whole is None:
            whole = part.new_empty(num_rows, *part.shape[1:])
        whole[start:stop] = part
    assert whole is not None
    return whole
