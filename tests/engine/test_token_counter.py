from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from engine.token_counter import TokenCounter
from schemas.settings import Settings, with_model

ROOT = Path(__file__).parents[2]


def test_counting_tokens_loads_no_torch() -> None:
    loaded = "[n for n in ('torch', 'gguf') if n in sys.modules]"
    code = f"import engine.token_counter, sys; print({loaded})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_tokens_are_counted_as_the_model_reads_them(tiny_settings: Settings) -> None:
    assert TokenCounter(tiny_settings)(["The agent", "", "é"]) == [4, 0, 2]


def test_the_name_is_the_same_wherever_the_tokenizer_lies(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    copy = shutil.copytree(tiny_settings.engine.model, tmp_path / "elsewhere")
    moved = TokenCounter(with_model(tiny_settings, str(copy)))
    assert moved.name == TokenCounter(tiny_settings).name


def test_another_tokenizer_has_another_name(tiny_settings: Settings, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_settings.engine.model, tmp_path / "other"))
    with (copy / "tokenizer.json").open("a") as file:
        file.write("\n")
    other = TokenCounter(with_model(tiny_settings, str(copy)))
    assert other.name != TokenCounter(tiny_settings).name
