"""What does a Qwen 2, 2.5 or 3 or a Llama 3 compute?

Every layer sees everything. Qwen 2 has a bias for queries, keys and values, Qwen 3 norms for the
heads of queries and keys, Llama neither. The weights stay in bfloat16
where the file has them so, and all else is float32; where few tokens go through the maps at once,
these are rounded to bfloat16 as well. Over real text log-probabilities then differ by up to 0.2
from those in float32, probabilities by 0.01; with many tokens at once by 1e-4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from torch import Tensor

from engine import products
from engine.attention import branch_attention, causal_attention, packed_attention
from engine.decoder_model import Attend, Branches, KeysValues, Prefix, Projection
from engine.int8_attention import causal_int8_attention
from engine.rope_scaling import Rope
from engine.rotary import rotated
from engine.weight_files import weights_in
from schemas.errors import ModelUnavailable

FAMILIES = ("qwen2", "qwen3", "llama")
_NOT_READ = ("use_sliding_window", "attention_bias", "mlp_bias")
_MANY_TOKENS = 128


@dataclass(frozen=True, slots=True)
class GlobalDecoderConfig:
    num_layers: int
    hidden_size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    rope: Rope
    norm_eps: float
    max_position: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> GlobalDecoderConfig:
        """From a config.json; raises `ModelUnavailable` for another architecture."""
        if raw.get("model_type") not in FAMILIES:
            raise ModelUnavailable(
                f"model type {raw.get('model_type')!r} is not read here: {', '.join(FAMILIES)} are"
            )
        for name in _NOT_READ:
            if raw.get(name):
                raise ModelUnavailable(f"a {raw['model_type']} with {name} is not read")
        return cls(
            num_layers=raw["num_hidden_layers"],
            hidden_size=raw["hidden_size"],
            num_heads=raw["num_attention_heads"],
            num_kv_heads=raw.get("num_key_value_heads") or raw["num_attention_heads"],
            head_dim=_head_dim(raw),
            intermediate_size=raw["intermediate_size"],
            vocab_size=raw["vocab_size"],
            rope=Rope.of(raw),
            norm_eps=raw["rms_norm_eps"],
            max_position=raw["max_position_embeddings"],
        )


def _head_dim(raw: Mapping[str, Any]) -> int:
    """Where a config leaves it out, Qwen 3 has its own, and the others share the width."""
    default = (
        128 if raw["model_type"] == "qwen3" else raw["hidden_size"] // raw["num_attention_heads"]
    )
    return int(raw.get("head_dim") or default)


@dataclass(slots=True)
class HalfProjection(Projection):
    """Of weights that may be bfloat16, between activations in float32.

    Few tokens wait for the memory, and bfloat16 halves that; many wait for the arithmetic, of
    which a processor without products in bfloat16 has more in float32.
    """

    def _mapped(self, x: Tensor) -> Tensor:
        is_many = x.numel() // x.shape[-1] >= _MANY_TOKENS
        is_half = self.weight.dtype is torch.bfloat16
        if is_half and is_many and not products.has_bfloat16_products():
            return F.linear(x, products.plain(self.weight).float())
        return Projection._mapped(self, x)


@dataclass(slots=True)
class Layer:
    attention_norm: Tensor
    qkv: Projection
    qkv_bias: Tensor | None
    query_norm: Tensor | None
    key_norm: Tensor | None
    output: Projection
    feedforward_norm: Tensor
    gate_up: Projection
    down: Projection


class GlobalDecoder:
    """The weights and the forward pass."""

    def __init__(self, config: GlobalDecoderConfig, weights: Mapping[str, Tensor]) -> None:
        self.config = config
        self.embedding = weights["model.embed_tokens.weight"]  # [vocab_size, hidden_size]
        self.head = weights.get("lm_head.weight", self.embedding)
        self.final_norm = weights["model.norm.weight"].float()
        self.layers = [_layer_of(weights, index) for index in range(config.num_layers)]

    @classmethod
    def load(cls, folder: Path) -> GlobalDecoder:
        """From a directory of config.json and *.safetensors."""
        try:
            config = GlobalDecoderConfig.of(json.loads((folder / "config.json").read_text()))
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
        causal = causal_int8_attention if self._attends_in_int8(layer) else causal_attention

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            keys = torch.cat([prefix.layers[index][0], keys], dim=1)
            values = torch.cat([prefix.layers[index][1], values], dim=1)
            kept[index] = (keys, values)
            return causal(queries, keys, values, self._query_scale)

        hidden = self._through(hidden, positions, layer, attend)
        return Prefix(num_tokens, tuple(kept)), hidden

    def _attends_in_int8(self, layer: int) -> bool:
        """Keys that no norm has made alike are not told apart in eight bits: those of Qwen 2.5 have
        a large bias in common."""
        own = self.layers[layer]
        return own.qkv.scales is not None and own.key_norm is not None

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
        return products.in_float32(hidden, self.head)

    @property
    def _query_scale(self) -> float:
        scale: float = self.config.head_dim**-0.5
        return scale

    def _through(self, hidden: Tensor, positions: Tensor, first: int, attend: Attend) -> Tensor:
        turn = self.config.rope.turns(positions, self.config.head_dim)
        for index in range(first, self.config.num_layers):
            hidden = hidden + self._attention(index, hidden, turn, attend)
            hidden = hidden + self._feedforward(self.layers[index], hidden)
        return hidden

    def _attention(self, index: int, hidden: Tensor, turn: KeysValues, attend: Attend) -> Tensor:
        config, layer = self.config, self.layers[index]
        normed = self._norm(hidden, layer.attention_norm)
        mapped = layer.qkv(normed)
        if layer.qkv_bias is not None:
            mapped = mapped + layer.qkv_bias
        heads = mapped.unflatten(-1, (-1, config.head_dim)).transpose(-3, -2)
        queries, keys, values = heads.split(
            [config.num_heads, config.num_kv_heads, config.num_kv_heads], dim=-3
        )
        queries = self._head_norm(queries, layer.query_norm)
        keys = self._head_norm(keys, layer.key_norm)
        out = attend(index, rotated(queries, turn), rotated(keys, turn), values)
        return layer.output(out.transpose(-3, -2).flatten(-2))

    def _feedforward(self, layer: Layer, hidden: Tensor) -> Tensor:
        gate, up = layer.gate_up(self._norm(hidden, layer.feedforward_norm)).chunk(2, dim=-1)
        return layer.down(F.silu(gate) * up)

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, (self.config.hidden_size,), weight, self.config.norm_eps)

    def _head_norm(self, x: Tensor, weight: Tensor | None) -> Tensor:
        if weight is None:
            return x
        return F.rms_norm(x, (self.config.head_dim,), weight, self.config.norm_eps)


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
        qkv_bias=_joined([weights.get(f"model.layers.{index}.{name}.bias") for name in qkv]),
        query_norm=_joined([weights.get(f"model.layers.{index}.self_attn.q_norm.weight")]),
        key_norm=_joined([weights.get(f"model.layers.{index}.self_attn.k_norm.weight")]),
        output=fused("self_attn.o_proj"),
        feedforward_norm=get("post_attention_layernorm.weight").float(),
        gate_up=fused("mlp.gate_proj", "mlp.up_proj"),
        down=fused("mlp.down_proj"),
    )


def _joined(parts: Sequence[Tensor | None]) -> Tensor | None:
    """None where the family has no such."""
    there = [part for part in parts if part is not None]
    return torch.cat(there).float() if there else None


def _kept(weight: Tensor) -> Tensor:
    """In bfloat16 where it is, and the processor has arithmetic for it."""
    if weight.dtype is torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return weight
    return weight.float()
