"""What files lie in a source, and how is one of them read?

Links are not followed: what is one is refused, and so is a file that becomes one.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from fsspec.utils import glob_translate

from jobs.schedule_places import allowed_folder, filesystem_of
from schemas.errors import InvalidInput, NotFound, TooLarge, Unavailable
from schemas.schedule_settings import ScheduleSettings
from schemas.schedules import FolderSource, UrlSource

_BLOCK_BYTES = 1 << 20
_LONGEST_PATH = 1024


@dataclass(frozen=True, slots=True)
class ListedFile:
    """`path` is within the source, with slashes. As long as the stamp is the same, so is the
    content; `changed_at` is None where files appear whole. `refusal`: why it is not read."""

    path: str
    num_bytes: int
    stamp: str
    changed_at: datetime | None = None
    refusal: str | None = None


class FileSource(Protocol):
    def files(self) -> Iterator[ListedFile]:
        """Raises `Unavailable` or `InvalidInput` where it can not be listed."""

    def copy(self, file: ListedFile, to: Path, max_bytes: int) -> str:
        """The sha256 of what was copied. Raises `Unavailable` where it can not be read now,
        `InvalidInput` where it may not be, `TooLarge`."""


def source_of(source: FolderSource | UrlSource, settings: ScheduleSettings) -> FileSource:
    if isinstance(source, FolderSource):
        return FolderFiles(allowed_folder(source.path, settings, "source.path"))
    return UrlFiles(*filesystem_of(source.url, source.connection, settings, "source"), source.url)


def is_chosen(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Without patterns all files are; a name that begins with a dot is only where a pattern of
    `include` does, too."""
    name = path.rpartition("/")[2]
    hidden_too = any(pattern.rpartition("/")[2].startswith(".") for pattern in include)
    if name.startswith(".") and not hidden_too:
        return False
    if include and not any(_matches(path, pattern) for pattern in include):
        return False
    return not any(_matches(path, pattern) for pattern in exclude)


class FolderFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> Iterator[ListedFile]:
        def raised(error: OSError) -> None:
            raise Unavailable(f"the folder {self._folder} cannot be listed: {_words(error)}")

        if not self._folder.is_dir():
            raise Unavailable(f"the folder {self._folder} is not there")
        for here, folders, names in os.walk(self._folder, onerror=raised):
            folders.sort()
            links = [name for name in folders if (Path(here) / name).is_symlink()]
            for name in sorted(names) + links:
                with suppress(FileNotFoundError):  # it went away meanwhile
                    yield self._listed(Path(here) / name)

    def copy(self, file: ListedFile, to: Path, max_bytes: int) -> str:
        path = self._folder / file.path
        if path.parent.resolve() != path.parent:
            raise InvalidInput("a folder on its way is a link")
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise InvalidInput(f"it cannot be opened: {_words(error)}") from error
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise InvalidInput("it is no regular file")
            digest = _copied(stream, to, max_bytes)
            if _stamp(os.fstat(stream.fileno())) != file.stamp:
                raise Unavailable("it was written to while it was read")
            return digest

    def _listed(self, path: Path) -> ListedFile:
        about = path.lstat()
        refusal = None
        if stat.S_ISLNK(about.st_mode):
            refusal = "a link is not followed"
        elif not stat.S_ISREG(about.st_mode):
            refusal = "it is no regular file"
        return ListedFile(
            path=path.relative_to(self._folder).as_posix(),
            num_bytes=about.st_size,
            stamp=_stamp(about),
            changed_at=datetime.fromtimestamp(max(about.st_mtime, about.st_ctime), UTC),
            refusal=refusal,
        )


class UrlFiles:
    """Of a store that fsspec knows. Files of an object store appear whole."""

    def __init__(self, filesystem: Any, root: str, url: str) -> None:
        self._files, self._root, self._url = filesystem, root, url

    def files(self) -> Iterator[ListedFile]:
        try:
            self._files.invalidate_cache()
            found = self._files.find(self._root, detail=True)
        except Exception as error:  # of whatever client fsspec uses
            raise Unavailable(f"{self._url} cannot be listed: {_words(error)}") from error
        for path in sorted(found):
            about = found[path]
            yield ListedFile(
                path=path[len(self._root) :].lstrip("/"),
                num_bytes=int(about.get("size") or 0),
                stamp=_store_stamp(about),
            )

    def copy(self, file: ListedFile, to: Path, max_bytes: int) -> str:
        try:
            with self._files.open(f"{self._root}/{file.path}", "rb") as stream:
                return _copied(stream, to, max_bytes)
        except TooLarge:
            raise
        except FileNotFoundError as error:
            raise NotFound("it went away") from error
        except Exception as error:
            raise Unavailable(f"it cannot be read: {_words(error)}") from error


def name_problem(path: str) -> str | None:
    """Why a file of this path can not be a document."""
    if len(path) > _LONGEST_PATH or len(path.rpartition("/")[2]) > 255:
        return "its path is too long"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return "its name has control characters" if re.search(r"[\x00-\x1f\x7f]", path) else None


def _matches(path: str, pattern: str) -> bool:
    if "/" not in pattern and pattern != "**":
        return fnmatch.fnmatchcase(path.rpartition("/")[2], pattern)
    return re.match(glob_translate(pattern), path) is not None


def _copied(stream: BinaryIO, to: Path, max_bytes: int) -> str:
    digest, num_bytes = hashlib.sha256(), 0
    with to.open("wb") as written:
        while block := stream.read(_BLOCK_BYTES):
            num_bytes += len(block)
            if num_bytes > max_bytes:
                raise TooLarge(f"it is past the limit of {max_bytes} bytes")
            digest.update(block)
            written.write(block)
    return digest.hexdigest()


def _stamp(about: os.stat_result) -> str:
    return f"{about.st_size}-{about.st_mtime_ns}-{about.st_ctime_ns}-{about.st_ino}"


def _store_stamp(about: dict[str, Any]) -> str:
    names = ("ETag", "etag", "md5Hash", "LastModified", "mtime", "created", "size")
    return "-".join(str(about[name]) for name in names if about.get(name) is not None)[:256]


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:300]
