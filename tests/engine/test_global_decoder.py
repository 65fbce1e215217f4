from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file
from torch import Tensor

from engine import lora
from engine.global_decoder import GlobalDecoder, GlobalDecoderConfig
from engine.weight_numbers import pack
from schemas.errors import ModelUnavailable
from tests.engine.decoder_weights import CONFIG, LLAMA_3, QWEN_3, SCALED, written

CASES = {
    "qwen2": CONFIG,
    "qwen2-yarn": {**CONFIG, "rope_scaling": SCALED["yarn"]},
    "qwen3": QWEN_3,
    "qwen3-linear-untied": {
        **QWEN_3,
        "rope_scaling": SCALED["linear"],
        "tie_word_embeddings": False,
    },
    "llama3": {**LLAMA_3, "rope_scaling": SCALED["llama3"]},
    "llama3-untied": {**LLAMA_3, "tie_word_embeddings": False},
}


@pytest.fixture(scope="session", params=CASES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp(request.param), CASES[request.param])


@pytest.fixture(scope="session")
def qwen_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("tiny-qwen2"), CONFIG)


@pytest.fixture
def family(folder: Path) -> GlobalDecoder:
    """With its weights laid out to read with, as a service has them."""
    model = GlobalDecoder.load(folder)
    pack(model)
    return model


@pytest.fixture
def model(qwen_folder: Path) -> GlobalDecoder:
    return GlobalDecoder.load(qwen_folder)


def tokens(num_tokens: int, seed: int = 0) -> Tensor:
    return torch.randint(0, 320, (num_tokens,), generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def hidden_of(model: GlobalDecoder, token_ids: Tensor, chunk: int = 200) -> Tensor:
    prefix, parts = model.empty_prefix(), []
    for part in token_ids.split(chunk):
        prefix, hidden = model.read(prefix, part)
        parts.append(hidden)
    return torch.cat(parts)


@torch.no_grad()
def oracle_logits(folder: Path, token_ids: Tensor) -> Tensor:
    oracle = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    logits: Tensor = oracle(token_ids[None]).logits[0]
    return logits


def test_logits_are_those_of_transformers_whole_or_chunked(
    folder: Path, family: GlobalDecoder
) -> None:
    token_ids = tokens(200)
    expected = oracle_logits(folder, token_ids)
    for chunk in (200, 64, 7, 1):
        actual = family.logits(hidden_of(family, token_ids, chunk))
        torch.testing.assert_close(actual, expected, atol=2e-4, rtol=2e-4)


@torch.no_grad()
def test_logits_of_branches_are_those_of_transformers(folder: Path, family: GlobalDecoder) -> None:
    shared, own = tokens(50), [tokens(23, 1), tokens(9, 2), tokens(1, 3)]
    prefix, _ = family.read(family.empty_prefix(), shared)
    token_ids = torch.zeros(3, 23, dtype=torch.long)
    is_real = torch.zeros(3, 23, dtype=torch.bool)
    for row, branch in enumerate(own):
        token_ids[row, : len(branch)], is_real[row, : len(branch)] = branch, True
    branches, hidden, _ = family.branch(prefix, family.empty_branches(3), token_ids, is_real)
    following = tokens(3, 4)[:, None]
    _, after, _ = family.branch(prefix, branches, following, torch.ones(3, 1, dtype=torch.bool))
    for row, branch in enumerate(own):
        expected = oracle_logits(folder, torch.cat([shared, branch, following[row]]))[50:]
        actual = family.logits(torch.cat([hidden[row, : len(branch)], after[row]]))
        torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_packed_is_as_read_and_branched(family: GlobalDecoder) -> None:
    shared, own = tokens(40), [tokens(9, 1), tokens(4, 2)]
    numbers = torch.tensor([0] * 9 + [1] * 4)
    packed = family.read_packed(shared, torch.cat(own), numbers)
    first, second = (hidden_of(family, torch.cat([shared, branch])) for branch in own)
    expected = torch.cat([first, second[40:]])
    torch.testing.assert_close(packed, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_looks_are_shares_of_the_attention_on_the_prefix(model: GlobalDecoder) -> None:
    prefix, _ = model.read(model.empty_prefix(), tokens(30))
    ones = torch.ones(2, 5, dtype=torch.bool)
    _, _, looks = model.branch(prefix, model.empty_branches(2), tokens(10).view(2, 5), ones)
    assert {index: tuple(look.shape) for index, look in looks.items()} == {3: (2, 6, 5, 30)}
    assert bool(((looks[3].sum(dim=-1) > 0) & (looks[3].sum(dim=-1) < 1)).all())


@torch.no_grad()
def test_reading_from_a_layer_on_is_reading(model: GlobalDecoder) -> None:
    token_ids = tokens(40)
    prefix, hidden = model.read_from(model.empty_prefix(), model.embed(token_ids), 0)
    torch.testing.assert_close(hidden, hidden_of(model, token_ids))
    assert prefix.num_tokens == 40


def test_logits_of_some_tokens_are_those_of_all(model: GlobalDecoder) -> None:
    hidden, some = torch.randn(3, 48), torch.tensor([5, 9, 200])
    torch.testing.assert_close(model.logits(hidden, some), model.logits(hidden)[:, some])


def test_weights_in_bfloat16_compute_nearly_the_same(qwen_folder: Path, tmp_path: Path) -> None:
    """Tolerance 0.15 of log-probability, few tokens at once and many."""
    rounded = {n: w.bfloat16() for n, w in load_file(qwen_folder / "model.safetensors").items()}
    half = GlobalDecoder(GlobalDecoderConfig.of(CONFIG), rounded)
    full = GlobalDecoder(
        GlobalDecoderConfig.of(CONFIG), {name: w.float() for name, w in rounded.items()}
    )
    assert full.layers[0].qkv.weight.dtype is torch.float32
    expected = full.logits(hidden_of(full, tokens(150))).log_softmax(dim=-1)
    for chunk in (150, 10):
        actual = half.logits(hidden_of(half, tokens(150), chunk)).log_softmax(dim=-1)
        torch.testing.assert_close(actual, expected, atol=0.15, rtol=0.0)


def test_an_adapter_is_attached_and_merged(qwen_folder: Path, tmp_path: Path) -> None:
    attached, merged = GlobalDecoder.load(qwen_folder), GlobalDecoder.load(qwen_folder)
    for tensor in lora.attach(attached, first_layer=2, rank=2, scale=2.0, seed=3):
        tensor.data += torch.randn(tensor.shape, generator=torch.Generator().manual_seed(1)) * 0.1
        tensor.data = tensor.data.bfloat16().float()
    lora.save(attached, tmp_path / "adapter", rank=2, card={"base_model": "tiny"})
    lora.merge(merged, tmp_path / "adapter")
    plain = hidden_of(GlobalDecoder.load(qwen_folder), tokens(30))
    assert not torch.allclose(hidden_of(merged, tokens(30)), plain, atol=0.1)
    torch.testing.assert_close(
        hidden_of(merged, tokens(30)), hidden_of(attached, tokens(30)), atol=1e-3, rtol=1e-3
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"use_sliding_window": True},
        {"attention_bias": True},
        {"model_type": "llama4"},
        {"rope_scaling": {"type": "longrope"}},
        {"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}},
    ],
)
def test_what_is_not_read_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ModelUnavailable, match="is not read"):
        GlobalDecoderConfig.of({**CONFIG, **changed})


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    with pytest.raises(ModelUnavailable, match=r"it holds no \*\.safetensors"):
        GlobalDecoder.load(tmp_path)
