"""Where does a model that a package carries lie, as safetensors and a fast tokenizer?

The packages carry GGUF files, cut into chunks. One is converted once into the layout that the
Hugging Face libraries use, so that any other tool can load it as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import InvalidInput, ModelUnavailable

_WORK_PREFIX = ".converting-"
_STALE_SECONDS = 3600.0
_LAYOUT = "1"  # raise it when what is written below changes


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """`chunk_paths` are the parts of the GGUF file, in order; it raises `ImportError` where a
    package is missing. `requirement` is what pip is asked for; sizes are those of the disk."""

    name: str
    sha256: str
    requirement: str
    chunk_paths: Callable[[], Sequence[Path]]
    converted_bytes: int
    work_bytes: int

    def folder(self, models: Path) -> Path:
        """The model's folder under `models`; the first call converts it.

        Raises `ModelUnavailable` where the package is missing or its bytes are not the pinned
        ones.
        """
        folder = self._folder_in(models)
        if not folder.exists():
            try:
                models.mkdir(parents=True, exist_ok=True)
                _sweep(models)
                self._write_whole(folder)
            except OSError as error:
                raise InvalidInput(
                    f"the model can not be unpacked in {models} ({error.strerror or error}); it "
                    f"needs {self.work_bytes / 1e6:,.0f} MB: set NEEDLEPOINT_CACHE__DIRECTORY to "
                    "a directory that can be written"
                ) from error
        return folder

    def is_converted(self, models: Path) -> bool:
        return self._folder_in(models).exists()

    def is_installed(self) -> bool:
        try:
            return all(path.exists() for path in self.chunk_paths())
        except ImportError:
            return False

    def assembled(self, work: Path) -> Path:
        """The GGUF file, put together in `work` and checked."""
        target = work / "model.gguf"
        digest = hashlib.sha256()
        with target.open("wb") as out:
            for path in self._present_chunks():
                with path.open("rb") as chunk:
                    while part := chunk.read(1 << 20):
                        digest.update(part)
                        out.write(part)
        if digest.hexdigest() != self.sha256:
            raise ModelUnavailable(
                f"the packaged model has the checksum {digest.hexdigest()[:12]}…, "
                f"not {self.sha256[:12]}…: reinstall {self.requirement}"
            )
        return target

    def _folder_in(self, models: Path) -> Path:
        return models / f"{self.name}-{self.sha256[:12]}-{_LAYOUT}"

    def _write_whole(self, folder: Path) -> None:
        """Convert beside the folder and rename: a killed run leaves no half of a model."""
        work = folder.parent / f"{_WORK_PREFIX}{uuid.uuid4().hex}"
        work.mkdir()
        try:
            _convert(self.assembled(work), work)
            (work / "model.gguf").unlink()
            _settle(work)
            os.rename(work, folder)
        except OSError:
            if not folder.exists():  # else another process was faster
                raise
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _present_chunks(self) -> Sequence[Path]:
        try:
            paths = self.chunk_paths()
        except ImportError as error:
            raise ModelUnavailable(
                f"the model {self.name} is not installed: pip install '{self.requirement}'"
            ) from error
        missing = next((path for path in paths if not path.exists()), None)
        if missing is not None:
            raise ModelUnavailable(
                f"{missing.name} of the model {self.name} is missing: reinstall {self.requirement}"
            )
        return paths


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


def _convert(source: Path, folder: Path) -> None:
    from engine.gguf_conversion import convert  # brings torch, which is needed only here

    convert(source, folder)
