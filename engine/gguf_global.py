"""What does a GGUF file call the parts of a Qwen 2 or 3 or a Llama 3?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.rope_scaling import Rope
from schemas.errors import ModelUnavailable

ARCHITECTURES = {"qwen2": "Qwen2", "qwen3": "Qwen3", "llama": "Llama"}
_TENSORS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_EMBEDDING, _HEAD = "model.embed_tokens.weight", "lm_head.weight"
_FREQUENCIES = "rope_freqs.weight"
_LLAMA_ORIGINAL = 8192  # what Llama 3.1 and later were stretched from; not in the file
_SAMPLE_ROWS, _ALIKE = 512, 0.98


def name_of(name: str) -> str | None:
    """None for what is no weight."""
    if name == _FREQUENCIES:
        return None
    outer = {
        "token_embd.weight": _EMBEDDING,
        "output.weight": _HEAD,
        "output_norm.weight": "model.norm.weight",
    }
    if name in outer:
        return outer[name]
    _, layer, part, suffix = name.split(".")
    if part not in _TENSORS:
        raise ModelUnavailable(f"the GGUF file has {name}, which is not read")
    return f"model.layers.{layer}.{_TENSORS[part]}.{suffix}"


def norm_offset(name: str) -> float:
    return 0.0


def completed(weights: Mapping[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
    """As the Hugging Face libraries have them.

    Some files have the one matrix twice, the output's with more bits: the better copy serves as
    both. The files of Llama have the pairs of each head side by side, not its halves.
    """
    whole = dict(weights)
    if _HEAD in whole and _is_the_same(whole[_HEAD], whole[_EMBEDDING]):
        whole[_EMBEDDING] = whole.pop(_HEAD)
    if config["model_type"] == "llama":
        heads = {"q_proj": "num_attention_heads", "k_proj": "num_key_value_heads"}
        for layer in range(config["num_hidden_layers"]):
            for part, num_heads in heads.items():
                name = f"model.layers.{layer}.self_attn.{part}.weight"
                whole[name] = _in_halves(whole[name], config[num_heads])
    return whole


def config_of(reader: Any) -> dict[str, Any]:
    kind = reader.fields["general.architecture"].contents()

    def value(name: str, default: Any = None) -> Any:
        field = reader.fields.get(name)
        if field is None and default is None:
            raise ModelUnavailable(f"the GGUF file does not say {name}")
        return default if field is None else field.contents()

    hidden, num_heads = value(f"{kind}.embedding_length"), value(f"{kind}.attention.head_count")
    config = {
        "architectures": [f"{ARCHITECTURES[kind]}ForCausalLM"],
        "model_type": kind,
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "hidden_size": hidden,
        "intermediate_size": value(f"{kind}.feed_forward_length"),
        "num_hidden_layers": value(f"{kind}.block_count"),
        "num_attention_heads": num_heads,
        "num_key_value_heads": value(f"{kind}.attention.head_count_kv", num_heads),
        "head_dim": value(f"{kind}.attention.key_length", hidden // num_heads),
        "max_position_embeddings": value(f"{kind}.context_length"),
        "rms_norm_eps": value(f"{kind}.attention.layer_norm_rms_epsilon"),
        "rope_theta": value(f"{kind}.rope.freq_base", 10_000.0),
        "hidden_act": "silu",
        "use_sliding_window": False,
        "bos_token_id": value("tokenizer.ggml.bos_token_id", -1),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.padding_token_id", -1),
    }
    scaling = scaling_of(reader, kind) or _llama_scaling(reader, config)
    named = {name: found for name, found in config.items() if found != -1}
    return named if scaling is None else {**named, "rope_scaling": scaling}


def scaling_of(reader: Any, kind: str) -> dict[str, Any] | None:
    """Of the rotary embedding, where the file names it."""
    fields = {
        "rope_type": "type",
        "factor": "factor",
        "original_max_position_embeddings": "original_context_length",
        "attention_factor": "attn_factor",
    }
    said = {
        ours: reader.fields[name].contents()
        for ours, theirs in fields.items()
        if (name := f"{kind}.rope.scaling.{theirs}") in reader.fields
    }
    return said if said.get("rope_type", "none") != "none" else None


def _llama_scaling(reader: Any, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """The file has a divisor for each pair instead: that of Llama 3.1 and later is known."""
    divisors = next((one.data for one in reader.tensors if one.name == _FREQUENCIES), None)
    if divisors is None:
        return None
    given = torch.from_numpy(np.array(divisors, dtype=np.float32))
    scaling = {
        "rope_type": "llama3",
        "factor": round(float(given.max()), 3),
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": _LLAMA_ORIGINAL,
    }
    head_dim = config["head_dim"]
    scaled = Rope.of({**config, "rope_scaling": scaling}).frequencies(head_dim)
    plain = Rope.of(config).frequencies(head_dim)
    if not torch.allclose(plain / scaled, given, rtol=1e-3):
        raise ModelUnavailable("the GGUF file turns its heads by frequencies that are not known")
    return scaling


def _is_the_same(head: Tensor, embedding: Tensor) -> bool:
    """But for what the fewer bits of one of them lose."""
    rows = torch.linspace(0, len(head) - 1, min(len(head), _SAMPLE_ROWS)).long()
    alike = torch.cosine_similarity(head[rows].float(), embedding[rows].float(), dim=-1)
    return bool(alike.median() > _ALIKE)


def _in_halves(weight: Tensor, num_heads: int) -> Tensor:
    pairs: Tensor = weight.unflatten(0, (num_heads, -1, 2))  # [num_heads, head_dim / 2, 2, in]
    return pairs.transpose(1, 2).flatten(0, 2).contiguous()
