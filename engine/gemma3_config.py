"""Of what size and shape is a Gemma 3 model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class Gemma3Config:
    num_layers: int
    hidden_size: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    window: int
    is_global: tuple[bool, ...]
    global_rope_base: float
    local_rope_base: float
    query_scale: float
    norm_eps: float
    max_position: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Gemma3Config:
        """From a config.json; raises `ModelUnavailable` for another architecture."""
        if raw.get("model_type") != "gemma3_text":
            raise ModelUnavailable(
                f"model type {raw.get('model_type')!r} is not read yet: gemma3_text is wanted"
            )
        rope = raw.get("rope_parameters") or {}
        return cls(
            num_layers=raw["num_hidden_layers"],
            hidden_size=raw["hidden_size"],
            num_heads=raw["num_attention_heads"],
            num_kv_heads=raw["num_key_value_heads"],
            head_dim=raw["head_dim"],
            intermediate_size=raw["intermediate_size"],
            vocab_size=raw["vocab_size"],
            window=raw["sliding_window"],
            is_global=tuple(kind == "full_attention" for kind in raw["layer_types"]),
            global_rope_base=raw.get("rope_theta") or rope["full_attention"]["rope_theta"],
            local_rope_base=raw.get("rope_local_base_freq")
            or rope["sliding_attention"]["rope_theta"],
            query_scale=raw["query_pre_attn_scalar"] ** -0.5,
            norm_eps=raw["rms_norm_eps"],
            max_position=raw["max_position_embeddings"],
        )
