"""Are the files that a caller names there to be read?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import InvalidInput


def readable_files(files: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """The files as paths; the first that can not be read is named in an `InvalidInput`."""
    if not files:
        raise InvalidInput("no file given: name at least one document", param="files")
    return [readable_file(file) for file in files]


def readable_file(file: str | os.PathLike[str]) -> Path:
    path = Path(file)
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder: name the files in it", param=str(path))
        if not path.exists():
            raise InvalidInput(f"{path}: no such file", param=str(path))
    except OSError as error:
        raise InvalidInput(f"{path}: can not be read ({error.strerror})") from error
    if not os.access(path, os.R_OK):
        raise InvalidInput(f"{path}: no permission to read it", param=str(path))
    return path


def names_a_file(text: str) -> bool:
    """No is the answer, too, to what can be no file's name."""
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
