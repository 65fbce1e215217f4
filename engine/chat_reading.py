"""What of a chat was read before, and what is still to be read?

A chat grows at its end, and chats of one kind begin alike. So what is kept of a prompt are the
beginnings that end where a turn ends: the first one, and the longest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import torch

from engine.decoder_model import DecoderModel, Prefix
from engine.prefix_cache import PrefixCache
from engine.prefix_chain import Grid
from engine.prefix_numbers import rounded
from engine.speed import Speed

OnTokens = Callable[[int, int], None]
_LEAST_TOKENS = 256  # shorter ones are read about as fast as they are found


@dataclass(frozen=True, slots=True)
class ChatReading:
    """Threads may share it, one at a time."""

    model: DecoderModel
    prefixes: PrefixCache
    grid: Grid
    speed: Speed

    def read(
        self,
        token_ids: Sequence[int],
        ends: Collection[int],
        on_tokens: OnTokens,
        *,
        owner: str = "",
    ) -> tuple[Prefix, int]:
        """The tokens as a prefix, and how many of them were found. `on_tokens` is told how many
        are read so far, and how many of these were found; what it raises ends the work.

        Where a beginning is kept, it is rounded as it would be found: so the same is said of it
        found or read.
        """
        turns = _turns_in(token_ids, ends)
        prefix = self._found(token_ids, turns, owner)
        num_found = prefix.num_tokens

        def on_read(num_read: int) -> None:
            on_tokens(num_read, num_found)

        on_read(num_found)
        kept = {*turns[:1], *turns[-1:], *self._block_ends(turns)}
        for stop in sorted({*turns, *kept, len(token_ids)}):
            if stop <= num_found:
                continue
            prefix = self._read_on(prefix, token_ids[:stop], on_read)
            if stop in turns or stop in kept:
                prefix = rounded(prefix, self.prefixes.numbers)
            if stop in kept:
                chain = self.prefixes.chain(token_ids[:stop], self.grid, owner)
                self.prefixes.store(chain, prefix, ())
                self.prefixes.remember(chain, prefix, ())
        return prefix, num_found

    def _block_ends(self, turns: Sequence[int]) -> Sequence[int]:
        """What is kept of a long beginning stands in blocks, each on what is before it."""
        return range(self.grid.block_tokens, turns[-1] if turns else 0, self.grid.block_tokens)

    def _found(self, token_ids: Sequence[int], turns: Sequence[int], owner: str) -> Prefix:
        longest = self.model.empty_prefix()
        for stop in reversed(turns):
            if stop <= longest.num_tokens:
                break
            chain = self.prefixes.chain(token_ids[:stop], self.grid, owner)
            start = self.prefixes.start(chain, self.speed.tokens_per_second)
            if start is not None and start.prefix.num_tokens > longest.num_tokens:
                longest = start.prefix
        return longest

    @torch.inference_mode()
    def _read_on(
        self, prefix: Prefix, token_ids: Sequence[int], on_read: Callable[[int], None]
    ) -> Prefix:
        while prefix.num_tokens < len(token_ids):
            chunk = token_ids[prefix.num_tokens :][: self.grid.chunk_tokens]
            begun = time.monotonic()
            prefix, _ = self.model.read(prefix, torch.tensor(chunk))
            self.speed.read(len(chunk), time.monotonic() - begun)
            on_read(prefix.num_tokens)
        return prefix


def _turns_in(token_ids: Sequence[int], ends: Collection[int]) -> list[int]:
    """Where turns end, so far apart that each is worth keeping. Longer chats that begin with
    this one have the same, and more."""
    turns: list[int] = []
    for stop, token in enumerate(token_ids[:-1], start=1):
        if token in ends and stop - (turns[-1] if turns else 0) >= _LEAST_TOKENS:
            turns.append(stop)
    return turns
