"""How is a prompt read, whatever was read of it before?

At the end of each block it is rounded as it would come back from the disk, and kept. So whoever
goes on there, after a restart or with another prompt that begins alike, computes the same numbers
bit for bit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch

from engine.decoder_model import DecoderModel, Prefix
from engine.memory_budget import Admission, MemoryBudget
from engine.memory_needs import (
    asking_bytes,
    kept_bytes,
    reading_bytes,
    state_bytes,
    windows_of,
)
from engine.prefix_cache import PrefixCache
from engine.prefix_chain import Chain, Grid
from engine.prefix_memory import Checkpoint, PrefixMemory
from engine.prefix_numbers import rounded
from engine.speed import Speed
from schemas.engine_settings import EngineSettings

OnRead = Callable[[int], None]
"""Told the tokens of each chunk, and first those that were read before."""


@dataclass(frozen=True, slots=True)
class ReadPrefix:
    prefix: Prefix
    num_cached: int
    tier: str | None  # where those were


class PrefixReader:
    """Threads may share it, one at a time."""

    def __init__(
        self,
        model: DecoderModel,
        prefixes: PrefixCache,
        settings: EngineSettings,
        budget: MemoryBudget,
        speed: Callable[[], Speed],
    ) -> None:
        self._model, self._prefixes, self._budget = model, prefixes, budget
        self._speed = speed
        slides = any(window is not None for window in windows_of(model.config))
        # without a state to be kept beside the keys, each chunk can be a block
        self.grid = Grid(
            settings.checkpoint_tokens if slides else settings.chunk_tokens, settings.chunk_tokens
        )

    def num_cached(self, token_ids: Sequence[int], owner: str) -> int:
        """Tokens that would not be read; what is kept is not looked into."""
        return self._prefixes.num_kept(self._prefixes.chain(token_ids, self.grid, owner))

    def key_of(self, token_ids: Sequence[int], owner: str) -> str:
        """Under which the whole prompt is kept."""
        return self._prefixes.chain(token_ids, self.grid, owner).keys[-1]

    @property
    def memory(self) -> PrefixMemory:
        return self._prefixes.memory

    def forget(self, owner: str, documents: Collection[str]) -> None:
        """In memory; the disk is its own affair."""
        self._prefixes.memory.forget(owner, documents)

    def admitted(
        self, num_tokens: int, num_question_tokens: int = 0
    ) -> AbstractContextManager[Admission]:
        """Raises `CapacityExceeded` for a prompt that, with its questions, needs more memory than
        can be had."""
        config = self._model.config
        reading = reading_bytes(config, num_tokens, self.grid.chunk_tokens)
        asking = asking_bytes(config, num_tokens, num_question_tokens)
        states = state_bytes(config) * (num_tokens // self.grid.block_tokens)
        wanted = states + max(reading, kept_bytes(config, num_tokens) + asking)
        return self._budget.admitted(wanted, num_tokens)

    def read(
        self,
        token_ids: Sequence[int],
        documents: Collection[str],
        owner: str,
        on_read: OnRead,
        admission: Admission | None = None,
    ) -> ReadPrefix:
        """What `on_read` raises ends the reading; what was kept till then is not read again."""
        chain = self._prefixes.chain(token_ids, self.grid, owner)
        start = self._prefixes.start(chain, self._speed().tokens_per_second)
        prefix = self._model.empty_prefix() if start is None else start.prefix
        num_cached = prefix.num_tokens
        if num_cached:
            on_read(num_cached)
        if num_cached < chain.num_tokens:
            prefix = self._read_on(prefix, token_ids, chain, documents, on_read, admission)
        elif start is not None and start.tier == "disk":
            self._prefixes.remember(chain, prefix, documents)
        return ReadPrefix(prefix, num_cached, None if start is None else start.tier)

    @torch.inference_mode()
    def read_anew(self, token_ids: Sequence[int]) -> Prefix:
        """Without the caches."""
        prefix = self._model.empty_prefix()
        for start, stop in self.grid.chunks(0, len(token_ids)):
            prefix = self._chunk(prefix, token_ids[start:stop])
            if stop % self.grid.block_tokens == 0:
                prefix = rounded(prefix, self._prefixes.numbers)
        return rounded(prefix, self._prefixes.numbers)

    @torch.inference_mode()
    def _read_on(
        self,
        prefix: Prefix,
        token_ids: Sequence[int],
        chain: Chain,
        documents: Collection[str],
        on_read: OnRead,
        admission: Admission | None,
    ) -> Prefix:
        checkpoints = []
        for start, stop in self.grid.chunks(prefix.num_tokens, chain.num_tokens):
            prefix = self._chunk(prefix, token_ids[start:stop])
            if stop in chain.stops:
                prefix = rounded(prefix, self._prefixes.numbers)
                self._prefixes.store(chain.up_to(stop), prefix, documents)
                checkpoints.append(Checkpoint.of(prefix))
            if admission is not None:
                admission.num_taken = prefix.num_bytes
            on_read(stop - start)
        for checkpoint in checkpoints:  # the whole one last: it goes last
            upto = chain.up_to(checkpoint.num_tokens)
            self._prefixes.remember(upto, checkpoint.start_of(prefix), documents)
        return prefix

    def _chunk(self, prefix: Prefix, token_ids: Sequence[int]) -> Prefix:
        begun = time.monotonic()
        prefix, _ = self._model.read(prefix, torch.tensor(token_ids))
        self._speed().read(len(token_ids), time.monotonic() - begun)
        return prefix
