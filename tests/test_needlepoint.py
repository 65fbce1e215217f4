from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

import needlepoint
from tests.api import fake_extraction


class Lease(BaseModel):
    rent: str


class Priced(BaseModel):
    rent: float


@pytest.fixture(autouse=True)
def lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lease.txt").write_text("93 euros\n")
    monkeypatch.chdir(tmp_path)
    fake_extraction.install(monkeypatch)


def test_everything_that_is_exported_is_there() -> None:
    assert [name for name in needlepoint.__all__ if not hasattr(needlepoint, name)] == []


def test_every_function_of_the_module_is_exported() -> None:
    own = {
        name
        for name, value in vars(needlepoint).items()
        if getattr(value, "__module__", "") == "needlepoint" and not name.startswith("_")
    }
    assert own - {"Files", "Model"} <= set(needlepoint.__all__)


def test_one_path_or_several_can_be_read() -> None:
    needlepoint.ask("lease.txt", "How much?")
    needlepoint.ask([Path("lease.txt"), "lease.txt"], "How much?")
    assert [len(call["files"]) for call in fake_extraction.calls] == [1, 2]


def test_a_class_gives_an_instance_and_its_proof() -> None:
    lease, extraction = needlepoint.extract_as("lease.txt", Lease)
    assert lease == Lease(rent="93 euros")
    assert extraction.fields[0].citations[0].quote == "93 euros"


def test_what_does_not_make_an_instance_is_still_at_hand() -> None:
    with pytest.raises(needlepoint.IncompleteExtraction, match="Priced cannot be made: rent") as e:
        needlepoint.extract_as("lease.txt", Priced)
    assert e.value.extraction.output == {"rent": "93 euros"}


def test_a_schema_can_be_a_mapping_or_the_path_of_a_file() -> None:
    schema = {"type": "object", "properties": {"rent": {"type": "string"}}}
    Path("fields.json").write_text('{"type": "object", "properties": {"rent": {}}}')
    assert needlepoint.extract("lease.txt", schema).output == {"rent": "93 euros"}
    assert needlepoint.extract("lease.txt", "fields.json").output == {"rent": "93 euros"}


def test_the_model_of_the_call_goes_before_the_settings() -> None:
    needlepoint.ask("lease.txt", "How much?", model="mine", settings=needlepoint.Settings())
    assert fake_extraction.calls[0]["settings"].engine.model == "mine"


def test_found_passages_come_with_their_rank() -> None:
    assert needlepoint.find("lease.txt", "rent", top=3)[0].rank == 1


@pytest.mark.parametrize("files", [[], "gone.txt", "."])
def test_files_that_can_not_be_read_are_the_callers_mistake(files: list[str] | str) -> None:
    with pytest.raises(needlepoint.InvalidInput):
        needlepoint.ask(files, "How much?")


def test_an_unknown_mode_is_the_callers_mistake() -> None:
    with pytest.raises(needlepoint.InvalidInput, match="there is no mode 'skim'"):
        needlepoint.ask("lease.txt", "How much?", mode="skim")  # type: ignore[arg-type]
