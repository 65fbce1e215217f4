from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from engine.reader import Reader
from engine.tuned_readers import TRAINED_ON, TunedReaders, check_base
from schemas.errors import ModelUnavailable


class FakeReader:
    def __init__(self, folder: Path) -> None:
        self.folder, self.forgotten = folder, list[Any]()

    def forget(self, owner: str, documents: Any) -> None:
        self.forgotten.append((owner, documents))


class Opened:
    def __init__(self) -> None:
        self.readers: list[FakeReader] = []

    def __call__(self, folder: Path) -> Reader:
        self.readers.append(FakeReader(folder))
        return cast(Reader, self.readers[-1])


def test_those_asked_for_lately_stay_open() -> None:
    opened = Opened()
    tuned = TunedReaders(opened, most=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        tuned.reader(Path(name))
    assert [reader.folder.name for reader in opened.readers] == ["a", "b", "c", "b"]


def test_what_is_forgotten_is_forgotten_by_all_that_are_open() -> None:
    opened = Opened()
    tuned = TunedReaders(opened, most=1)
    tuned.reader(Path("a"))
    tuned.reader(Path("b"))
    tuned.forget("me", ["doc_1"])
    assert [reader.forgotten for reader in opened.readers] == [[], [("me", ["doc_1"])]]


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps({TRAINED_ON: "tiny+a"}))
    check_base(tmp_path, "tiny+a")
    with pytest.raises(ModelUnavailable, match=r"trained on tiny\+a, and tiny is served here"):
        check_base(tmp_path, "tiny")


@pytest.mark.parametrize("recipe", ["{", "{}", "[]"])
def test_an_adapter_without_a_recipe_is_refused(tmp_path: Path, recipe: str) -> None:
    (tmp_path / "recipe.json").write_text(recipe)
    with pytest.raises(ModelUnavailable, match="recipe of an adapter can not be read"):
        check_base(tmp_path, "tiny")
