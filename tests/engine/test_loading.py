from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.certainty import FILE, Certainty, Curve
from engine.gemma3 import Gemma3
from engine.loading import certainty_of, load_model
from schemas.errors import ModelUnavailable
from schemas.settings import Settings, with_adapter


def test_the_family_is_that_of_the_config(tiny_folder: Path) -> None:
    assert type(load_model(tiny_folder)) is Gemma3


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (
            {"model_type": "mamba"},
            "'mamba' is not read yet: gemma3_text, gemma3, qwen2, qwen3, llama",
        ),
        ({}, "is not a model we can load: 'model_type'"),
        ([], "is not a model we can load"),
    ],
)
def test_what_can_not_be_read_is_refused(tmp_path: Path, config: object, problem: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelUnavailable, match=problem):
        load_model(tmp_path)


def test_without_an_adapter_nothing_is_known_of_certainty(tiny_settings: Settings) -> None:
    assert certainty_of(tiny_settings) == Certainty({}, 0.5)


def test_the_certainty_is_the_adapter_s_and_the_threshold_that_of_the_settings(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    curves = {"absence": Curve(0.0, (1.0, 0.0, 0.0, 0.5))}
    (tmp_path / FILE).write_text(json.dumps(Certainty(curves, 0.3).record()))
    settings = with_adapter(tiny_settings, str(tmp_path))
    assert certainty_of(settings) == Certainty(curves, 0.3)
    engine = settings.engine.model_copy(update={"absent_threshold": 0.8})
    told = certainty_of(settings.model_copy(update={"engine": engine}))
    assert told == Certainty(curves, 0.8)
