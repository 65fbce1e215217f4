"""How much memory does a token of a document take, while it can be asked about?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HALF, _WHOLE = 2, 4  # bytes of a number on the disk and in memory


@dataclass(frozen=True, slots=True)
class KvShape:
    """`num_global` layers keep keys and values of every token; sliding ones of the last `window`
    alone, whatever the length."""

    num_global: int
    num_kv_heads: int
    head_dim: int
    num_sliding: int = 0
    window: int = 0

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> KvShape:
        """From a config.json of today's layout."""
        kinds = config.get("layer_types") or ["full_attention"] * config["num_hidden_layers"]
        num_heads = config["num_attention_heads"]
        return cls(
            num_global=kinds.count("full_attention"),
            num_kv_heads=config.get("num_key_value_heads") or num_heads,
            head_dim=config.get("head_dim") or config["hidden_size"] // num_heads,
            num_sliding=kinds.count("sliding_attention"),
            window=config.get("sliding_window") or 0,
        )

    @property
    def bytes_on_disk(self) -> int:
        """Of each token."""
        return self.num_global * self._numbers * _HALF

    @property
    def bytes_in_memory(self) -> int:
        return self.num_global * self._numbers * _WHOLE

    def bytes_of(self, num_tokens: int) -> int:
        """In memory, of a document of so many tokens."""
        kept = min(num_tokens, max(0, self.window - 1))
        return self.bytes_in_memory * num_tokens + self.num_sliding * kept * self._numbers * _WHOLE

    @property
    def _numbers(self) -> int:
        """Of a token in a layer."""
        return 2 * self.num_kv_heads * self.head_dim
