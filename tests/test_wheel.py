"""A wheel in an empty environment does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTE = "The lease runs for seven years.\n\nThe rent is 1,200 euros."


def run(*command: str, folder: Path, cache: Path, allowed: tuple[int, ...] = (0,)) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment["NEEDLEPOINT_CACHE__DIRECTORY"] = str(cache)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in allowed, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_a_wheel_in_an_empty_environment_answers_with_a_place(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    run(*build, folder=tmp_path, cache=cache)
    wheel = next(tmp_path.glob("needlepoint-*.whl"))
    run(sys.executable, "-m", "venv", "empty", folder=tmp_path, cache=cache)
    python = str(tmp_path / "empty" / "bin" / "python")
    pinned = str(ROOT / "requirements.lock")
    install = [python, "-m", "pip", "install", "--quiet", "--constraint", pinned, str(wheel)]
    run(*install, folder=tmp_path, cache=cache)
    (tmp_path / "note.txt").write_text(NOTE)
    command = [str(tmp_path / "empty" / "bin" / "needlepoint"), "ask", "note.txt"]
    question = ["What is the rent?", "--json"]
    out = run(*command, *question, folder=tmp_path, cache=cache, allowed=(0, 3))
    extraction = json.loads(out)
    assert extraction["model"] == "gemma-3-270m+extract-v3"
    citation = extraction["fields"][0]["citations"][0]
    assert citation["quote"] in NOTE
    assert citation["regions"] == [{"first_line": 3, "last_line": 3}]
    script = "import needlepoint; print(needlepoint.find('note.txt', 'rent')[0].regions)"
    assert "last_line=3" in run(python, "-c", script, folder=tmp_path, cache=cache)
