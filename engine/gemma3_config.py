"""Of what size and shape is a Gemma 3 model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.rope_scaling import Rope
from schemas.errors import ModelUnavailable

_DEFAULTS = {  # what a config.json may leave out
    "vocab_size": 262_208,
    "hidden_size": 2304,
    "intermediate_size": 9216,
    "num_hidden_layers": 26,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 256,
    "query_pre_attn_scalar": 256,
    "max_position_embeddings": 131_072,
    "sliding_window": 4096,
    "sliding_window_pattern": 6,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "rope_local_base_freq": 10_000.0,
}


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
    global_rope_factor: float  # positions are divided by it
    local_rope_base: float
    query_scale: float
    norm_eps: float
    max_position: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Gemma3Config:
        """From a config.json; raises `ModelUnavailable` for another architecture."""
        if raw.get("model_type") == "gemma3":  # one that sees, whose reading part is used
            raw = raw["text_config"]
        if raw.get("model_type") != "gemma3_text":
            raise ModelUnavailable(
                f"model type {raw.get('model_type')!r} is not read yet: gemma3_text is wanted"
            )
        raw = {**_DEFAULTS, **raw}
        return cls(
            num_layers=raw["num_hidden_layers"],
            hidden_size=raw["hidden_size"],
            num_heads=raw["num_attention_heads"],
            num_kv_heads=raw["num_key_value_heads"],
            head_dim=raw["head_dim"],
            intermediate_size=raw["intermediate_size"],
            vocab_size=raw["vocab_size"],
            window=raw["sliding_window"],
            is_global=_is_global(raw),
            global_rope_base=_rope(raw, "full_attention").base,
            global_rope_factor=_rope(raw, "full_attention").factor,
            local_rope_base=_rope(raw, "sliding_attention").base,
            query_scale=raw["query_pre_attn_scalar"] ** -0.5,
            norm_eps=raw["rms_norm_eps"],
            max_position=raw["max_position_embeddings"],
        )


def _is_global(raw: Mapping[str, Any]) -> tuple[bool, ...]:
    """Every sixth, where the layers are not named."""
    kinds = raw.get("layer_types")
    if kinds is not None:
        return tuple(kind == "full_attention" for kind in kinds)
    every = raw["sliding_window_pattern"]
    return tuple((layer + 1) % every == 0 for layer in range(raw["num_hidden_layers"]))


def _rope(raw: Mapping[str, Any], kind: str) -> Rope:
    """Of today's layout, by the kind of layer, or of that of before transformers 5."""
    longest = {"max_position_embeddings": raw["max_position_embeddings"]}
    parameters = (raw.get("rope_parameters") or {}).get(kind)
    if parameters is not None:
        rope = Rope.of({**longest, "rope_parameters": parameters})
    elif kind == "full_attention":
        scaling = raw.get("rope_scaling")
        rope = Rope.of({**longest, "rope_theta": raw["rope_theta"], "rope_scaling": scaling})
    else:
        rope = Rope.of({**longest, "rope_theta": raw["rope_local_base_freq"]})
    is_read = rope.kind in ("default", "linear") if kind == "full_attention" else rope.factor == 1
    if not is_read:
        raise ModelUnavailable(f"a Gemma 3 with {rope.kind} scaling in {kind} is not read")
    return rope
