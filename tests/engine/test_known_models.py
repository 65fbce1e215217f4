from __future__ import annotations

import json
from pathlib import Path

import torch

from engine.gemma3 import Gemma3
from engine.known_models import KNOWN, recommended
from engine.kv_bytes import KvShape


def test_a_prefix_is_as_large_as_was_said(tiny_folder: Path, tiny_model: Gemma3) -> None:
    shape = KvShape.of(json.loads((tiny_folder / "config.json").read_text()))
    with torch.no_grad():
        prefix, _ = tiny_model.read(tiny_model.empty_prefix(), torch.arange(4, 104))
    assert prefix.num_bytes == shape.bytes_of(100)


def test_the_embedded_model_takes_three_kilobytes_a_token() -> None:
    assert KNOWN[0].shape.bytes_on_disk == 3_072


def test_what_does_not_fit_is_not_recommended() -> None:
    fitting = recommended(8_000_000_000, 32_768)
    assert [model.name for model in fitting] == [
        "gemma-3-270m",
        "google/gemma-3-1b-it",
        "qwen2.5-coder-1.5b",
        "meta-llama/Llama-3.2-1B-Instruct",
    ]
    assert recommended(100_000_000, 1) == []


def test_a_longer_document_takes_no_more_than_the_context_holds() -> None:
    model = KNOWN[0]
    assert recommended(model.bytes_for(model.longest), 10_000_000) == [model]
