"""What does every model that reads offer, whatever its family?

A document is read once as a `Prefix`; questions about it are `Branches` that share its keys.
Hidden states, keys and values are float32 in every family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import products
from engine.growing_keys import GrowingKeys
from engine.int8_weights import int8_linear, quantised

Weights = Literal["float32", "bfloat16", "int8"]
_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
KeysValues = tuple[Tensor, Tensor]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Keys and values of the tokens read so far, by layer: [num_kv_heads, n, head_dim].

    Global layers keep all n = num_tokens; sliding layers the last window - 1. Never changed:
    reading on makes a new one.
    """

    num_tokens: int
    layers: tuple[KeysValues, ...]
    growing: GrowingKeys | None = field(default=None, compare=False, repr=False)

    @property
    def num_bytes(self) -> int:
        return sum(keys.nbytes + values.nbytes for keys, values in self.layers)


@dataclass(frozen=True, slots=True)
class Branches:
    """What each branch has added to a prefix: [num_branches, num_kv_heads, num_own, head_dim].

    Branches are padded to a common length; `is_real` [num_branches, num_own] tells tokens from
    padding, `lengths` [num_branches] counts the tokens.
    """

    layers: tuple[KeysValues, ...]
    is_real: Tensor
    lengths: Tensor

    def of(self, rows: Sequence[int]) -> Branches:
        """The branches with these numbers, each as often as it is named."""
        layers = tuple((keys[rows], values[rows]) for keys, values in self.layers)
        return Branches(layers, self.is_real[rows], self.lengths[rows])

    @property
    def num_own(self) -> int:
        return self.is_real.shape[1]

    def first(self, num_own: int) -> Branches:
        """What they had added when it was so many tokens, padding counted."""
        if num_own == self.num_own:
            return self
        layers = tuple((k[:, :, :num_own], v[:, :, :num_own]) for k, v in self.layers)
        is_real = self.is_real[:, :num_own]
        return Branches(layers, is_real, is_real.sum(dim=1))


@dataclass(slots=True)
class Projection:
    """A linear map with an optional low-rank addition of its own.

    Of weights in int8 `scales` [out] are those of the outputs. Whatever the weights are, what
    comes in and what goes out is float32. Weights may be packed (engine/products.py).
    """

    weight: Tensor  # [out, in]
    down: Tensor | None = None  # [rank, in]
    up: Tensor | None = None  # [out, rank]
    scale: float = 1.0
    scales: Tensor | None = None

    def __call__(self, x: Tensor) -> Tensor:
        out = self._mapped(x)
        if self.down is None or self.up is None:
            return out
        return out + self.scale * F.linear(F.linear(x, self.down), self.up)

    def with_weights(self, kind: Weights) -> Projection:
        """The same map with its weights in another kind of number."""
        if kind == "int8":
            weight, scales = quantised(products.plain(self.weight))
            return Projection(weight, self.down, self.up, self.scale, scales)
        weight = products.plain(self.weight).to(_DTYPES[kind])
        return Projection(weight, self.down, self.up, self.scale)

    def pack(self) -> None:
        """Lay the weights out for fast products, in place: they are not to be changed any more."""
        self.weight = products.packed(self.weight)

    def to(self, device: torch.device | str) -> Projection:
        weight = products.plain(self.weight).to(device)
        down, up, scales = (
            None if tensor is None else tensor.to(device)
            for tensor in (self.down, self.up, self.scales)
        )
        return Projection(weight, down, up, self.scale, scales)

    def _mapped(self, x: Tensor) -> Tensor:
        if self.scales is not None:
            return int8_linear(x, self.weight, self.scales)
        out = products.linear(x.to(self.weight.dtype), self.weight)
        return out.to(x.dtype)


class DecoderConfig(Protocol):
    @property
    def num_layers(self) -> int: ...
    @property
    def hidden_size(self) -> int: ...
    @property
    def num_heads(self) -> int: ...
    @property
    def num_kv_heads(self) -> int: ...
    @property
    def head_dim(self) -> int: ...
    @property
    def intermediate_size(self) -> int: ...
    @property
    def vocab_size(self) -> int: ...
    @property
    def max_position(self) -> int: ...


class DecoderLayer(Protocol):
    """The maps that an adapter may add to."""

    @property
    def qkv(self) -> Projection: ...
    @property
    def output(self) -> Projection: ...
    @property
    def gate_up(self) -> Projection: ...
    @property
    def down(self) -> Projection: ...


class DecoderModel(Protocol):
    @property
    def config(self) -> DecoderConfig: ...
    @property
    def layers(self) -> Sequence[DecoderLayer]: ...

    def empty_prefix(self) -> Prefix: ...

    def read(self, prefix: Prefix, token_ids: Tensor) -> tuple[Prefix, Tensor]:
        """Read on: the longer prefix and the hidden states [num_tokens, hidden_size]."""
        ...

    def read_from(self, prefix: Prefix, hidden: Tensor, layer: int) -> tuple[Prefix, Tensor]:
        """The same from the input of `layer` on; the layers below keep what they have."""
        ...

    def empty_branches(self, num_branches: int) -> Branches: ...

    def branch(
        self, prefix: Prefix, branches: Branches, token_ids: Tensor, is_real: Tensor
    ) -> tuple[Branches, Tensor, dict[int, Tensor]]:
        """Add tokens [num_branches, num_new] to the branches of a prefix.

        `is_real` marks tokens that are not padding (padding stands to the right). Returns the
        longer branches, hidden states [num_branches, num_new, hidden_size], and by layer (some of
        those that see everything) the attention on the prefix [num_branches, num_heads, num_new,
        num_prefix].
        """
        ...

    def branch_from(
        self, prefix: Prefix, branches: Branches, hidden: Tensor, is_real: Tensor, layer: int
    ) -> tuple[Branches, Tensor, dict[int, Tensor]]:
        """The same from the input of `layer` on."""
        ...

    def read_packed(self, prefix_ids: Tensor, branch_ids: Tensor, branches: Tensor) -> Tensor:
        """A prefix and all its branches in one forward, as training wants them.

        `branches` [num_branch_tokens] tells the branch of each branch token, in order. Hidden
        states [num_prefix + num_branch_tokens, hidden_size], equal to those of `read` and
        `branch`; nothing is kept to read on.
        """
        ...

    def embed(self, token_ids: Tensor) -> Tensor: ...

    def logits(self, hidden: Tensor, token_ids: Tensor | None = None) -> Tensor:
        """Scores of the given tokens, of all where None is given; [..., num_tokens]."""
        ...
