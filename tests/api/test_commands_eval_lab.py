"""Every command of the lab from its options to its files, on a tiny model of random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import run
from tests.evals.lab import lab_data
from tests.evals.lab.chat_server import chat_server

COMMANDS = {
    "needle": ["--lengths", "2k", "--depths", "1", "--kinds", "numbers,cells,absent"],
    "ruler": ["--lengths", "4k", "--samples", "1", "--tasks", "niah_single_1"],
    "mrcr": ["--lengths", "32k", "--samples", "1"],
    "graphwalks": ["--lengths", "4k", "--samples", "1", "--operations", "parents"],
    "abstain": ["--lengths", "8k", "--documents", "1", "--questions", "1"],
}
NUMBERS = ["--depths", "2", "--kinds", "numbers"]
NUM_ROWS = {"needle": 3, "ruler": 1, "mrcr": 1, "graphwalks": 1, "abstain": 3}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(lab_data.write(tmp_path / "data")))
    monkeypatch.setenv("NEEDLEPOINT_ENGINE__INDEX_MODEL", "null")


def lab(name: str, tiny_folder: Path, out: Path, *more: str) -> int:
    tiny = ["--model", str(tiny_folder), "--adapter", "none", "--out", str(out)]
    return run(["eval", name, *COMMANDS[name], *tiny, *more])


def last_line(text: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(text.splitlines()[-1])
    return record


@pytest.mark.parametrize("name", COMMANDS)
def test_a_run_leaves_rows_figures_and_a_picture_and_ends_with_its_score(
    name: str, tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(name, tiny_folder, tmp_path / "out", "--json") == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    record = last_line(out)
    assert record["benchmark"] == name
    assert 0 <= record["score"] <= 100
    assert len(record["interval"]) == 2
    rows = (tmp_path / "out" / "rows.jsonl").read_text().splitlines()
    assert len(rows) == NUM_ROWS[name]
    assert json.loads((tmp_path / "out" / "figures.json").read_text())["score"] == record["score"]
    assert (tmp_path / "out" / "heatmap.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_that_is_repeated_asks_nothing_again(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with chat_server() as server:
        assert lab("needle", tiny_folder, tmp_path / "out", "--url", server.url, *NUMBERS) == 0
        rows = (tmp_path / "out" / "rows.jsonl").read_bytes()
        first = last_line(capsys.readouterr().out)
        server.answers_left = 0
        assert lab("needle", tiny_folder, tmp_path / "out", "--url", server.url, *NUMBERS) == 0
    assert (tmp_path / "out" / "rows.jsonl").read_bytes() == rows
    assert last_line(capsys.readouterr().out) == first


def test_a_folder_of_another_run_is_refused(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with chat_server() as server:
        asked = ["--url", server.url, *NUMBERS]
        assert lab("needle", tiny_folder, tmp_path / "out", *asked) == 0
        assert lab("needle", tiny_folder, tmp_path / "out", *asked, "--seed", "1") == 2
    assert "name another folder" in capsys.readouterr().err


def test_a_chat_behind_a_url_is_asked_instead(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text("secret\n")
    with chat_server() as server:
        chat = [
            "--url",
            server.url,
            "--served-model",
            "big",
            "--api-key-file",
            str(tmp_path / "key"),
        ]
        assert (
            lab(
                "needle",
                tiny_folder,
                tmp_path / "out",
                *chat,
                "--depths",
                "2",
                "--kinds",
                "numbers,absent",
            )
            == 0
        )
    record = last_line(capsys.readouterr().out)
    assert (record["model"], record["score"], record["n"]) == (f"big at {server.url}", 100.0, 4)
    assert (server.keys, len(server.bodies)) == ({"Bearer secret"}, 4)
    assert (server.bodies[0]["model"], server.bodies[0]["temperature"]) == ("big", 0)
    assert not list((tmp_path / "out").rglob("*secret*"))


def test_a_run_whose_server_goes_away_ends_and_goes_on_to_the_same_figures(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with chat_server() as server:
        chat = ["--url", server.url, *NUMBERS]
        assert lab("needle", tiny_folder, tmp_path / "whole", *chat) == 0
        whole = last_line(capsys.readouterr().out)
        server.answers_left = 1
        assert lab("needle", tiny_folder, tmp_path / "ended", *chat) == 2
        assert "no such model" in capsys.readouterr().err
        server.answers_left = 1
        assert lab("needle", tiny_folder, tmp_path / "ended", *chat) == 0
    again = last_line(capsys.readouterr().out)
    assert server.bodies[:2] == server.bodies[2:]
    assert (again["score"], again["kinds_at_lengths"]) == (
        whole["score"],
        whole["kinds_at_lengths"],
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["needle", "--kinds", "numbers,letters"], "there is numbers, words"),
        (["needle", "--haystack", "mixed,manual"], "takes one"),
        (["ruler", "--tasks", "nia"], "there is no task"),
        (["mrcr", "--needles", "3"], "there are 2, 4 and 8"),
        (["graphwalks", "--lengths", "4g"], "is no length"),
        (["abstain", "--api-key-file", "key"], "goes with --url"),
    ],
)
def test_what_can_not_be_asked_is_the_callers_mistake(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", *arguments]) == 2
    assert told in capsys.readouterr().err
