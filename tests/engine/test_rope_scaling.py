"""The oracle is transformers' table of rotary frequencies."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from engine.rope_scaling import Rope
from schemas.errors import ModelUnavailable

HEAD = 64
SHAPE = {"hidden_size": HEAD, "num_attention_heads": 1, "max_position_embeddings": 131_072}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768}
SCALINGS: list[dict[str, Any]] = [
    {"rope_type": "linear", "factor": 8.0},
    YARN,
    {**YARN, "attention_factor": 1.5},
    {**YARN, "beta_fast": 16, "beta_slow": 2},
    {**YARN, "mscale": 1.0, "mscale_all_dim": 0.5},
    {**YARN, "truncate": False},
    {
        "rope_type": "llama3",
        "factor": 32.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    },
]


@pytest.mark.parametrize("base", [10_000.0, 500_000.0])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_positions_turn_as_in_transformers(scaling: dict[str, Any], base: float) -> None:
    parameters = {**scaling, "rope_theta": base}
    config = LlamaConfig(**SHAPE, rope_parameters=parameters)
    expected, loudness = ROPE_INIT_FUNCTIONS[scaling["rope_type"]](config, torch.device("cpu"))
    rope = Rope.of({**SHAPE, "rope_parameters": parameters})
    torch.testing.assert_close(rope.frequencies(HEAD), expected, rtol=1e-5, atol=1e-9)
    assert rope.loudness == pytest.approx(loudness)


def test_both_layouts_of_the_config_say_the_same() -> None:
    old = Rope.of({**SHAPE, "rope_theta": 1e6, "rope_scaling": {"type": "linear", "factor": 2.0}})
    new = Rope.of(
        {**SHAPE, "rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e6}}
    )
    assert old == new


def test_a_kind_that_is_not_known_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="scaled by 'dynamic' is not read"):
        Rope.of({**SHAPE, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}})
