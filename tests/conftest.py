"""Tiny models and an environment of their own for every test."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, normalizers
from tokenizers.models import BPE

from engine import index_model
from engine.gemma3 import Gemma3
from engine.index_training import IndexRecipe, IndexTraining
from schemas.engine_settings import EngineSettings
from schemas.settings import CacheSettings, Settings
from tests.servers import (  # noqa: F401
    embedded_broker_url,
    postgres_server,
    postgres_url,
    redis_url,
)
from tests.shared_folder import shared_folder

# a busy machine fails no test, and a change fails by its own doing: the same examples each time;
# --hypothesis-profile=explore looks for others
hypothesis.settings.register_profile("ours", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("ours")
if "PYTEST_XDIST_WORKER" in os.environ:
    torch.set_num_threads(1)  # the workers are as many as the cores they are meant for

_WORDS = (
    *("▁the", "▁of", "▁agent", "▁total", "▁is", "▁null", "▁yes", "▁no", "▁Question", "▁Answer"),
    *("Question", "Answer", "▁borrower", "▁margin", "▁date", "▁per", "▁cent"),
)

_LONGEST = ("test_wheel", "test_edge_files", "test_embedded_model", "test_pdf_round_trip")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest come first, lest one worker waits for the other in the end."""
    order = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(_LONGEST)))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own reaches a test; the cache is a folder of the test."""
    for name in list(os.environ):
        if name.startswith("NEEDLEPOINT_") and name != "NEEDLEPOINT_SHARED_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NEEDLEPOINT_CACHE__DIRECTORY", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("the shared data is not here: set NEEDLEPOINT_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Gemma 3 of random weights: two sliding layers of 16, a global one, twice."""
    folder = tmp_path_factory.mktemp("tiny-gemma3")
    tokenizer = _tiny_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config: dict[str, Any] = {
        "model_type": "gemma3_text",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 48,
        "intermediate_size": 96,
        "num_hidden_layers": 6,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "query_pre_attn_scalar": 16,
        "max_position_embeddings": 8192,
        "sliding_window": 16,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention"] * 2,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0,
        "rope_local_base_freq": 10_000.0,
        "hidden_activation": "gelu_pytorch_tanh",
        "attention_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_random_weights(config), folder / "model.safetensors", {"format": "pt"})
    return folder


@pytest.fixture
def tiny_model(tiny_folder: Path) -> Gemma3:
    return Gemma3.load(tiny_folder)


@pytest.fixture
def tiny_tokenizer(tiny_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(tiny_folder / "tokenizer.json"))


@pytest.fixture
def tiny_settings(tiny_folder: Path, tmp_path: Path) -> Settings:
    return Settings(
        engine=EngineSettings(
            model=str(tiny_folder),
            adapter=None,
            index_model=None,
            dense_tokens=200,
            read_tokens=120,
        ),
        cache=CacheSettings(directory=tmp_path / "cache"),
    )


@pytest.fixture(scope="session")
def indexed_folder(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with an index beside its weights; a test that changes it takes `indexed`."""
    folder = tmp_path_factory.mktemp("models") / "indexed"
    shutil.copytree(tiny_folder, folder)
    model, tokenizer = Gemma3.load(folder), Tokenizer.from_file(str(folder / "tokenizer.json"))
    made = index_model.untrained(model, tokenizer, (0, 1))
    IndexTraining(made.encoder, IndexRecipe(rank=2)).save(folder / "index", "tiny")
    return folder


@pytest.fixture
def indexed(tiny_settings: Settings, indexed_folder: Path, tmp_path: Path) -> Settings:
    """Of a model with an index beside its weights, in a folder of the test."""
    folder = tmp_path / "indexed"
    shutil.copytree(indexed_folder, folder)
    engine = tiny_settings.engine.model_copy(update={"model": str(folder), "index_model": "auto"})
    return tiny_settings.model_copy(update={"engine": engine})


def _tiny_tokenizer() -> Tokenizer:
    """Characters, bytes and a few words, in the manner of SentencePiece."""
    specials = ["<pad>", "<eos>", "<bos>", "<unk>"]
    pieces = specials + [f"<0x{byte:02X}>" for byte in range(256)]
    pieces += ["▁", "\n", *(chr(code) for code in range(33, 127))]
    merges = []
    for word in _WORDS:
        for stop in range(2, len(word) + 1):
            if word[:stop] not in pieces:
                pieces.append(word[:stop])
                merges.append((word[: stop - 1], word[stop - 1]))
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(
        BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    )
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.add_tokens([AddedToken(name, special=True, normalized=False) for name in specials])
    return tokenizer


def _random_weights(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)

    def random(*shape: int, scale: float = 0.2) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * scale

    hidden, head = config["hidden_size"], config["head_dim"]
    queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    weights = {
        "model.embed_tokens.weight": random(config["vocab_size"], hidden),
        "model.norm.weight": random(hidden),
    }
    shapes = {
        "self_attn.q_proj": (queries, hidden),
        "self_attn.k_proj": (keys, hidden),
        "self_attn.v_proj": (keys, hidden),
        "self_attn.o_proj": (hidden, queries),
        "self_attn.q_norm": (head,),
        "self_attn.k_norm": (head,),
        "mlp.gate_proj": (config["intermediate_size"], hidden),
        "mlp.up_proj": (config["intermediate_size"], hidden),
        "mlp.down_proj": (hidden, config["intermediate_size"]),
        "input_layernorm": (hidden,),
        "post_attention_layernorm": (hidden,),
        "pre_feedforward_layernorm": (hidden,),
        "post_feedforward_layernorm": (hidden,),
    }
    for layer in range(config["num_hidden_layers"]):
        for name, shape in shapes.items():
            weights[f"model.layers.{layer}.{name}.weight"] = random(*shape)
    return weights
