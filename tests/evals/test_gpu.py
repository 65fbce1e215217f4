from __future__ import annotations

import json
from pathlib import Path

import torch

from evals import gpu

_TINY = {
    "model_type": "gemma3_text",
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "query_pre_attn_scalar": 16,
    "max_position_embeddings": 4096,
    "sliding_window": 64,
    "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "rope_local_base_freq": 10_000.0,
}


def test_each_task_of_the_work_list_leaves_its_figures(tmp_path: Path) -> None:
    bench = gpu.Bench(gpu.random_model(_TINY), torch.device("cpu"), 1500, 400)
    assert gpu.run(bench, tmp_path, "float32") == 0
    records = {path.name: json.loads(path.read_text()) for path in tmp_path.glob("gpu-*.json")}
    assert set(records) == {f"gpu-{name}.json" for name in gpu.TASKS}
    assert records["gpu-correctness.json"]["least_cosine"] > 0.9999
    assert set(records["gpu-prefill.json"]["seconds"]) == {"1500"}


def test_a_task_that_fails_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    model = gpu.random_model(_TINY)
    bench = gpu.Bench(model, torch.device("cpu"), 100, 50)  # less than a passage
    assert gpu.run(bench, tmp_path, "float32") == 1
    assert "error" in json.loads((tmp_path / "gpu-index.json").read_text())
    assert "error" not in json.loads((tmp_path / "gpu-prefill.json").read_text())
