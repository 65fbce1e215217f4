from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine import packaged_model
from engine.packaged_model import PackagedModel
from engine.packaged_models import PACKAGED
from schemas.errors import ModelUnavailable


def carried(chunks: Sequence[Path]) -> PackagedModel:
    digest = hashlib.sha256(b"onetwo").hexdigest()
    return PackagedModel("small", digest, "small==1", lambda: chunks, 9, 20)


@pytest.fixture
def chunks(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "b.bin", tmp_path / "a.bin"]
    for path, data in zip(paths, (b"one", b"two"), strict=True):
        path.write_bytes(data)
    return paths


def test_parts_are_put_together_in_their_order_and_converted_once(
    chunks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def convert(source: Path, folder: Path) -> None:
        seen.append(source.read_bytes())
        (folder / "config.json").write_text("{}")

    monkeypatch.setattr(packaged_model, "_convert", convert)
    model, models = carried(chunks), tmp_path / "models"
    assert not model.is_converted(models)
    folder = model.folder(models)
    assert model.folder(models) == folder
    assert seen == [b"onetwo"]
    assert [path.name for path in folder.iterdir()] == ["config.json"]
    assert model.is_converted(models)
    assert list(models.iterdir()) == [folder]


def test_a_part_that_is_gone_is_named(chunks: list[Path], tmp_path: Path) -> None:
    chunks[1].unlink()
    model = carried(chunks)
    assert not model.is_installed()
    with pytest.raises(ModelUnavailable, match=r"a\.bin of the model small is missing: reinstall"):
        model.folder(tmp_path / "models")


def test_a_package_that_is_not_installed_is_asked_for(tmp_path: Path) -> None:
    def absent() -> Sequence[Path]:
        raise ImportError("no package small")

    model = PackagedModel("small", "", "small==1", absent, 9, 20)
    assert not model.is_installed()
    with pytest.raises(ModelUnavailable, match="pip install 'small==1'"):
        model.folder(tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_each_packaged_model_is_known_by_its_name() -> None:
    assert list(PACKAGED) == ["gemma-3-270m", "qwen2.5-coder-1.5b"]
