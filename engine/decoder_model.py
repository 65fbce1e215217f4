"""What does every model that reads offer, whatever its family?

A document is read once as a `Prefix`; questions about it are `Branches` that share its keys.
Hidden states, keys and values are float32 in every family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch.nn.functional as F
from torch import Tensor

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


@dataclass(slots=True)
class Projection:
    """A linear map with an optional low-rank addition of its own."""

    weight: Tensor  # [out, in]
    down: Tensor | None = None  # [rank, in]
    up: Tensor | None = None  # [out, rank]
    scale: float = 1.0

    def __call__(self, x: Tensor) -> Tensor:
        out = F.linear(x, self.weight)
        if self.down is None or self.up is None:
            return out
        return out + self.scale * F.linear(F.linear(x, self.down), self.up)


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
