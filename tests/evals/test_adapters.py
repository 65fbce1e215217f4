from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine import lora
from engine.gemma3 import Gemma3
from evals.adapter_mean import write_mean
from evals.adapter_strength import lay_on

CARD = {"base_model": "tiny", "recipe": {"scale": 2.0}}


def adapter(tiny_folder: Path, folder: Path, seed: int) -> Path:
    model = Gemma3.load(tiny_folder)
    generator = torch.Generator().manual_seed(seed)
    for tensor in lora.attach(model, first_layer=2, rank=3, scale=2.0, seed=1):
        noise = torch.randn(tensor.shape, generator=generator).bfloat16().float()
        tensor.data.copy_(noise)
    lora.save(model, folder, rank=3, card=CARD)
    return folder


def added(tiny_folder: Path, folder: Path) -> torch.Tensor:
    plain, merged = Gemma3.load(tiny_folder), Gemma3.load(tiny_folder)
    lora.merge(merged, folder)
    return merged.layers[3].qkv.weight - plain.layers[3].qkv.weight


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_an_adapter_laid_on_at_a_share_adds_that_share(
    tiny_folder: Path, tmp_path: Path, share: float
) -> None:
    folder = adapter(tiny_folder, tmp_path / "one", 1)
    whole = added(tiny_folder, folder)
    lay_on(folder, 0.3)
    lay_on(folder, share)
    torch.testing.assert_close(added(tiny_folder, folder), share * whole, rtol=1e-4, atol=1e-5)
    assert json.loads((folder / "recipe.json").read_text())["laid_on_at"] == share


def test_the_mean_is_of_the_factors_as_they_were_laid_on(tiny_folder: Path, tmp_path: Path) -> None:
    one, other = (adapter(tiny_folder, tmp_path / str(n), n) for n in (1, 2))
    lay_on(other, 0.5)
    write_mean(tmp_path / "mean", one, other)
    tensors = [load_file(f / "adapter_model.safetensors") for f in (tmp_path / "mean", one, other)]
    for name, mean in tensors[0].items():
        weight = 0.5 if "lora_B" in name else 1.0
        expected = (tensors[1][name].float() + weight * tensors[2][name].float()) / 2
        torch.testing.assert_close(mean.float(), expected, rtol=1e-2, atol=1e-2)


def test_the_mean_of_an_adapter_with_itself_is_itself(tiny_folder: Path, tmp_path: Path) -> None:
    one = adapter(tiny_folder, tmp_path / "one", 1)
    write_mean(tmp_path / "mean", one, one)
    torch.testing.assert_close(
        added(tiny_folder, tmp_path / "mean"), added(tiny_folder, one), rtol=1e-4, atol=1e-5
    )


def test_the_mean_is_not_said_to_be_laid_on_as_one_of_the_two_was(
    tiny_folder: Path, tmp_path: Path
) -> None:
    one = adapter(tiny_folder, tmp_path / "one", 1)
    lay_on(one, 0.5)
    write_mean(tmp_path / "mean", one, one)
    assert "laid_on_at" not in json.loads((tmp_path / "mean" / "recipe.json").read_text())
