from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run
from tests.evals import small_data


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_data.write(tmp_path / "data")
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(folder))
    monkeypatch.setenv("NEEDLEPOINT_ENGINE__INDEX_MODEL", "null")


def test_the_last_line_is_the_record_and_the_answers_go_to_the_file(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "qa.json"
    arguments = ["--model", str(tiny_folder), "--adapter", "none", "--json", str(out)]
    assert run(["eval", "qa", *arguments]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert json.loads(out.read_text())["figures"] == record
    assert record["fields"] == 2


def test_a_file_that_can_not_be_written_is_told_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "tatqa", "--json", str(tmp_path / "none" / "qa.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["tatqa", "kleister", "invoices"])
def test_every_nth_is_measured(
    command: str, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--model", str(tiny_folder), "--adapter", "none", "--every", "2"]
    assert run(["eval", command, *arguments]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record.get("documents", record.get("all", {}).get("documents")) == 1
