"""How does a Gemma 3 in GGUF become the layout that the Hugging Face libraries use?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from safetensors.torch import save_file

from engine.gguf_tokenizer import tokenizer_of

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


def convert(source: Path, folder: Path) -> None:
    reader = gguf.GGUFReader(source)
    tensors = {_name_of(tensor.name): _weights_of(tensor) for tensor in reader.tensors}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(_config_of(reader), indent=2))
    tokenizer_of(reader).save(str(folder / "tokenizer.json"))


def _name_of(name: str) -> str:
    if name == "token_embd.weight":
        return "model.embed_tokens.weight"
    if name == "output_norm.weight":
        return "model.norm.weight"
    _, layer, part, suffix = name.split(".")
    return f"model.layers.{layer}.{_TENSORS[part]}.{suffix}"


def _weights_of(tensor: Any) -> torch.Tensor:
    """Dequantised, in bfloat16: its rounding is 1/16 of the quantisation's own step or less.

    GGUF keeps Gemma's norms as 1 + w; the safetensors layout keeps w.
    """
    values = np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
    if "norm" in tensor.name:
        values -= 1.0
    return torch.from_numpy(values).to(torch.bfloat16)


def _config_of(reader: Any) -> dict[str, Any]:
    def value(name: str) -> Any:
        return reader.fields[name].contents()

    num_layers = value("gemma3.block_count")
    return {
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "hidden_size": value("gemma3.embedding_length"),
        "intermediate_size": value("gemma3.feed_forward_length"),
        "num_hidden_layers": num_layers,
        "num_attention_heads": value("gemma3.attention.head_count"),
        "num_key_value_heads": value("gemma3.attention.head_count_kv"),
        "head_dim": value("gemma3.attention.key_length"),
        "query_pre_attn_scalar": value("gemma3.attention.key_length"),
        "max_position_embeddings": value("gemma3.context_length"),
        "sliding_window": value("gemma3.attention.sliding_window"),
        "layer_types": [
            "full_attention" if layer % 6 == 5 else "sliding_attention"
            for layer in range(num_layers)
        ],
        "rms_norm_eps": value("gemma3.attention.layer_norm_rms_epsilon"),
        "rope_theta": value("gemma3.rope.freq_base"),
        "rope_local_base_freq": 10_000.0,  # not in the GGUF file: Gemma 3's own
        "hidden_activation": "gelu_pytorch_tanh",
        "attention_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.padding_token_id"),
        "dtype": "bfloat16",
    }
