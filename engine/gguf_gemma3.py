"""What does a GGUF file call the parts of a Gemma 3?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from engine.gguf_global import scaling_of

ARCHITECTURE = "gemma3"
_LAYERS_OF_27B = 62
_TENSORS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}


def name_of(name: str) -> str | None:
    if name == "token_embd.weight":
        return "model.embed_tokens.weight"
    if name == "output_norm.weight":
        return "model.norm.weight"
    _, layer, part, suffix = name.split(".")
    return f"model.layers.{layer}.{_TENSORS[part]}.{suffix}"


def norm_offset(name: str) -> float:
    """GGUF keeps Gemma's norms as 1 + w; the safetensors layout keeps w."""
    return -1.0 if "norm" in name else 0.0


def completed(weights: Mapping[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
    return dict(weights)


def config_of(reader: Any) -> dict[str, Any]:
    def value(name: str) -> Any:
        return reader.fields[name].contents()

    num_layers = value("gemma3.block_count")
    head_dim = value("gemma3.attention.key_length")
    scaling = scaling_of(reader, ARCHITECTURE)
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "hidden_size": value("gemma3.embedding_length"),
        "intermediate_size": value("gemma3.feed_forward_length"),
        "num_hidden_layers": num_layers,
        "num_attention_heads": value("gemma3.attention.head_count"),
        "num_key_value_heads": value("gemma3.attention.head_count_kv"),
        "head_dim": head_dim,
        "query_pre_attn_scalar": _scalar_of(value, num_layers, head_dim),
        "max_position_embeddings": value("gemma3.context_length"),
        "sliding_window": value("gemma3.attention.sliding_window"),
        "layer_types": [
            "full_attention" if layer % 6 == 5 else "sliding_attention"
            for layer in range(num_layers)
        ],
        "rms_norm_eps": value("gemma3.attention.layer_norm_rms_epsilon"),
        "rope_theta": value("gemma3.rope.freq_base"),
        "rope_local_base_freq": 10_000.0,  # not in the GGUF file: Gemma 3's own
        **({} if scaling is None else {"rope_scaling": scaling}),
        "hidden_activation": "gelu_pytorch_tanh",
        "attention_bias": False,
        "bos_token_id": value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.padding_token_id"),
    }


def _scalar_of(value: Callable[[str], Any], num_layers: int, head_dim: int) -> int:
    """Not in the file: the 27B alone has another than the others."""
    if num_layers != _LAYERS_OF_27B:
        return head_dim
    width: int = value("gemma3.embedding_length") // value("gemma3.attention.head_count")
    return width
