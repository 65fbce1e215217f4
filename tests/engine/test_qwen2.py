from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine import lora
from engine.qwen2 import Qwen2, Qwen2Config
from schemas.errors import ModelUnavailable

CONFIG: dict[str, Any] = {
    "model_type": "qwen2",
    "vocab_size": 320,
    "hidden_size": 48,
    "intermediate_size": 96,
    "num_hidden_layers": 5,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "hidden_act": "silu",
    "use_sliding_window": False,
    "tie_word_embeddings": True,
}


@pytest.fixture(scope="session")
def qwen_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("tiny-qwen2"), CONFIG)


@pytest.fixture
def model(qwen_folder: Path) -> Qwen2:
    return Qwen2.load(qwen_folder)


def written(folder: Path, config: dict[str, Any]) -> Path:
    (folder / "config.json").write_text(json.dumps(config))
    save_file(random_weights(config), folder / "model.safetensors", {"format": "pt"})
    return folder


def random_weights(config: dict[str, Any]) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(7)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    keys = hidden // config["num_attention_heads"] * config["num_key_value_heads"]
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (config["vocab_size"], hidden),
        "model.norm.weight": (hidden,),
    }
    if not config["tie_word_embeddings"]:
        shapes |= {"lm_head.weight": (config["vocab_size"], hidden)}
    parts: dict[str, tuple[int, ...]] = {
        "self_attn.q_proj.weight": (hidden, hidden),
        "self_attn.k_proj.weight": (keys, hidden),
        "self_attn.v_proj.weight": (keys, hidden),
        "self_attn.q_proj.bias": (hidden,),
        "self_attn.k_proj.bias": (keys,),
        "self_attn.v_proj.bias": (keys,),
        "self_attn.o_proj.weight": (hidden, hidden),
        "mlp.gate_proj.weight": (inner, hidden),
        "mlp.up_proj.weight": (inner, hidden),
        "mlp.down_proj.weight": (hidden, inner),
        "input_layernorm.weight": (hidden,),
        "post_attention_layernorm.weight": (hidden,),
    }
    for layer in range(config["num_hidden_layers"]):
        shapes |= {f"model.layers.{layer}.{name}": shape for name, shape in parts.items()}
    return {name: torch.randn(shape, generator=generator) * 0.3 for name, shape in shapes.items()}


def tokens(num_tokens: int, seed: int = 0) -> Tensor:
    return torch.randint(0, 320, (num_tokens,), generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def hidden_of(model: Qwen2, token_ids: Tensor, chunk: int = 200) -> Tensor:
    prefix, parts = model.empty_prefix(), []
    for part in token_ids.split(chunk):
        prefix, hidden = model.read(prefix, part)
        parts.append(hidden)
    return torch.cat(parts)


@torch.no_grad()
def oracle_logits(folder: Path, token_ids: Tensor) -> Tensor:
    transformers = pytest.importorskip("transformers")
    oracle = transformers.Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    logits: Tensor = oracle(token_ids[None]).logits[0]
    return logits


@pytest.mark.parametrize("chunk", [200, 64, 7, 1])
def test_logits_are_those_of_transformers_whole_or_chunked(
    qwen_folder: Path, model: Qwen2, chunk: int
) -> None:
    token_ids = tokens(200)
    actual = model.logits(hidden_of(model, token_ids, chunk))
    expected = oracle_logits(qwen_folder, token_ids)
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


def test_a_head_of_its_own_is_used(tmp_path: Path) -> None:
    folder = written(tmp_path, {**CONFIG, "tie_word_embeddings": False})
    model = Qwen2.load(folder)
    actual = model.logits(hidden_of(model, tokens(20)))
    torch.testing.assert_close(actual, oracle_logits(folder, tokens(20)), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_logits_of_branches_are_those_of_transformers(qwen_folder: Path, model: Qwen2) -> None:
    shared, own = tokens(50), [tokens(23, 1), tokens(9, 2), tokens(1, 3)]
    prefix, _ = model.read(model.empty_prefix(), shared)
    token_ids = torch.zeros(3, 23, dtype=torch.long)
    is_real = torch.zeros(3, 23, dtype=torch.bool)
    for row, branch in enumerate(own):
        token_ids[row, : len(branch)], is_real[row, : len(branch)] = branch, True
    branches, hidden, _ = model.branch(prefix, model.empty_branches(3), token_ids, is_real)
    following = tokens(3, 4)[:, None]
    _, after, _ = model.branch(prefix, branches, following, torch.ones(3, 1, dtype=torch.bool))
    for row, branch in enumerate(own):
        expected = oracle_logits(qwen_folder, torch.cat([shared, branch, following[row]]))[50:]
        actual = model.logits(torch.cat([hidden[row, : len(branch)], after[row]]))
        torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_packed_is_as_read_and_branched(model: Qwen2) -> None:
    shared, own = tokens(40), [tokens(9, 1), tokens(4, 2)]
    numbers = torch.tensor([0] * 9 + [1] * 4)
    packed = model.read_packed(shared, torch.cat(own), numbers)
    first, second = (hidden_of(model, torch.cat([shared, branch])) for branch in own)
    expected = torch.cat([first, second[40:]])
    torch.testing.assert_close(packed, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_looks_are_shares_of_the_attention_on_the_prefix(model: Qwen2) -> None:
    prefix, _ = model.read(model.empty_prefix(), tokens(30))
    ones = torch.ones(2, 5, dtype=torch.bool)
    _, _, looks = model.branch(prefix, model.empty_branches(2), tokens(10).view(2, 5), ones)
    assert {index: tuple(look.shape) for index, look in looks.items()} == {3: (2, 6, 5, 30)}
    assert bool(((looks[3].sum(dim=-1) > 0) & (looks[3].sum(dim=-1) < 1)).all())


@torch.no_grad()
def test_reading_from_a_layer_on_is_reading(model: Qwen2) -> None:
    token_ids = tokens(40)
    prefix, hidden = model.read_from(model.empty_prefix(), model.embed(token_ids), 0)
    torch.testing.assert_close(hidden, hidden_of(model, token_ids))
    assert prefix.num_tokens == 40


def test_logits_of_some_tokens_are_those_of_all(model: Qwen2) -> None:
    hidden, some = torch.randn(3, 48), torch.tensor([5, 9, 200])
    torch.testing.assert_close(model.logits(hidden, some), model.logits(hidden)[:, some])


def test_weights_in_bfloat16_compute_nearly_the_same(qwen_folder: Path, tmp_path: Path) -> None:
    """Tolerance 0.15 of log-probability, few tokens at once and many."""
    rounded = {n: w.bfloat16() for n, w in load_file(qwen_folder / "model.safetensors").items()}
    half = Qwen2(Qwen2Config.of(CONFIG), rounded)
    full = Qwen2(Qwen2Config.of(CONFIG), {name: w.float() for name, w in rounded.items()})
    assert full.layers[0].qkv.weight.dtype is torch.float32
    expected = full.logits(hidden_of(full, tokens(150))).log_softmax(dim=-1)
    for chunk in (150, 10):
        actual = half.logits(hidden_of(half, tokens(150), chunk)).log_softmax(dim=-1)
        torch.testing.assert_close(actual, expected, atol=0.15, rtol=0.0)


def test_an_adapter_is_attached_and_merged(qwen_folder: Path, tmp_path: Path) -> None:
    attached, merged = Qwen2.load(qwen_folder), Qwen2.load(qwen_folder)
    for tensor in lora.attach(attached, first_layer=2, rank=2, scale=2.0, seed=3):
        tensor.data += torch.randn(tensor.shape, generator=torch.Generator().manual_seed(1)) * 0.1
        tensor.data = tensor.data.bfloat16().float()
    lora.save(attached, tmp_path / "adapter", rank=2, card={"base_model": "tiny"})
    lora.merge(merged, tmp_path / "adapter")
    plain = hidden_of(Qwen2.load(qwen_folder), tokens(30))
    assert not torch.allclose(hidden_of(merged, tokens(30)), plain, atol=0.1)
    torch.testing.assert_close(
        hidden_of(merged, tokens(30)), hidden_of(attached, tokens(30)), atol=1e-3, rtol=1e-3
    )


@pytest.mark.parametrize(
    "changed",
    [{"use_sliding_window": True}, {"rope_scaling": {"type": "yarn"}}, {"model_type": "llama"}],
)
def test_what_is_not_read_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ModelUnavailable, match="is not read"):
        Qwen2Config.of({**CONFIG, **changed})


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    with pytest.raises(ModelUnavailable, match=r"it holds no \*\.safetensors"):
        Qwen2.load(tmp_path)
