"""Are all the files of a model's weights there? Loads no torch."""

from __future__ import annotations

import json
from pathlib import Path

_INDEX = "model.safetensors.index.json"


def weight_files(folder: Path) -> list[Path]:
    """Raises `FileNotFoundError` where there is none, or one that the index names is missing."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise FileNotFoundError("it holds no *.safetensors")
    index = folder / _INDEX
    if index.is_file():
        wanted = sorted(set(json.loads(index.read_text())["weight_map"].values()))
        missing = next((name for name in wanted if not (folder / name).is_file()), None)
        if missing is not None:
            raise FileNotFoundError(f"{missing} of its {len(wanted)} files is missing")
    return files
