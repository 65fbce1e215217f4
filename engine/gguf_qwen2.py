"""What does a GGUF file call the parts of a Qwen 2 or 2.5 whose embedding is its output head?"""

from __future__ import annotations

from typing import Any

ARCHITECTURE = "qwen2"
_TENSORS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def name_of(name: str) -> str | None:
    """The file has the one matrix twice, as `output` in six bits and as `token_embd` in four:
    the better copy serves as both."""
    if name == "token_embd.weight":
        return None
    if name == "output.weight":
        return "model.embed_tokens.weight"
    if name == "output_norm.weight":
        return "model.norm.weight"
    _, layer, part, suffix = name.split(".")
    return f"model.layers.{layer}.{_TENSORS[part]}.{suffix}"


def norm_offset(name: str) -> float:
    return 0.0


def config_of(reader: Any) -> dict[str, Any]:
    def value(name: str) -> Any:
        return reader.fields[name].contents()

    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "hidden_size": value("qwen2.embedding_length"),
        "intermediate_size": value("qwen2.feed_forward_length"),
        "num_hidden_layers": value("qwen2.block_count"),
        "num_attention_heads": value("qwen2.attention.head_count"),
        "num_key_value_heads": value("qwen2.attention.head_count_kv"),
        "max_position_embeddings": value("qwen2.context_length"),
        "rms_norm_eps": value("qwen2.attention.layer_norm_rms_epsilon"),
        "rope_theta": value("qwen2.rope.freq_base"),
        "hidden_act": "silu",
        "use_sliding_window": False,
        "tie_word_embeddings": True,
        "bos_token_id": value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.padding_token_id"),
    }
