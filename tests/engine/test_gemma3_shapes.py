"""Gemma 3 of other shapes than the one that is embedded: transformers is the oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.gemma3 import Gemma3
from engine.gemma3_config import Gemma3Config
from engine.loading import load_model
from engine.weight_numbers import pack
from schemas.errors import ModelUnavailable
from tests.engine.test_gemma3 import hidden_of, tokens

SHAPE: dict[str, Any] = {
    "vocab_size": 320,
    "hidden_size": 40,
    "intermediate_size": 80,
    "num_hidden_layers": 7,
    "head_dim": 16,
    "query_pre_attn_scalar": 24,
    "sliding_window": 16,
    "max_position_embeddings": 4096,
}
CASES: dict[str, dict[str, Any]] = {
    "1b": {"num_attention_heads": 4, "num_key_value_heads": 1},
    "4b": {
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "rope_parameters": {
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
        },
    },
}


@pytest.fixture(scope="module", params=CASES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(3)
    config = transformers.Gemma3TextConfig(**SHAPE, **CASES[request.param])
    model = transformers.Gemma3ForCausalLM(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    return folder


@torch.no_grad()
def expected_of(folder: Path, token_ids: Tensor) -> Tensor:
    oracle = transformers.Gemma3ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    logits: Tensor = oracle(token_ids[None]).logits[0]
    return logits


def test_logits_are_those_of_transformers_whole_or_chunked(folder: Path) -> None:
    model, token_ids = Gemma3.load(folder), tokens(120)
    pack(model)  # as a service reads
    for chunk in (120, 33):
        actual = model.logits(hidden_of(model, token_ids, chunk))
        torch.testing.assert_close(actual, expected_of(folder, token_ids), atol=2e-4, rtol=2e-4)


def test_the_reading_part_of_a_model_that_sees_is_read(folder: Path, tmp_path: Path) -> None:
    """In two files with an index, as the 4B comes, and with a config that leaves things out."""
    config = json.loads((folder / "config.json").read_text())
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "gemma3", "text_config": config, "vision_config": {}})
    )
    weights = {
        f"language_model.{name}": tensor
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    weights["vision_tower.x"] = torch.zeros(1)
    names = sorted(weights)
    index = {
        name: f"model-0000{number % 2 + 1}-of-00002.safetensors"
        for number, name in enumerate(names)
    }
    for file in set(index.values()):
        save_file({name: weights[name] for name in names if index[name] == file}, tmp_path / file)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    model, whole = load_model(tmp_path), Gemma3.load(folder)
    assert isinstance(model, Gemma3)
    torch.testing.assert_close(hidden_of(model, tokens(40), 40), hidden_of(whole, tokens(40), 40))
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match="of its 2 files is missing"):
        load_model(tmp_path)


def test_what_a_config_leaves_out_is_what_transformers_takes() -> None:
    config = Gemma3Config.of({"model_type": "gemma3_text"})
    theirs = transformers.Gemma3TextConfig()
    assert config.is_global == tuple(kind == "full_attention" for kind in theirs.layer_types)
    assert (config.num_heads, config.num_kv_heads, config.window) == (
        theirs.num_attention_heads,
        theirs.num_key_value_heads,
        theirs.sliding_window,
    )
    assert config.query_scale == theirs.query_pre_attn_scalar**-0.5
    assert config.global_rope_base == theirs.rope_parameters["full_attention"]["rope_theta"]


def test_the_layout_of_before_says_the_same() -> None:
    scaling = {"rope_type": "linear", "factor": 8.0}
    config = Gemma3Config.of({"model_type": "gemma3_text", "rope_scaling": scaling})
    assert (config.global_rope_factor, config.local_rope_base) == (8.0, 10_000.0)
    with pytest.raises(ModelUnavailable, match="yarn scaling in full_attention"):
        Gemma3Config.of(
            {"model_type": "gemma3_text", "rope_scaling": {"rope_type": "yarn", "factor": 2.0}}
        )
