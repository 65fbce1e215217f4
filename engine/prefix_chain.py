"""Under which keys is what was read of a prompt kept?

A prompt is read in blocks, and the key of a block is a hash of the key before it and of the
block's token ids. So prompts that begin alike have the keys of their first blocks in common, and
a key names all that stands before it. The first key is that of nothing read: of the model, the
owner and the grid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from blake3 import blake3


@dataclass(frozen=True, slots=True)
class Grid:
    """Where chunks and blocks end, in tokens. A block is read in whole chunks but for its last, so
    that what goes on at the end of a block reads the same chunks as what began at the first."""

    block_tokens: int
    chunk_tokens: int

    def stops(self, num_tokens: int) -> tuple[int, ...]:
        """The ends of the blocks of a prompt: the last one ends with it."""
        whole = range(self.block_tokens, num_tokens, self.block_tokens)
        return (*whole, num_tokens) if num_tokens else ()

    def chunks(self, start: int, num_tokens: int) -> Iterator[tuple[int, int]]:
        """From the end of a block to the end of the prompt."""
        while start < num_tokens:
            block_stop = start - start % self.block_tokens + self.block_tokens
            stop = min(start + self.chunk_tokens, block_stop, num_tokens)
            yield start, stop
            start = stop


@dataclass(frozen=True, slots=True)
class Chain:
    """`keys[i]` names the tokens up to `stops[i]`."""

    owner: str
    stops: tuple[int, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, token_ids: Sequence[int], grid: Grid, fingerprint: str, owner: str = "") -> Chain:
        ids = np.asarray(token_ids, dtype=np.int32)
        root = json.dumps([fingerprint, owner, grid.block_tokens, grid.chunk_tokens])
        stops, keys = grid.stops(len(ids)), []
        key, start = blake3(root.encode()).digest(), 0
        for stop in stops:
            key = blake3(key + ids[start:stop].tobytes()).digest()
            keys.append(key.hex())
            start = stop
        return cls(owner, stops, tuple(keys))

    @property
    def num_tokens(self) -> int:
        return self.stops[-1] if self.stops else 0

    def up_to(self, stop: int) -> Chain:
        """The blocks that end there or before."""
        number = sum(end <= stop for end in self.stops)
        return Chain(self.owner, self.stops[:number], self.keys[:number])
