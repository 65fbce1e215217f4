"""What does a Gemma 3 model compute?

Five sliding-window layers, then one global layer, and again. A document is read once as a
`Prefix`; questions about it are `Branches` that share its keys.
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

from engine.attention import (
    banded_attention,
    branch_attention,
    causal_attention,
    packed_attention,
)
from engine.decoder_model import Attend, Branches, KeysValues, Prefix, Projection
from engine.rotary import rotated, rotation
from engine.weight_files import weights_in
from schemas.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class Gemma3Config:
    num_layers: int
    hidden_size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    window: int
    is_global: tuple[bool, ...]
    global_rope_base: float
    local_rope_base: float
    query_scale: float
    norm_eps: float
    max_position: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Gemma3Config:
        """From a config.json; raises `ModelUnavailable` for another architecture."""
        if raw.get("model_type") != "gemma3_text":
            raise ModelUnavailable(
                f"model type {raw.get('model_type')!r} is not read yet: gemma3_text is wanted"
            )
        rope = raw.get("rope_parameters") or {}
        return cls(
            num_layers=raw["num_hidden_layers"],
            hidden_size=raw["hidden_size"],
            num_heads=raw["num_attention_heads"],
            num_kv_heads=raw["num_key_value_heads"],
            head_dim=raw["head_dim"],
            intermediate_size=raw["intermediate_size"],
            vocab_size=raw["vocab_size"],
            window=raw["sliding_window"],
            is_global=tuple(kind == "full_attention" for kind in raw["layer_types"]),
            global_rope_base=raw.get("rope_theta") or rope["full_attention"]["rope_theta"],
            local_rope_base=raw.get("rope_local_base_freq")
            or rope["sliding_attention"]["rope_theta"],
            query_scale=raw["query_pre_attn_scalar"] ** -0.5,
            norm_eps=raw["rms_norm_eps"],
            max_position=raw["max_position_embeddings"],
        )


@dataclass(slots=True)
class Layer:
    is_global: bool
    attention_norm: Tensor
    qkv: Projection
    query_norm: Tensor
    key_norm: Tensor
    output: Projection
    post_attention_norm: Tensor
    feedforward_norm: Tensor
    gate_up: Projection
    down: Projection
    post_feedforward_norm: Tensor


class Gemma3:
    """The weights and the forward pass, in float32; the embedding stays in its own dtype."""

    def __init__(self, config: Gemma3Config, weights: Mapping[str, Tensor]) -> None:
        self.config = config
        self.embedding = weights["model.embed_tokens.weight"]  # [vocab_size, hidden_size]
        self.final_norm = 1.0 + weights["model.norm.weight"].float()
        self.layers = [_layer_of(config, weights, index) for index in range(config.num_layers)]

    @classmethod
    def load(cls, folder: Path) -> Gemma3:
        """From a directory of config.json and *.safetensors."""
        try:
            config = Gemma3Config.of(json.loads((folder / "config.json").read_text()))
            return cls(config, weights_in(folder))
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise ModelUnavailable(f"{folder.name} is not a model we can load: {error}") from error

    def empty_prefix(self) -> Prefix:
        config = self.config
        nothing = torch.zeros(config.num_kv_heads, 0, config.head_dim)
        return Prefix(0, ((nothing, nothing),) * config.num_layers)

    def read(self, prefix: Prefix, token_ids: Tensor) -> tuple[Prefix, Tensor]:
        """Read on: the longer prefix and the hidden states [num_tokens, hidden_size]."""
        return self.read_from(prefix, self.embed(token_ids), 0)

    def read_from(self, prefix: Prefix, hidden: Tensor, layer: int) -> tuple[Prefix, Tensor]:
        """The same from the input of `layer` on; the layers below keep what they have."""
        config = self.config
        kept = list(prefix.layers)
        positions = torch.arange(prefix.num_tokens, prefix.num_tokens + hidden.shape[-2])

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            keys = torch.cat([prefix.layers[index][0], keys], dim=1)
            values = torch.cat([prefix.layers[index][1], values], dim=1)
            if config.is_global[index]:
                kept[index] = (keys, values)
                return causal_attention(queries, keys, values, config.query_scale)
            kept[index] = (keys[:, -config.window + 1 :], values[:, -config.window + 1 :])
            return banded_attention(queries, keys, values, config.query_scale, config.window)

        hidden = self._through(hidden, positions, layer, attend)
        return Prefix(prefix.num_tokens + len(positions), tuple(kept)), hidden

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
        """Add tokens [num_branches, num_new] to the branches of a prefix.

        `is_real` marks tokens that are not padding (padding stands to the right). Returns the
        longer branches, hidden states [num_branches, num_new, hidden_size], and by global layer
        the attention on the prefix [num_branches, num_heads, num_new, num_prefix].
        """
        return self.branch_from(prefix, branches, self.embed(token_ids), is_real, 0)

    def branch_from(
        self, prefix: Prefix, branches: Branches, hidden: Tensor, is_real: Tensor, layer: int
    ) -> tuple[Branches, Tensor, dict[int, Tensor]]:
        """The same from the input of `layer` on."""
        config = self.config
        kept = list(branches.layers)
        looks: dict[int, Tensor] = {}
        own_positions = branches.lengths[:, None] + torch.arange(is_real.shape[1])
        positions = prefix.num_tokens + own_positions  # [num_branches, num_new]
        all_real = torch.cat([branches.is_real, is_real], dim=1)
        masks = _BranchMasks(config, prefix, branches, all_real, own_positions)

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            keys = torch.cat([branches.layers[index][0], keys], dim=2)
            values = torch.cat([branches.layers[index][1], values], dim=2)
            kept[index] = (keys, values)
            visible = masks.of_global if config.is_global[index] else masks.of_sliding
            out, look = branch_attention(
                queries, prefix.layers[index], (keys, values), visible, config.query_scale
            )
            if config.is_global[index]:
                looks[index] = look
            return out

        hidden = self._through(hidden, positions, layer, attend)
        lengths = branches.lengths + is_real.sum(dim=1)
        return Branches(tuple(kept), all_real, lengths), hidden, looks

    def read_packed(self, prefix_ids: Tensor, branch_ids: Tensor, branches: Tensor) -> Tensor:
        """A prefix and all its branches in one forward, as training wants them.

        `branches` [num_branch_tokens] tells the branch of each branch token, in order. Hidden
        states [num_prefix + num_branch_tokens, hidden_size], equal to those of `read` and
        `branch`; nothing is kept to read on.
        """
        config = self.config
        num_prefix = len(prefix_ids)
        own = branches[:, None] == branches[None, :]
        own_positions = own.tril(-1).sum(dim=1)
        positions = torch.cat([torch.arange(num_prefix), num_prefix + own_positions])
        is_seen = torch.cat([torch.ones(len(branches), num_prefix, dtype=torch.bool), own], dim=1)
        distance = positions[num_prefix:, None] - positions[None, :]
        visible = {
            True: is_seen & (distance >= 0),
            False: is_seen & (distance >= 0) & (distance < config.window),
        }

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            is_global = config.is_global[index]
            return packed_attention(
                queries,
                keys,
                values,
                config.query_scale,
                visible[is_global],
                None if is_global else config.window,
            )

        hidden = self.embed(torch.cat([prefix_ids, branch_ids]))
        return self._through(hidden, positions, 0, attend)

    def embed(self, token_ids: Tensor) -> Tensor:
        scale: float = self.config.hidden_size**0.5
        return self.embedding[token_ids].float() * scale

    def logits(self, hidden: Tensor, token_ids: Tensor | None = None) -> Tensor:
        """Scores of the given tokens, of all where None is given; [..., num_tokens].

        Only the rows asked for are read: the output head is most of a small model.
        """
        rows = self.embedding if token_ids is None else self.embedding[token_ids]
        return F.linear(self._norm(hidden, self.final_norm), rows.float())

    def _through(self, hidden: Tensor, positions: Tensor, first: int, attend: Attend) -> Tensor:
        rotations = {
            True: rotation(positions, self.config.head_dim, self.config.global_rope_base),
            False: rotation(positions, self.config.head_dim, self.config.local_rope_base),
        }
        for index in range(first, self.config.num_layers):
            layer = self.layers[index]
            heads = self._heads(layer, hidden, rotations[layer.is_global])
            out = attend(index, *heads).transpose(-3, -2).flatten(-2)
            hidden = self._attended(layer, hidden, out)
        return hidden

    def _heads(
        self, layer: Layer, hidden: Tensor, turn: KeysValues
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values."""
        config = self.config
        normed = self._norm(hidden, layer.attention_norm)
        heads = layer.qkv(normed).unflatten(-1, (-1, config.head_dim)).transpose(-3, -2)
        queries, keys, values = heads.split(
            [config.num_heads, config.num_kv_heads, config.num_kv_heads], dim=-3
        )
        queries = rotated(self._head_norm(queries, layer.query_norm), turn)
        return queries, rotated(self._head_norm(keys, layer.key_norm), turn), values

    def _attended(self, layer: Layer, hidden: Tensor, out: Tensor) -> Tensor:
        """What a layer makes of what it attended to."""
        hidden = hidden + self._norm(layer.output(out), layer.post_attention_norm)
        normed = self._norm(hidden, layer.feedforward_norm)
        gate, up = layer.gate_up(normed).chunk(2, dim=-1)
        out = layer.down(F.gelu(gate, approximate="tanh") * up)
        return hidden + self._norm(out, layer.post_feedforward_norm)

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, (self.config.hidden_size,), weight, self.config.norm_eps)

    def _head_norm(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, (self.config.head_dim,), weight, self.config.norm_eps)


class _BranchMasks:
    """Which prefix keys and which own keys each new token of a branch sees."""

    def __init__(
        self,
        config: Gemma3Config,
        prefix: Prefix,
        branches: Branches,
        all_real: Tensor,
        own_positions: Tensor,
    ) -> None:
        num_new = own_positions.shape[1]
        num_old = all_real.shape[1] - num_new
        old_positions = torch.cumsum(branches.is_real, dim=1) - 1
        key_positions = torch.cat([old_positions, own_positions], dim=1)
        order = torch.ones(num_new, num_old + num_new, dtype=torch.bool).tril(num_old)
        near = all_real[:, None, :] & order[None]
        distance = own_positions[:, :, None] - key_positions[:, None, :]
        num_kept = min(prefix.num_tokens, config.window - 1)
        far_distance = own_positions[:, :, None] + torch.arange(num_kept, 0, -1)[None, None, :]
        # a token of padding sees itself, so that its softmax is over something
        near = near | (distance == 0) & order[None]
        self.of_global = (None, near[:, None])
        self.of_sliding = (
            (far_distance < config.window)[:, None],
            (near & (distance < config.window))[:, None],
        )


def _layer_of(config: Gemma3Config, weights: Mapping[str, Tensor], index: int) -> Layer:
    def get(name: str) -> Tensor:
        return weights[f"model.layers.{index}.{name}.weight"].float()

    def fused(*names: str) -> Projection:
        return Projection(torch.cat([get(name) for name in names]))

    return Layer(
        is_global=config.is_global[index],
        attention_norm=1.0 + get("input_layernorm"),
        qkv=fused("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        query_norm=1.0 + get("self_attn.q_norm"),
        key_norm=1.0 + get("self_attn.k_norm"),
        output=fused("self_attn.o_proj"),
        post_attention_norm=1.0 + get("post_attention_layernorm"),
        feedforward_norm=1.0 + get("pre_feedforward_layernorm"),
        gate_up=fused("mlp.gate_proj", "mlp.up_proj"),
        down=fused("mlp.down_proj"),
        post_feedforward_norm=1.0 + get("post_feedforward_layernorm"),
    )
