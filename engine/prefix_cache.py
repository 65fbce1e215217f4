"""Was this prompt, or its start, read before, by this model?

What was read is kept in blocks on the disk (docs/decisions/0024) and whole in memory, for as long
as there is room. A prefix is never changed, so whoever reads on shares it with those who ask
about it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.decoder_model import Prefix
from engine.disk_cache import DiskCache
from engine.load_or_read import LoadOrRead
from engine.prefix_block import arrays_of, header_of, prefix_of
from engine.prefix_chain import Chain, Grid
from engine.prefix_memory import PrefixMemory
from engine.prefix_numbers import NUMBERS, Numbers

KIND = "prefix"
Tier = Literal["memory", "disk"]


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of the start of a prompt, and where it was."""

    prefix: Prefix
    tier: Tier


class PrefixCache:
    """Prefixes by their owner, the model's fingerprint and the token ids."""

    def __init__(
        self,
        disk: DiskCache,
        fingerprint: str,
        memory: PrefixMemory | None = None,
        numbers: Numbers = NUMBERS["bfloat16"],
    ) -> None:
        """Nothing is kept in memory where none is given."""
        self._disk, self._fingerprint = disk, f"{fingerprint} {numbers.name}"
        self.memory = PrefixMemory(lambda: 0) if memory is None else memory
        self.numbers = numbers
        self.pace = LoadOrRead()

    def chain(self, token_ids: Sequence[int], grid: Grid, owner: str = "") -> Chain:
        return Chain.of(token_ids, grid, self._fingerprint, owner)

    def num_kept(self, chain: Chain) -> int:
        """Tokens of the longest start that is kept, unread: it may yet be found damaged."""
        in_memory = self.memory.find(chain)
        blocks = self._blocks(chain)
        on_disk = blocks.num_tokens
        return max(on_disk, 0 if in_memory is None else in_memory.num_tokens)

    def start(self, chain: Chain, tokens_per_second: float) -> Start | None:
        """The longest start of a prompt that is kept; from the disk where loading is faster than
        reading anew. What is torn or was changed ends the start before it."""
        in_memory = self.memory.take(chain)
        num_here = 0 if in_memory is None else in_memory.num_tokens
        blocks = self._blocks(chain)
        num_new = blocks.num_tokens - num_here
        if self.pace.is_worth_loading(self._num_bytes(blocks), num_new, tokens_per_second):
            loaded = self._load(blocks)
            if loaded is not None and loaded.num_tokens > num_here:
                return Start(loaded, "disk")
        if in_memory is None:
            return None
        self._used(chain.up_to(num_here))
        return Start(in_memory, "memory")

    def store(self, chain: Chain, prefix: Prefix, documents: Collection[str]) -> bool:
        """Keep the last block of what was read, which the chain ends with. False where the disk
        has no room for it."""
        start = chain.stops[-2] if len(chain.stops) > 1 else 0
        is_kept = self._disk.put(
            KIND,
            chain.keys[-1],
            arrays_of(prefix, start, self.numbers),
            header_of(prefix, start),
            label=", ".join(documents),
            owner=chain.owner,
            documents=documents,
            base=chain.keys[:-1],
        )
        self._disk.touch(KIND, chain.keys, owner=chain.owner)
        return is_kept

    def remember(self, chain: Chain, prefix: Prefix, documents: Collection[str]) -> None:
        """Keep all of it in memory."""
        self.memory.put(chain, prefix, documents)

    def _blocks(self, chain: Chain) -> Chain:
        """Those that are on the disk, from the first one on without a gap."""
        for number, key in enumerate(chain.keys):
            if not self._disk.has(KIND, key, owner=chain.owner):
                return chain.up_to(chain.stops[number - 1] if number else 0)
        return chain

    def _num_bytes(self, chain: Chain) -> int:
        return sum(self._disk.num_bytes(KIND, key, owner=chain.owner) for key in chain.keys)

    def _load(self, chain: Chain) -> Prefix | None:
        begun, num_bytes, blocks = time.monotonic(), 0, []
        for key, stop in zip(chain.keys, chain.stops, strict=True):
            size = self._disk.num_bytes(KIND, key, owner=chain.owner)
            entry = self._disk.get(KIND, key, owner=chain.owner)
            if entry is None or entry.header["stop"] != stop:
                break
            blocks.append((entry.header, entry.arrays))
            num_bytes += size
        if not blocks:
            return None
        prefix = prefix_of(blocks, self.numbers)
        self.pace.loaded(num_bytes, time.monotonic() - begun)
        self._used(chain.up_to(prefix.num_tokens))
        return prefix

    def _used(self, chain: Chain) -> None:
        self._disk.touch(KIND, chain.keys, owner=chain.owner)
        self._disk.hit(KIND, chain.keys[-1], owner=chain.owner)
