"""Prompts of a tiny model, read by readers that may share what they keep."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.decoder_model import DecoderModel, Prefix
from engine.disk_cache import DiskCache
from engine.memory_budget import MemoryBudget
from engine.prefix_cache import PrefixCache
from engine.prefix_numbers import NUMBERS
from engine.prefix_reader import PrefixReader, ReadPrefix
from engine.speed import Speed
from schemas.engine_settings import EngineSettings


class Shelf:
    """One reader; another on the same folder is another process."""

    def __init__(
        self,
        model: DecoderModel,
        folder: Path,
        *,
        block: int = 64,
        chunk: int = 64,
        memory: int = 0,
        disk: int = 1 << 26,
        numbers: str = "bfloat16",
        fingerprint: str = "tiny",
    ) -> None:
        settings = EngineSettings.model_validate(
            {"checkpoint_tokens": block, "chunk_tokens": chunk}
        )
        self.budget = MemoryBudget(cache_bytes=memory, available=lambda: 1 << 40)
        self.disk = DiskCache(folder, disk)
        self.cache = PrefixCache(self.disk, fingerprint, self.budget.memory, NUMBERS[numbers])
        self.chunks: list[int] = []
        speed = Speed()
        speed.read(1, 1e6)  # so slow that all is loaded
        self.reader = PrefixReader(model, self.cache, settings, self.budget, lambda: speed)

    def read(self, ids: list[int], owner: str = "", *names: str) -> ReadPrefix:
        return self.reader.read(ids, names or ("a.txt",), owner, self.chunks.append)

    @property
    def files(self) -> list[Path]:
        return sorted(self.disk.directory.glob("*/*.safetensors"))


def tokens(num_tokens: int, seed: int = 0) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(4, 300, (num_tokens,), generator=generator).tolist()


def are_equal(one: Prefix, other: Prefix) -> bool:
    """Bit for bit."""
    pairs = zip(one.layers, other.layers, strict=True)
    return one.num_tokens == other.num_tokens and all(
        torch.equal(mine, yours) for pair in pairs for mine, yours in zip(*pair, strict=True)
    )
