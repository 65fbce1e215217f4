"""How does a file come to a target, so that all of it is seen there or nothing?"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from jobs.schedule_places import allowed_folder, filesystem_of
from schemas.errors import InvalidInput, Unavailable
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import FolderTarget, Target

_WHOLE = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "r2"}


class FileTarget(Protocol):
    place: str

    def put(self, file: Path, name: str) -> None:
        """Under the name, which has slashes; what was there is replaced. Raises `Unavailable`."""


def target_of(target: Target, settings: ScheduleSettings) -> FileTarget:
    if isinstance(target, FolderTarget):
        return FolderFiles(allowed_folder(target.path, settings, "target.path"))
    filesystem, root = filesystem_of(target.url, target.connection, settings, "target")
    return UrlFiles(filesystem, root, target.url)


def safe_name(name: str) -> str:
    """Without what leads out of a folder, or hides in it."""
    parts = [part.lstrip(".") or "_" for part in name.split("/") if part]
    return "/".join(part.replace("\\", "_")[-200:] for part in parts) or "_"


class FolderFiles:
    def __init__(self, folder: Path) -> None:
        self._folder, self.place = folder, str(folder)

    def put(self, file: Path, name: str) -> None:
        path = self._folder / name
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.parent.resolve().is_relative_to(self._folder):
                raise InvalidInput(f"a folder in {self._folder} is a link that leads out of it")
            part.unlink(missing_ok=True)
            try:
                with file.open("rb") as source, part.open("xb") as written:
                    shutil.copyfileobj(source, written)
                    written.flush()
                    os.fsync(written.fileno())
                os.replace(part, path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(
                f"{path} cannot be written: {error.strerror or type(error).__name__}"
            ) from error


class UrlFiles:
    """An object store shows an object once all of it is there; other stores get it under a
    temporary name first."""

    def __init__(self, filesystem: Any, root: str, url: str) -> None:
        self._files, self._root, self.place = filesystem, root, url
        protocol = filesystem.protocol
        self._is_whole = not _WHOLE.isdisjoint(
            [protocol] if isinstance(protocol, str) else protocol
        )

    def put(self, file: Path, name: str) -> None:
        path = f"{self._root}/{name}"
        folder, _, last = path.rpartition("/")
        try:
            if self._is_whole:
                self._files.put_file(str(file), path)
                return
            part = f"{folder}/.{last}.part"
            self._files.makedirs(folder, exist_ok=True)
            self._files.put_file(str(file), part)
            with suppress(FileNotFoundError):
                self._files.rm_file(path)
            self._files.mv(part, path)
        except Exception as error:  # of whatever client fsspec uses
            words = " ".join(str(error).split())[:300] or type(error).__name__
            raise Unavailable(f"{self.place} cannot be written: {words}") from error
