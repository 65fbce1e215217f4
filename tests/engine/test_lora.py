from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import lora
from engine.decoder_model import Projection
from engine.gemma3 import Gemma3
from schemas.errors import ModelUnavailable

TOKENS = torch.arange(4, 44)


def trained(model: Gemma3, first_layer: int = 2) -> list[torch.Tensor]:
    """As after training: the additions are no longer zero, and are numbers of bfloat16."""
    tensors = lora.attach(model, first_layer=first_layer, rank=3, scale=2.0, seed=1)
    generator = torch.Generator().manual_seed(2)
    for tensor in tensors:
        values = torch.randn(tensor.shape, generator=generator) * 0.1
        tensor.data = values.bfloat16().float()
    return tensors


def hidden_of(model: Gemma3) -> torch.Tensor:
    with torch.no_grad():
        return model.read(model.empty_prefix(), TOKENS)[1]


def projections_of(model: Gemma3, layer: int) -> list[Projection]:
    of = model.layers[layer]
    return [of.qkv, of.output, of.gate_up, of.down]


@pytest.fixture
def adapter(tiny_folder: Path, tmp_path: Path) -> Path:
    model = Gemma3.load(tiny_folder)
    trained(model)
    lora.save(model, tmp_path / "mine", rank=3, card={"base_model": "tiny"})
    return tmp_path / "mine"


def test_an_adapter_begins_as_nothing(tiny_model: Gemma3) -> None:
    before = hidden_of(tiny_model)
    lora.attach(tiny_model, first_layer=0, rank=3, scale=2.0, seed=1)
    torch.testing.assert_close(hidden_of(tiny_model), before, rtol=0, atol=0)


def test_the_same_seed_begins_with_the_same_adapter(tiny_folder: Path) -> None:
    one, two = (
        lora.attach(Gemma3.load(tiny_folder), first_layer=4, rank=2, scale=1.0, seed=5)
        for _ in range(2)
    )
    torch.testing.assert_close(one, two, rtol=0, atol=0)


def test_merged_is_attached(tiny_folder: Path, adapter: Path) -> None:
    attached, merged = Gemma3.load(tiny_folder), Gemma3.load(tiny_folder)
    trained(attached)
    lora.merge(merged, adapter)
    torch.testing.assert_close(hidden_of(merged), hidden_of(attached), rtol=1e-4, atol=1e-4)
    assert not torch.allclose(hidden_of(merged), hidden_of(Gemma3.load(tiny_folder)), atol=0.1)


def test_restored_is_what_was_saved(tiny_folder: Path, adapter: Path) -> None:
    one, other = Gemma3.load(tiny_folder), Gemma3.load(tiny_folder)
    saved = trained(one)
    restored = lora.attach(other, first_layer=2, rank=3, scale=2.0, seed=9)
    lora.restore(other, adapter)
    for mine, theirs in zip(restored, saved, strict=True):
        assert mine.requires_grad
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_what_was_laid_on_weaker_is_restored_weaker(tiny_folder: Path, adapter: Path) -> None:
    one, other = Gemma3.load(tiny_folder), Gemma3.load(tiny_folder)
    file = adapter / "adapter_config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps({**config, "lora_alpha": config["lora_alpha"] / 2}))
    lora.attach(one, first_layer=2, rank=3, scale=2.0, seed=9)
    lora.restore(one, adapter)
    lora.merge(other, adapter)
    torch.testing.assert_close(hidden_of(one), hidden_of(other), rtol=1e-3, atol=1e-3)


def test_an_adapter_of_another_rank_is_not_gone_on_from(tiny_model: Gemma3, adapter: Path) -> None:
    lora.attach(tiny_model, first_layer=2, rank=4, scale=2.0, seed=9)
    with pytest.raises(ModelUnavailable, match="has another rank: layer 2"):
        lora.restore(tiny_model, adapter)


def test_layers_below_the_first_are_left_as_they_are(tiny_folder: Path, adapter: Path) -> None:
    plain, merged = Gemma3.load(tiny_folder), Gemma3.load(tiny_folder)
    lora.merge(merged, adapter)
    same = [
        all(
            torch.equal(a.weight, b.weight)
            for a, b in zip(projections_of(plain, i), projections_of(merged, i), strict=True)
        )
        for i in range(6)
    ]
    assert same == [True, True, False, False, False, False]


def test_the_file_has_the_names_of_peft(adapter: Path) -> None:
    tensors = load_file(adapter / "adapter_model.safetensors")
    name = "base_model.model.model.layers.2.self_attn.k_proj"
    assert tensors[f"{name}.lora_A.weight"].shape == (3, 48)
    assert tensors[f"{name}.lora_B.weight"].shape == (32, 3)
    config = json.loads((adapter / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (3, 6.0)
    assert config["layers_to_transform"] == [2, 3, 4, 5]


def refused(model: Gemma3, adapter: Path, problem: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"adapter mine .*{problem}"):
        lora.merge(model, adapter)


def test_an_adapter_of_another_shape_is_refused(tiny_model: Gemma3, adapter: Path) -> None:
    tensors = load_file(adapter / "adapter_model.safetensors")
    wide = {name: torch.cat([t, t], dim=-1) for name, t in tensors.items() if "_A" in name}
    save_file(tensors | wide, adapter / "adapter_model.safetensors")
    refused(tiny_model, adapter, "was made for another model: layer 2")


def test_an_adapter_of_another_rank_than_its_other_half_is_refused(
    tiny_model: Gemma3, adapter: Path
) -> None:
    tensors = load_file(adapter / "adapter_model.safetensors")
    thin = {name: t[:1].contiguous() for name, t in tensors.items() if "_A" in name}
    save_file(tensors | thin, adapter / "adapter_model.safetensors")
    refused(tiny_model, adapter, "was made for another model")


def test_tensors_that_the_model_has_no_place_for_are_refused(
    tiny_model: Gemma3, adapter: Path
) -> None:
    tensors = load_file(adapter / "adapter_model.safetensors")
    tensors["base_model.model.model.layers.9.mlp.up_proj.lora_A.weight"] = torch.zeros(3, 48)
    save_file(tensors, adapter / "adapter_model.safetensors")
    refused(tiny_model, adapter, "has 1 tensors that this model does not")


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
def test_a_damaged_or_missing_file_is_refused(tiny_model: Gemma3, adapter: Path, name: str) -> None:
    (adapter / name).write_bytes(b"{]")
    refused(tiny_model, adapter, "can not be loaded")
    (adapter / name).unlink()
    refused(tiny_model, adapter, "can not be loaded")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [({"use_rslora": True}, "uses use_rslora"), ({"r": None}, "loaded"), ({"r": 0}, "loaded")],
)
def test_a_configuration_that_is_not_understood_is_refused(
    tiny_model: Gemma3, adapter: Path, changed: dict[str, object], problem: str
) -> None:
    config = json.loads((adapter / "adapter_config.json").read_text()) | changed
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    refused(tiny_model, adapter, problem)
