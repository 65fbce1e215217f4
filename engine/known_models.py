"""Which models are recommended, and for how much memory?

By what a token costs while documents are read: few and narrow heads of keys, and sliding layers,
are worth more here than a few points of a benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from engine.kv_bytes import KvShape


@dataclass(frozen=True, slots=True)
class KnownModel:
    """`num_weights` are those that are loaded; `is_float` where they are float32 in memory and not
    bfloat16. `longest` is the trained context in tokens."""

    name: str
    num_weights: int
    shape: KvShape
    longest: int
    chats: bool
    licence: str
    is_float: bool = False
    is_packaged: bool = False

    def bytes_for(self, num_tokens: int) -> int:
        """Of weights, and of a document of so many tokens."""
        return self.num_weights * (4 if self.is_float else 2) + self.shape.bytes_of(num_tokens)


_GEMMA, _APACHE, _LLAMA = "Gemma", "Apache-2.0", "Llama 3"
KNOWN = (
    KnownModel(
        name="gemma-3-270m",
        num_weights=268_098_176,
        shape=KvShape(num_global=3, num_kv_heads=1, head_dim=256, num_sliding=15, window=512),
        longest=32_768,
        chats=False,
        licence=_GEMMA,
        is_float=True,
        is_packaged=True,
    ),
    KnownModel(
        name="google/gemma-3-1b-it",
        num_weights=999_885_952,
        shape=KvShape(num_global=4, num_kv_heads=1, head_dim=256, num_sliding=22, window=512),
        longest=32_768,
        chats=True,
        licence=_GEMMA,
        is_float=True,
    ),
    KnownModel(
        name="google/gemma-3-4b-it",
        num_weights=3_880_263_168,
        shape=KvShape(num_global=5, num_kv_heads=4, head_dim=256, num_sliding=29, window=1024),
        longest=131_072,
        chats=True,
        licence=_GEMMA,
        is_float=True,
    ),
    KnownModel(
        name="qwen2.5-coder-1.5b",
        num_weights=1_543_714_304,
        shape=KvShape(num_global=28, num_kv_heads=2, head_dim=128),
        longest=32_768,
        chats=True,
        licence=_APACHE,
        is_packaged=True,
    ),
    KnownModel(
        name="meta-llama/Llama-3.2-1B-Instruct",
        num_weights=1_235_814_400,
        shape=KvShape(num_global=16, num_kv_heads=8, head_dim=64),
        longest=131_072,
        chats=True,
        licence=_LLAMA,
    ),
    KnownModel(
        name="Qwen/Qwen2.5-7B-Instruct",
        num_weights=7_615_616_512,
        shape=KvShape(num_global=28, num_kv_heads=4, head_dim=128),
        longest=32_768,
        chats=True,
        licence=_APACHE,
    ),
    KnownModel(
        name="Qwen/Qwen3-4B-Instruct-2507",
        num_weights=4_022_468_096,
        shape=KvShape(num_global=36, num_kv_heads=8, head_dim=128),
        longest=262_144,
        chats=True,
        licence=_APACHE,
    ),
)


def free_memory() -> int:
    return psutil.virtual_memory().available


def recommended(memory_bytes: int, num_tokens: int) -> list[KnownModel]:
    """Those that take a document of so many tokens within the memory, in the order of what a
    token costs. A document past a model's trained context is read in parts, of that length."""
    fitting = [
        model for model in KNOWN if model.bytes_for(min(num_tokens, model.longest)) <= memory_bytes
    ]
    return sorted(fitting, key=lambda model: model.shape.bytes_on_disk)
