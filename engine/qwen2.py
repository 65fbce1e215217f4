"""What does a Qwen 2 or 2.5 model compute?

Every layer sees everything; queries, keys and values have a bias. The weights stay in bfloat16
where the file has them so, and all else is float32; where few tokens go through the maps at once,
these are rounded to bfloat16 as well. Over real text log-probabilities then differ by up to 0.2
from those in float32, probabilities by 0.01; with many tokens at once by 1e-4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from torch import Tensor

from engine.attention import branch_attention, causal_attention, packed_attention
from engine.decoder_model import Attend, Branches, KeysValues, Prefix, Projection
from engine.rotary import rotated, rotation
from engine.weight_files import weights_in
from schemas.errors import ModelUnavailable

_MANY_TOKENS = 128
_HEAD_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class Qwen2Config:
    num_layers: int
    hidden_size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    rope_base: float
    norm_eps: float
    max_position: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Qwen2Config:
        """From a config.json; raises `ModelUnavailable` for another architecture."""
        if raw.get("model_type") != "qwen2" or raw.get("use_sliding_window"):
            raise ModelUnavailable(
                f"model type {raw.get('model_type')!r} is not read here: qwen2 is wanted, "
                "without a sliding window"
            )
        rope = raw.get("rope_parameters") or raw.get("rope_scaling") or {}
        if rope.get("rope_type", rope.get("type", "default")) != "default":
            raise ModelUnavailable("a rotary embedding that is scaled is not read yet")
        return cls(
            num_layers=raw["num_hidden_layers"],
            hidden_size=raw["hidden_size"],
            num_heads=raw["num_attention_heads"],
            num_kv_heads=raw["num_key_value_heads"],
            head_dim=raw.get("head_dim") or raw["hidden_size"] // raw["num_attention_heads"],
            intermediate_size=raw["intermediate_size"],
            vocab_size=raw["vocab_size"],
            rope_base=raw.get("rope_theta") or rope["rope_theta"],
            norm_eps=raw["rms_norm_eps"],
            max_position=raw["max_position_embeddings"],
        )


@dataclass(slots=True)
class HalfProjection(Projection):
    """Of weights that may be bfloat16, between activations in float32."""

    def __call__(self, x: Tensor) -> Tensor:
        out = _mapped(x, self.weight)
        if self.down is None or self.up is None:
            return out
        return out + self.scale * F.linear(F.linear(x, self.down), self.up)


@dataclass(slots=True)
class Layer:
    attention_norm: Tensor
    qkv: Projection
    qkv_bias: Tensor
    output: Projection
    feedforward_norm: Tensor
    gate_up: Projection
    down: Projection


class Qwen2:
    """The weights and the forward pass."""

    def __init__(self, config: Qwen2Config, weights: Mapping[str, Tensor]) -> None:
        self.config = config
        self.embedding = weights["model.embed_tokens.weight"]  # [vocab_size, hidden_size]
        self.head = weights.get("lm_head.weight", self.embedding)
        self.final_norm = weights["model.norm.weight"].float()
        self.layers = [_layer_of(weights, index) for index in range(config.num_layers)]

    @classmethod
    def load(cls, folder: Path) -> Qwen2:
        """From a directory of config.json and *.safetensors."""
        try:
            config = Qwen2Config.of(json.loads((folder / "config.json").read_text()))
            return cls(config, weights_in(folder))
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise ModelUnavailable(f"{folder.name} is not a model we can load: {error}") from error

    def empty_prefix(self) -> Prefix:
        config = self.config
        nothing = torch.zeros(config.num_kv_heads, 0, config.head_dim)
        return Prefix(0, ((nothing, nothing),) * config.num_layers)

    def read(self, prefix: Prefix, token_ids: Tensor) -> tuple[Prefix, Tensor]:
        return self.read_from(prefix, self.embed(token_ids), 0)

    def read_from(self, prefix: Prefix, hidden: Tensor, layer: int) -> tuple[Prefix, Tensor]:
        kept = list(prefix.layers)
        num_tokens = prefix.num_tokens + hidden.shape[-2]
        positions = torch.arange(prefix.num_tokens, num_tokens)

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            keys = torch.cat([prefix.layers[index][0], keys], dim=1)
            values = torch.cat([prefix.layers[index][1], values], dim=1)
            kept[index] = (keys, values)
            return causal_attention(queries, keys, values, self._query_scale)

        hidden = self._through(hidden, positions, layer, attend)
        return Prefix(num_tokens, tuple(kept)), hidden

    def empty_branches(self, num_branches: int) -> Branches:
        config = self.config
        nothing = torch.zeros(num_branches, config.num_kv_heads, 0, config.head_dim)
        return Branches(
            ((nothing, nothing),) * config.num_layers,
            torch.zeros(num_branches, 0, dtype=torch.bool),
            torch.zeros(num_branches, dtype=torch.long),
        )

    def branch(
        self, prefix: Prefix, branches: Branches, token_ids: Tensor, is_real: Tensor
    ) -> tuple[Branches, Tensor, dict[int, Tensor]]:
        return self.branch_from(prefix, branches, self.embed(token_ids), is_real, 0)

    def branch_from(
        self, prefix: Prefix, branches: Branches, hidden: Tensor, is_real: Tensor, layer: int
    ) -> tuple[Branches, Tensor, dict[int, Tensor]]:
        """Looks are given for every fourth layer: those of all would fill the memory."""
        kept = list(branches.layers)
        looks: dict[int, Tensor] = {}
        positions = prefix.num_tokens + branches.lengths[:, None] + torch.arange(is_real.shape[1])
        all_real = torch.cat([branches.is_real, is_real], dim=1)
        visible = (None, _own_keys_seen(all_real, is_real.shape[1])[:, None])

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            keys = torch.cat([branches.layers[index][0], keys], dim=2)
            values = torch.cat([branches.layers[index][1], values], dim=2)
            kept[index] = (keys, values)
            out, look = branch_attention(
                queries, prefix.layers[index], (keys, values), visible, self._query_scale
            )
            if index % 4 == 3:
                looks[index] = look
            return out

        hidden = self._through(hidden, positions, layer, attend)
        lengths = branches.lengths + is_real.sum(dim=1)
        return Branches(tuple(kept), all_real, lengths), hidden, looks

    def read_packed(self, prefix_ids: Tensor, branch_ids: Tensor, branches: Tensor) -> Tensor:
        num_prefix = len(prefix_ids)
        own = (branches[:, None] == branches[None, :]).tril()
        own_positions = own.sum(dim=1) - 1
        positions = torch.cat([torch.arange(num_prefix), num_prefix + own_positions])
        visible = torch.cat([torch.ones(len(branches), num_prefix, dtype=torch.bool), own], dim=1)

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            return packed_attention(queries, keys, values, self._query_scale, visible, None)

        return self._through(self.embed(torch.cat([prefix_ids, branch_ids])), positions, 0, attend)

    def embed(self, token_ids: Tensor) -> Tensor:
        return self.embedding[token_ids].float()

    def logits(self, hidden: Tensor, token_ids: Tensor | None = None) -> Tensor:
        hidden = self._norm(hidden, self.final_norm)
        if token_ids is not None:
            return F.linear(hidden, self.head[token_ids].float())
        parts = [F.linear(hidden, rows.float()) for rows in self.head.split(_HEAD_ROWS)]
        return torch.cat(parts, dim=-1)

    @property
    def _query_scale(self) -> float:
        scale: float = self.config.head_dim**-0.5
        return scale

    def _through(self, hidden: Tensor, positions: Tensor, first: int, attend: Attend) -> Tensor:
        turn = rotation(positions, self.config.head_dim, self.config.rope_base)
        for index in range(first, self.config.num_layers):
            hidden = hidden + self._attention(index, hidden, turn, attend)
            hidden = hidden + self._feedforward(self.layers[index], hidden)
        return hidden

    def _attention(self, index: int, hidden: Tensor, turn: KeysValues, attend: Attend) -> Tensor:
        config, layer = self.config, self.layers[index]
        normed = self._norm(hidden, layer.attention_norm)
        heads = (layer.qkv(normed) + layer.qkv_bias).unflatten(-1, (-1, config.head_dim))
        queries, keys, values = heads.transpose(-3, -2).split(
            [config.num_heads, config.num_kv_heads, config.num_kv_heads], dim=-3
        )
        out = attend(index, rotated(queries, turn), rotated(keys, turn), values)
        return layer.output(out.transpose(-3, -2).flatten(-2))

    def _feedforward(self, layer: Layer, hidden: Tensor) -> Tensor:
        gate, up = layer.gate_up(self._norm(hidden, layer.feedforward_norm)).chunk(2, dim=-1)
        return layer.down(F.silu(gate) * up)

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, (self.config.hidden_size,), weight, self.config.norm_eps)


def _mapped(x: Tensor, weight: Tensor) -> Tensor:
    """`weight` x in float32.

    Few tokens wait for the memory, and bfloat16 halves that; many wait for the arithmetic, and
    without bfloat16 tiles float32 has more of it (130 against 77 GFLOP/s a core, measured).
    """
    if weight.dtype is torch.float32:
        return F.linear(x, weight)
    is_many = x.numel() // x.shape[-1] >= _MANY_TOKENS
    if is_many and not torch.cpu._is_amx_tile_supported():
        return F.linear(x, weight.float())
    return F.linear(x.to(weight.dtype), weight).float()


def _own_keys_seen(all_real: Tensor, num_new: int) -> Tensor:
    """[num_branches, num_new, num_own]: the real ones up to each new token, and itself, so that
    the softmax of a token of padding is over something."""
    num_own = all_real.shape[1]
    order = torch.ones(num_new, num_own, dtype=torch.bool).tril(num_own - num_new)
    itself = torch.eye(num_own, dtype=torch.bool)[num_own - num_new :]
    return all_real[:, None, :] & order | itself


def _layer_of(weights: Mapping[str, Tensor], index: int) -> Layer:
    def get(name: str) -> Tensor:
        return weights[f"model.layers.{index}.{name}"]

    def fused(*names: str) -> Projection:
        return HalfProjection(_kept(torch.cat([get(f"{name}.weight") for name in names])))

    qkv = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    return Layer(
        attention_norm=get("input_layernorm.weight").float(),
        qkv=fused(*qkv),
        qkv_bias=torch.cat([get(f"{name}.bias") for name in qkv]).float(),
        output=fused("self_attn.o_proj"),
        feedforward_norm=get("post_attention_layernorm.weight").float(),
        gate_up=fused("mlp.gate_proj", "mlp.up_proj"),
        down=fused("mlp.down_proj"),
    )


def _kept(weight: Tensor) -> Tensor:
    """In bfloat16 where it is, and the processor has arithmetic for it."""
    if weight.dtype is torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return weight
    return weight.float()
