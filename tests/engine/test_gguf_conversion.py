"""A tiny model is written as the converter of llama.cpp writes it, and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor

from engine.chat_template import ChatTemplate
from engine.gguf_conversion import convert
from engine.global_decoder import GlobalDecoder, GlobalDecoderConfig
from engine.loading import load_model
from engine.model_folder import model_folder
from engine.rope_scaling import Rope
from schemas.engine_settings import EngineSettings
from schemas.errors import ModelUnavailable
from schemas.settings import CacheSettings, Settings
from tests.engine.byte_level import byte_level
from tests.engine.decoder_weights import CONFIG, LLAMA_3, QWEN_3, SCALED, random_weights
from tests.engine.test_global_decoder import hidden_of, tokens

LLAMA_31 = {**SCALED["llama3"], "original_max_position_embeddings": 8192}
CASES: dict[str, dict[str, Any]] = {
    "qwen2": CONFIG,
    "qwen2-yarn": {**CONFIG, "rope_scaling": SCALED["yarn"]},
    "qwen3-untied": {**QWEN_3, "tie_word_embeddings": False},
    "llama3": {**LLAMA_3, "max_position_embeddings": 131_072, "rope_scaling": LLAMA_31},
}
_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_OUTER = {
    "model.embed_tokens.weight": "token_embd.weight",
    "lm_head.weight": "output.weight",
    "model.norm.weight": "output_norm.weight",
}


def their_name(name: str) -> str:
    if name in _OUTER:
        return _OUTER[name]
    _, _, layer, *part, suffix = name.split(".")
    return f"blk.{layer}.{_NAMES['.'.join(part)]}.{suffix}"


def in_pairs(weight: Tensor, num_heads: int) -> Tensor:
    """What convert_hf_to_gguf.py does to the queries and keys of Llama."""
    rows, width = weight.shape
    halves = weight.reshape(num_heads, 2, rows // num_heads // 2, width)
    return halves.swapaxes(1, 2).reshape(rows, width)


def write_gguf(file: Path, config: dict[str, Any], weights: dict[str, Tensor]) -> None:
    kind = config["model_type"]
    writer = gguf.GGUFWriter(file, kind)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    if "head_dim" in config:
        writer.add_key_length(config["head_dim"])
    _write_scaling(writer, config)
    _write_tokenizer(writer, "llama-bpe" if kind == "llama" else "qwen2", config["vocab_size"])
    for name, weight in weights.items():
        if kind == "llama" and ("q_proj" in name or "k_proj" in name):
            heads = "num_attention_heads" if "q_proj" in name else "num_key_value_heads"
            weight = in_pairs(weight, config[heads])
        writer.add_tensor(their_name(name), weight.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_scaling(writer: gguf.GGUFWriter, config: dict[str, Any]) -> None:
    scaling = config.get("rope_scaling")
    if scaling is None:
        return
    if scaling["rope_type"] == "llama3":
        head = config["hidden_size"] // config["num_attention_heads"]
        plain = Rope(config["rope_theta"]).frequencies(head)
        divisors = plain / Rope.of(config).frequencies(head)
        writer.add_tensor("rope_freqs.weight", divisors.numpy().astype(np.float32))
        return
    writer.add_rope_scaling_type(gguf.RopeScalingType(scaling["rope_type"]))
    writer.add_rope_scaling_factor(scaling["factor"])
    writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])


def _write_tokenizer(writer: gguf.GGUFWriter, pre: str, size: int) -> None:
    written = json.loads(byte_level("hello", " world").to_str())["model"]
    names = sorted(written["vocab"], key=written["vocab"].__getitem__)
    kinds = [gguf.TokenType.NORMAL] * len(names) + [gguf.TokenType.CONTROL] * 2
    names += ["<|im_start|>", "<|im_end|>"]
    kinds += [gguf.TokenType.UNUSED] * (size - len(names))
    names += [f"[PAD{number}]" for number in range(len(names), size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(names)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(merge) for merge in written["merges"]])
    writer.add_eos_token_id(names.index("<|im_end|>"))
    writer.add_chat_template("{{ messages[0].content }}")


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return CASES[request.param]


def rounded_weights(config: dict[str, Any]) -> dict[str, Tensor]:
    return {name: w.bfloat16().float() for name, w in random_weights(config).items()}


def test_a_model_computes_the_same_from_a_gguf_file(case: dict[str, Any], tmp_path: Path) -> None:
    weights = rounded_weights(case)
    write_gguf(tmp_path / "model.gguf", case, weights)
    convert(tmp_path / "model.gguf", tmp_path)
    halves = {name: weight.bfloat16() for name, weight in weights.items()}
    model, read = GlobalDecoder(GlobalDecoderConfig.of(case), halves), GlobalDecoder.load(tmp_path)
    expected = model.logits(hidden_of(model, tokens(60)))
    torch.testing.assert_close(read.logits(hidden_of(read, tokens(60))), expected)


def test_its_tokenizer_and_template_come_along(tmp_path: Path) -> None:
    write_gguf(tmp_path / "model.gguf", CONFIG, rounded_weights(CONFIG))
    convert(tmp_path / "model.gguf", tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    ids = tokenizer.encode("hello world<|im_end|>").ids
    assert [tokenizer.id_to_token(number) for number in ids] == ["hello", "Ġworld", "<|im_end|>"]
    template = ChatTemplate.of(tmp_path)
    assert template is not None
    assert template.rendered([{"role": "user", "content": "hi"}]) == "hi"
    generation = json.loads((tmp_path / "generation_config.json").read_text())
    assert generation["eos_token_id"] == [ids[-1]]


def test_the_better_copy_of_one_matrix_serves_as_both(tmp_path: Path) -> None:
    weights = rounded_weights(CONFIG)
    rough = weights["model.embed_tokens.weight"] + 0.01
    doubled = {**weights, "model.embed_tokens.weight": rough}
    doubled["lm_head.weight"] = weights["model.embed_tokens.weight"]
    write_gguf(tmp_path / "model.gguf", CONFIG, doubled)
    convert(tmp_path / "model.gguf", tmp_path)
    read = GlobalDecoder.load(tmp_path)
    assert read.head is read.embedding
    torch.testing.assert_close(read.embedding.float(), weights["model.embed_tokens.weight"])


def test_other_frequencies_than_those_of_llama_are_refused(tmp_path: Path) -> None:
    config = {**CASES["llama3"], "rope_scaling": {**LLAMA_31, "high_freq_factor": 40.0}}
    write_gguf(tmp_path / "model.gguf", config, rounded_weights(config))
    with pytest.raises(ModelUnavailable, match="frequencies that are not known"):
        convert(tmp_path / "model.gguf", tmp_path)


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"no" * 100)
    with pytest.raises(ModelUnavailable, match=r"model\.gguf is no GGUF file"):
        convert(tmp_path / "model.gguf", tmp_path)


def test_a_part_of_a_file_is_refused(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "qwen2")
    writer.add_uint16("split.count", 3)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelUnavailable, match="one of 3 parts: join them"):
        convert(tmp_path / "model.gguf", tmp_path)


def test_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "mamba")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelUnavailable, match="GGUF files of mamba are not read yet: gemma3"):
        convert(tmp_path / "model.gguf", tmp_path)


def test_a_file_may_be_named_as_the_model(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    write_gguf(file, CONFIG, rounded_weights(CONFIG))
    settings = Settings(
        engine=EngineSettings(model=str(file)), cache=CacheSettings(directory=tmp_path / "cache")
    )
    folder = model_folder(settings)
    assert folder == model_folder(settings)
    assert type(load_model(folder)) is GlobalDecoder
    file.touch()
    assert model_folder(settings) != folder
