from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import run
from tests.jobs.test_tuning_runs import LINES, SCHEMA


@pytest.fixture(autouse=True)
def tiny(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MODEL": str(tiny_folder),
        "ADAPTER": "null",
        "INDEX_MODEL": "null",
    }.items():
        monkeypatch.setenv(f"NEEDLEPOINT_ENGINE__{name}", value)


def written(folder: Path, *lines: Any) -> str:
    file = folder / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    return str(file)


def test_what_is_learnt_is_kept_and_read_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(LINES[0]["text"])
    of_file = {"file": "a.txt", "schema": SCHEMA, "values": LINES[0]["values"]}
    lines, out = written(tmp_path, of_file, LINES[1]), tmp_path / "mine"
    how = ["--epochs", "12", "--batch-size", "2", "--learning-rate-multiplier", "60"]
    assert run(["tune", lines, "--validation", lines, "--out", str(out), *how]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("needlepoint: 2 lines with 4 questions to learn from, 2 lines held")
    assert told[-1].startswith(f"needlepoint: kept in {out}: ")
    assert sorted(file.name for file in out.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "metrics.csv",
        "recipe.json",
    ]
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    asked = ["extract", str(tmp_path / "a.txt"), "--schema", str(schema), "--adapter", str(out)]
    run(asked)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["model"].endswith("+mine"), answer["output"]["agent"]) == (True, "Ann")


def test_what_is_no_better_is_not_kept(tmp_path: Path) -> None:
    how = ["--epochs", "1", "--learning-rate-multiplier", "0.01"]
    out = tmp_path / "mine"
    assert run(["tune", written(tmp_path, *LINES), "--out", str(out), *how]) == 3
    assert [file.name for file in out.iterdir()] == ["metrics.csv"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": None, "file": "gone.txt"}, "line 2 has a document that can not be read: gone"),
        ({"text": None, "document": f"doc_{32 * '0'}"}, "on the command line a document is a"),
        ({"values": {"agent": "Zoe", "margin": 7}}, "line 2 /agent is 'Zoe', which the document"),
    ],
    ids=["file", "document", "value"],
)
def test_a_bad_line_is_your_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], told: str
) -> None:
    bad = {name: value for name, value in {**LINES[1], **changes}.items() if value is not None}
    assert run(["tune", written(tmp_path, LINES[0], bad), "--out", str(tmp_path / "mine")]) == 2
    assert told in capsys.readouterr().err
