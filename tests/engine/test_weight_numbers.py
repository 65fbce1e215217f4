from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

import engine.gemma3
import engine.global_decoder
from engine.attention import causal_attention
from engine.fingerprints import keys_fingerprint, prefix_fingerprint
from engine.gemma3 import Gemma3
from engine.global_decoder import GlobalDecoder
from engine.loading import adapted_model
from engine.question_encoder import early_view
from engine.smoothing import smoothed
from engine.weight_numbers import with_weights
from schemas.settings import Settings
from tests.engine.decoder_weights import CONFIG, QWEN_3, written

TOKENS = torch.randint(4, 300, (700,), generator=torch.Generator().manual_seed(0))


def of_weights(settings: Settings, kind: str) -> Settings:
    return settings.model_copy(
        update={"engine": settings.engine.model_copy(update={"weights": kind})}
    )


@torch.no_grad()
def hidden_of(model: Gemma3, chunk: int = 700) -> Tensor:
    prefix, parts = model.empty_prefix(), []
    for part in TOKENS.split(chunk):
        prefix, hidden = model.read(prefix, part)
        parts.append(hidden)
    return torch.cat(parts)


def loaded(settings: Settings, kind: str) -> Gemma3:
    model, _ = adapted_model(of_weights(settings, kind))
    assert isinstance(model, Gemma3)
    return model


def test_smoothing_changes_nothing_of_what_is_computed(tiny_model: Gemma3) -> None:
    torch.testing.assert_close(
        hidden_of(smoothed(tiny_model)), hidden_of(tiny_model), atol=1e-4, rtol=1e-4
    )


def test_smoothing_leaves_less_between_a_channel_and_the_others(tiny_model: Gemma3) -> None:
    for layer in tiny_model.layers:
        layer.attention_norm[3] *= 200.0
    norm = smoothed(tiny_model).layers[0].attention_norm.abs()
    assert float(norm[3] / norm.median()) < 60.0


@pytest.mark.parametrize(("kind", "least"), [("bfloat16", 0.999), ("int8", 0.99)])
def test_hidden_states_of_other_numbers_point_the_same_way(
    tiny_settings: Settings, kind: str, least: float
) -> None:
    expected = hidden_of(loaded(tiny_settings, "float32"))
    actual = hidden_of(loaded(tiny_settings, kind))
    assert float(F.cosine_similarity(expected, actual, dim=-1).min()) > least


@pytest.mark.parametrize(("chunk", "least"), [(40, 0.99), (90, 0.999)])
def test_chunked_is_whole_in_int8(tiny_settings: Settings, chunk: int, least: float) -> None:
    """Chunks of less than 64 tokens attend in float32."""
    model = loaded(tiny_settings, "int8")
    similar = F.cosine_similarity(hidden_of(model, chunk), hidden_of(model), dim=-1)
    assert float(similar.min()) > least


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_attention_is_in_eight_bits_where_the_weights_are(
    tiny_settings: Settings, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = hidden_of(loaded(tiny_settings, kind))
    for one, other in (("causal_int8", "causal"), ("banded_int8", "banded")):
        plain = getattr(engine.gemma3, f"{other}_attention")
        monkeypatch.setattr(engine.gemma3, f"{one}_attention", plain)
    assert torch.equal(exact, hidden_of(loaded(tiny_settings, kind))) == (kind == "float32")


@pytest.mark.parametrize("config", [CONFIG, QWEN_3], ids=["qwen2", "qwen3"])
@torch.no_grad()
def test_keys_that_have_no_norm_are_not_rounded(
    config: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bias that they have in common would leave eight bits nothing to tell them by."""
    model = with_weights(GlobalDecoder.load(written(tmp_path, config)), "int8")
    tokens = TOKENS % config["vocab_size"]
    _, exact = model.read(model.empty_prefix(), tokens)
    monkeypatch.setattr(engine.global_decoder, "causal_int8_attention", causal_attention)
    _, other = model.read(model.empty_prefix(), tokens)
    assert torch.equal(exact, other) == (config["model_type"] == "qwen2")


def test_all_tokens_are_scored_in_int8_as_some_are(tiny_settings: Settings) -> None:
    model = loaded(tiny_settings, "int8")
    hidden = hidden_of(model)[:5]
    some = model.logits(hidden, torch.arange(model.config.vocab_size))
    assert float(F.cosine_similarity(model.logits(hidden), some, dim=-1).min()) > 0.999


def test_the_index_takes_the_layers_as_they_were(tiny_settings: Settings) -> None:
    exact, other = (loaded(tiny_settings, kind) for kind in ("float32", "int8"))
    texts = TOKENS[None, :40]
    assert torch.equal(early_view(other).look(texts)[1], early_view(exact).look(texts)[1])


def test_a_prefix_is_of_use_to_the_same_numbers_only(
    tiny_settings: Settings, tiny_model: Gemma3
) -> None:
    kinds = [of_weights(tiny_settings, kind) for kind in ("float32", "bfloat16", "int8")]
    assert len({prefix_fingerprint(settings) for settings in kinds}) == 3
    assert len({keys_fingerprint(settings, tiny_model) for settings in kinds}) == 1
