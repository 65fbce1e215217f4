"""What does a Gemma 3 model compute?

Five sliding-window layers, then one global layer, and again. A document is read once as a
`Prefix`; questions about it are `Branches` that share its keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
from engine.branch_masks import BranchMasks
from engine.decoder_model import Attend, Branches, Prefix, Projection
from engine.gemma3_config import Gemma3Config
from engine.rotary import rotated, rotation
from engine.weight_files import weights_in
from schemas.errors import ModelUnavailable


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
        masks = BranchMasks(config, prefix, branches, all_real, own_positions)

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

    @property
    def first_global(self) -> int | None:
        """The first layer that sees everything; None in a model that has no such."""
        return next((i for i, is_global in enumerate(self.config.is_global) if is_global), None)

    def look(self, token_ids: Tensor) -> tuple[Tensor, Tensor]:
        """What the first global layer looks with and is found by, in texts that stand alone.

        token_ids [num_texts, num_tokens], padded to the right. Queries (scaled)
        [num_texts, num_heads, num_tokens, head_dim] and keys [num_texts, num_kv_heads, ...],
        both after the norm and before the rotation: they do not know their positions.
        """
        config, layer = self.config, self.layers[self.first_global or 0]
        positions = torch.arange(token_ids.shape[1])

        def attend(_: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            if len(positions) <= config.window:
                group = config.num_heads // config.num_kv_heads
                return F.scaled_dot_product_attention(
                    queries,
                    keys.repeat_interleave(group, dim=1),
                    values.repeat_interleave(group, dim=1),
                    is_causal=True,
                    scale=config.query_scale,
                )
            texts = zip(queries, keys, values, strict=True)
            scale, window = config.query_scale, config.window
            return torch.stack([banded_attention(*text, scale, window) for text in texts])

        hidden = self._through(self.embed(token_ids), positions, 0, attend, self.first_global)
        queries, keys, _ = self._unturned_heads(layer, hidden)
        return queries * config.query_scale, keys

    def embed(self, token_ids: Tensor) -> Tensor:
        scale: float = self.config.hidden_size**0.5
        return self.embedding[token_ids].float() * scale

    def logits(self, hidden: Tensor, token_ids: Tensor | None = None) -> Tensor:
        """Scores of the given tokens, of all where None is given; [..., num_tokens].

        Only the rows asked for are read: the output head is most of a small model.
        """
        rows = self.embedding if token_ids is None else self.embedding[token_ids]
        return F.linear(self._norm(hidden, self.final_norm), rows.float())

    def _through(
        self,
        hidden: Tensor,
        positions: Tensor,
        first: int,
        attend: Attend,
        stop: int | None = None,
    ) -> Tensor:
        rotations = {
            True: rotation(positions, self.config.head_dim, self.config.global_rope_base),
            False: rotation(positions, self.config.head_dim, self.config.local_rope_base),
        }
        for index in range(first, self.config.num_layers if stop is None else stop):
            layer = self.layers[index]
            turn = rotations[layer.is_global]
            queries, keys, values = self._unturned_heads(layer, hidden)
            out = attend(index, rotated(queries, turn), rotated(keys, turn), values)
            hidden = self._attended(layer, hidden, out.transpose(-3, -2).flatten(-2))
        return hidden

    def _unturned_heads(self, layer: Layer, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, before the rotation."""
        config = self.config
        normed = self._norm(hidden, layer.attention_norm)
        heads = layer.qkv(normed).unflatten(-1, (-1, config.head_dim)).transpose(-3, -2)
        queries, keys, values = heads.split(
            [config.num_heads, config.num_kv_heads, config.num_kv_heads], dim=-3
        )
        queries = self._head_norm(queries, layer.query_norm)
        return queries, self._head_norm(keys, layer.key_norm), values

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
