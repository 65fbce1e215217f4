"""What does a Gemma 3 model compute?

Five sliding-window layers, then one global layer, and again. A document is read once as a
`Prefix`; questions about it are `Branches` that share its keys.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
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
from engine.few_rows import (
    LayerInput,
    LayerKind,
    PreparedLayer,
    dense_masks,
    few_rows_layers,
    most_rows,
)
from engine.gemma3_config import Gemma3Config
from engine.gemma3_layers import Layer, layer_of, normed_by
from engine.growing_keys import GrowingKeys
from engine.int8_attention import banded_int8_attention, causal_int8_attention
from engine.products import in_float32
from engine.rotary import half_rotation
from engine.weight_files import weights_in
from schemas.errors import ModelUnavailable


class Gemma3:
    """The weights and the forward pass, in float32; the embedding stays in its own dtype."""

    def __init__(self, config: Gemma3Config, weights: Mapping[str, Tensor]) -> None:
        self.config = config
        self.embedding = weights["model.embed_tokens.weight"]  # [vocab_size, hidden_size]
        self.head = Projection(self.embedding)
        self.final_norm = 1.0 + weights["model.norm.weight"].float()
        self.exact_layers: list[Layer] = []  # where `layers` are not, those that an index takes
        self.layers = [layer_of(config, weights, index) for index in range(config.num_layers)]

    @classmethod
    def load(cls, folder: Path) -> Gemma3:
        """From a directory of config.json and *.safetensors."""
        try:
            config = Gemma3Config.of(json.loads((folder / "config.json").read_text()))
            return cls(config, weights_in(folder))
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise ModelUnavailable(f"{folder.name} is not a model we can load: {error}") from error

    def to(self, device: torch.device | str) -> Gemma3:
        """The same model on another device. What is handed in is moved there."""
        other = copy.copy(self)
        other.embedding, other.final_norm = self.embedding.to(device), self.final_norm.to(device)
        other.head = self.head.to(device)
        other.layers = [layer.to(device) for layer in self.layers]
        other.exact_layers = [layer.to(device) for layer in self.exact_layers]
        return other

    def empty_prefix(self) -> Prefix:
        config = self.config
        nothing = self.final_norm.new_zeros(config.num_kv_heads, 0, config.head_dim)
        return Prefix(0, ((nothing, nothing),) * config.num_layers)

    def read(self, prefix: Prefix, token_ids: Tensor) -> tuple[Prefix, Tensor]:
        """Read on: the longer prefix and the hidden states [num_tokens, hidden_size]."""
        return self.read_from(prefix, self.embed(token_ids), 0)

    def read_from(self, prefix: Prefix, hidden: Tensor, layer: int) -> tuple[Prefix, Tensor]:
        """The same from the input of `layer` on; the layers below keep what they have."""
        config, num_new = self.config, hidden.shape[-2]
        kept = list(prefix.layers)
        stop = prefix.num_tokens + num_new
        positions = torch.arange(prefix.num_tokens, stop, device=hidden.device)
        growing = self._room(prefix, num_new)
        is_int8 = self.layers[layer].qkv.scales is not None
        causal = causal_int8_attention if is_int8 else causal_attention
        banded = banded_int8_attention if is_int8 else banded_attention

        def attend(index: int, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            if config.is_global[index] and growing is not None:
                keys, values = growing.write(index, prefix.num_tokens, keys, values)
            else:
                keys = torch.cat([prefix.layers[index][0], keys], dim=1)
                values = torch.cat([prefix.layers[index][1], values], dim=1)
            if config.is_global[index]:
                kept[index] = (keys, values)
                return causal(queries, keys, values, config.query_scale)
            kept[index] = (_last(keys, config.window - 1), _last(values, config.window - 1))
            return banded(queries, keys, values, config.query_scale, config.window)

        hidden = self._through(hidden, positions, layer, attend)
        return Prefix(stop, tuple(kept), growing), hidden

    def _room(self, prefix: Prefix, num_new: int) -> GrowingKeys | None:
        """For the global layers to read on; None while gradients are kept."""
        if torch.is_grad_enabled():
            return None
        growing = prefix.growing
        if growing is not None and growing.take(prefix.num_tokens, num_new):
            return growing
        is_global = self.config.is_global
        layers = {i: layer for i, layer in enumerate(prefix.layers) if is_global[i]}
        return GrowingKeys.of(prefix.num_tokens, layers, num_new) if layers else None

    def empty_branches(self, num_branches: int) -> Branches:
        config = self.config
        device = self.final_norm.device
        nothing = torch.zeros(num_branches, config.num_kv_heads, 0, config.head_dim, device=device)
        return Branches(
            ((nothing, nothing),) * config.num_layers,
            torch.zeros(num_branches, 0, dtype=torch.bool, device=device),
            torch.zeros(num_branches, dtype=torch.long, device=device),
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
        is_real = is_real.to(hidden.device)
        kept = list(branches.layers)
        looks: dict[int, Tensor] = {}
        new = torch.arange(is_real.shape[1], device=hidden.device)
        own_positions = branches.lengths[:, None] + new
        positions = prefix.num_tokens + own_positions  # [num_branches, num_new]
        all_real = torch.cat([branches.is_real, is_real], dim=1)
        masks = BranchMasks(config, prefix, branches, all_real, own_positions)
        lengths = branches.lengths + is_real.sum(dim=1)
        few = self._few(hidden, layer)
        if few:
            rotations = self._rotations(positions.flatten())
            kinds = {
                is_global: LayerKind(
                    rotations[is_global], dense_masks(visible, len(hidden)), is_global
                )
                for is_global, visible in ((True, masks.of_global), (False, masks.of_sliding))
            }
            inputs = [
                LayerInput(
                    weights,
                    kinds[config.is_global[index]],
                    prefix.layers[index],
                    branches.layers[index],
                )
                for index, weights in enumerate(few, layer)
            ]
            rows, kept[layer:], found = few_rows_layers(
                hidden.flatten(0, 1), inputs, scale=config.query_scale, eps=config.norm_eps
            )
            looks = {index: one for index, one in enumerate(found, layer) if one is not None}
            return Branches(tuple(kept), all_real, lengths), rows.view_as(hidden), looks

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
        return Branches(tuple(kept), all_real, lengths), hidden, looks

    def read_packed(self, prefix_ids: Tensor, branch_ids: Tensor, branches: Tensor) -> Tensor:
        """A prefix and all its branches in one forward, as training wants them.

        `branches` [num_branch_tokens] tells the branch of each branch token, in order. Hidden
        states [num_prefix + num_branch_tokens, hidden_size], equal to those of `read` and
        `branch`; nothing is kept to read on.
        """
        config = self.config
        num_prefix = len(prefix_ids)
        branches = branches.to(self.embedding.device)
        own = branches[:, None] == branches[None, :]
        own_positions = own.tril(-1).sum(dim=1)
        before = torch.arange(num_prefix, device=own.device)
        positions = torch.cat([before, num_prefix + own_positions])
        is_seen = torch.cat([own.new_ones(len(branches), num_prefix), own], dim=1)
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
        positions = torch.arange(token_ids.shape[1], device=self.embedding.device)

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
        queries, keys, _ = layer.heads(hidden.flatten(0, 1), None)
        shape = token_ids.shape
        queries, keys = (x.unflatten(0, shape).transpose(1, 2) for x in (queries, keys))
        return queries * config.query_scale, keys

    def embed(self, token_ids: Tensor) -> Tensor:
        scale: float = self.config.hidden_size**0.5
        return self.embedding[token_ids.to(self.embedding.device)].float() * scale

    def logits(self, hidden: Tensor, token_ids: Tensor | None = None) -> Tensor:
        """Scores of the given tokens, of all where None is given; [..., num_tokens].

        Only the rows asked for are read: the output head is most of a small model.
        """
        normed = normed_by(self.final_norm, hidden, self.config.norm_eps)
        if token_ids is None and self.head.scales is not None:
            return self.head(normed)  # in eight bits
        if token_ids is None:
            return in_float32(normed, self.embedding)
        rows = self.embedding[token_ids.to(self.embedding.device)]
        return F.linear(normed, rows.float())

    def _through(
        self,
        hidden: Tensor,
        positions: Tensor,
        first: int,
        attend: Attend,
        stop: int | None = None,
    ) -> Tensor:
        """hidden [..., num_tokens, hidden_size]; positions broadcast to its tokens."""
        shape = hidden.shape[:-1]
        positions = positions.expand(shape).reshape(-1)
        rotations = self._rotations(positions)
        rows = hidden.reshape(-1, hidden.shape[-1])
        for index in range(first, self.config.num_layers if stop is None else stop):
            layer = self.layers[index]
            heads = layer.heads(rows, rotations[layer.is_global])
            out = attend(index, *(x.unflatten(0, shape).transpose(-3, -2) for x in heads))
            rows = layer.attended(rows, out.transpose(-3, -2).reshape(len(rows), -1))
        return rows.view_as(hidden)

    def _rotations(self, positions: Tensor) -> dict[bool, tuple[Tensor, Tensor]]:
        """By whether a layer is global; positions [num_tokens]."""
        config = self.config
        far = positions / config.global_rope_factor
        return {
            True: half_rotation(far, config.head_dim, config.global_rope_base),
            False: half_rotation(positions, config.head_dim, config.local_rope_base),
        }

    def _few(self, hidden: Tensor, layer: int) -> list[PreparedLayer] | None:
        """The layers from this one on, where engine/few_rows.py is the faster way."""
        num_rows = hidden.shape[0] * hidden.shape[1]
        if not 0 < num_rows <= most_rows() or not hidden.is_cpu:
            return None
        if torch.is_grad_enabled() and hidden.requires_grad:
            return None
        found = [one.for_few for one in self.layers[layer:]]
        return [one for one in found if one is not None] if None not in found else None


def _last(keys: Tensor, most: int) -> Tensor:
    """The last so many, without a hold on those before."""
    return keys if keys.shape[1] <= most else keys[:, keys.shape[1] - most :].clone()
