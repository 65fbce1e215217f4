"""How is a model's folder written once, and whole?"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from schemas.errors import InvalidInput

_WORK_PREFIX = ".converting-"
_STALE_SECONDS = 3600.0


def converted_folder(folder: Path, write: Callable[[Path], None], work_bytes: int) -> Path:
    """The folder; where it is not there yet, `write` fills one beside it that takes its name: a
    killed run leaves no half of a model. Raises `InvalidInput` where there is no room."""
    if folder.exists():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        _write_whole(folder, write)
    except OSError as error:
        raise InvalidInput(
            f"the model can not be unpacked in {folder.parent} ({error.strerror or error}); it "
            f"needs {work_bytes / 1e6:,.0f} MB: set NEEDLEPOINT_CACHE__DIRECTORY to a directory "
            "that can be written"
        ) from error
    return folder


def _write_whole(folder: Path, write: Callable[[Path], None]) -> None:
    work = folder.parent / f"{_WORK_PREFIX}{uuid.uuid4().hex}"
    work.mkdir()
    try:
        write(work)
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
