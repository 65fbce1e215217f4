"""Where does a model lie that the settings name as a GGUF file?"""

from __future__ import annotations

from pathlib import Path

from blake3 import blake3

from engine.converted_folder import converted_folder

_GROWTH = 4  # from four bits a weight to sixteen
_LAYOUT = 1


def folder_of(file: Path, models: Path) -> Path:
    """Converted once; a file that was changed is converted again. Raises `ModelUnavailable`."""
    stat = file.stat()
    mark = blake3(f"{file.resolve()} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:12]
    folder = models / f"{file.stem}-{mark}-gguf-{_LAYOUT}"
    return converted_folder(folder, lambda work: _convert(file, work), _GROWTH * stat.st_size)


def _convert(source: Path, folder: Path) -> None:
    from engine.gguf_conversion import convert  # brings torch, which is needed only here

    convert(source, folder)
