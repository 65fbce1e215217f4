"""What has been worked out before, and is still on disk?

Entries are array files with a header among their metadata. Several processes may share a
directory: any of them may remove a file at any time, and none of them waits for another. An
entry belongs to an owner (a tenant; "" on the command line), and no owner finds another's.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import math
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from engine import array_file
from engine.array_file import Array, ArrayFile
from schemas.errors import InvalidInput

_SUFFIX = ".safetensors"
_STALE_SECONDS = 3600.0
_LISTED_SECONDS = 5.0  # that others may write into a quarter of the room
_KEPT_FREE_BYTES = 1 << 30
_KEPT_FREE_SHARE = 0.05
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedArrays:
    """`arrays` are read-only views of the file, which stays readable when it is removed."""

    header: Mapping[str, Any]
    arrays: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class CacheEntry:
    kind: str
    key: str
    label: str
    num_bytes: int
    last_used: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class _Origin:
    """Whose documents the file was made of, as it is at this `_version_of` it."""

    version: tuple[int, ...]
    owner: str
    documents: frozenset[str]


class DiskCache:
    """At most `max_bytes` of entries; the least recently used go first."""

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self.directory = directory
        self.max_bytes = max_bytes
        self._origins: Mapping[Path, _Origin] = {}  # as of the last `forget`
        self._headroom, self._listed = 0, -math.inf

    def get(self, kind: str, key: str, *, owner: str = "") -> CachedArrays | None:
        """None for an entry that is not there; one that is torn or was changed is removed."""
        path = self._path(kind, key, owner)
        try:
            found = _entry_of(array_file.read(path), kind, key, owner)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        if found is None:
            _log.warning("removed a damaged cache entry: %s", path)
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def has(self, kind: str, key: str, *, owner: str = "") -> bool:
        """Whether there is such an entry, unread: it may yet be found damaged."""
        return self._path(kind, key, owner).is_file()

    def put(
        self,
        kind: str,
        key: str,
        arrays: Mapping[str, Array],
        header: Mapping[str, Any],
        *,
        label: str = "",
        owner: str = "",
        documents: Collection[str] = (),
    ) -> bool:
        """False for an entry that has no room, in the cache or on the disk.

        `documents` are those that it was made of, by their names in citations.
        """
        about = {"kind": kind, "key": key, "label": label, "header": json.dumps(header)}
        about |= {"owner": owner, "documents": json.dumps(list(documents))}
        runs = array_file.runs_of(arrays, about)
        num_bytes = sum(len(run) for run in runs)
        if num_bytes > self.max_bytes:
            return False
        path = self._path(kind, key, owner)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return self._make_room(num_bytes) and _write(path, runs)
        except OSError as error:
            raise self._unusable(error) from error

    def forget(self, owner: str, documents: Collection[str]) -> int:
        """Remove what was made of any of these documents; how many entries there were. What is
        being made of them meanwhile may be there afterwards.

        Looks at every file's name and times, and opens those alone that were written or used
        since the last time.
        """
        origins = {
            path: self._origin_of(path, stat)
            for path, stat in _stats(self.directory.glob(f"*/*{_SUFFIX}"))
        }
        self._origins = origins
        removed = [
            path
            for path, origin in origins.items()
            if origin.owner == owner
            and not origin.documents.isdisjoint(documents)
            and _remove(path)
        ]
        return len(removed)

    def entries(self) -> list[CacheEntry]:
        """The least recently used first."""
        found = [entry for _, entry in self._files()]
        return sorted(found, key=lambda entry: entry.last_used)

    def clear(self, kind: str | None = None) -> tuple[int, int]:
        """Remove the entries of a kind, or all; how many there were, and their bytes."""
        removed = [
            entry.num_bytes
            for path, entry in self._files()
            if kind in (None, entry.kind) and _remove(path)
        ]
        return len(removed), sum(removed)

    def _path(self, kind: str, key: str, owner: str) -> Path:
        assert kind.isidentifier(), kind
        salted = json.dumps([owner, key]) if owner else key
        return self.directory / kind / (blake3(salted.encode()).hexdigest()[:40] + _SUFFIX)

    def _origin_of(self, path: Path, stat: os.stat_result) -> _Origin:
        """Another process may have written the file anew: what is known of it is then old."""
        known = self._origins.get(path)
        if known is not None and known.version == _version_of(stat):
            return known
        about = array_file.about_of(path)
        return _Origin(_version_of(stat), about.get("owner", ""), _documents_of(about))

    def _files(self) -> Iterator[tuple[Path, CacheEntry]]:
        for path, stat in _stats(self.directory.glob(f"*/*{_SUFFIX}")):
            about = array_file.about_of(path)
            entry = CacheEntry(
                path.parent.name,
                about.get("key", ""),
                about.get("label", "(damaged)"),
                stat.st_size,
                stat.st_mtime,
            )
            yield path, entry

    def _make_room(self, num_bytes: int) -> bool:
        """Looks at every file, but for entries that follow a look soon and are small beside the
        room that it found."""
        if num_bytes <= self._headroom and time.monotonic() - self._listed < _LISTED_SECONDS:
            self._headroom -= num_bytes
            return True
        self._remove_stale()
        files = sorted(
            _stats(self.directory.glob(f"*/*{_SUFFIX}")), key=lambda found: found[1].st_mtime
        )
        used = sum(stat.st_size for _, stat in files)
        disk = shutil.disk_usage(self.directory)
        free = disk.free - min(_KEPT_FREE_BYTES, int(disk.total * _KEPT_FREE_SHARE))
        if free + used < num_bytes:
            return False
        for path, stat in files:
            if used + num_bytes <= self.max_bytes and num_bytes <= free:
                break
            _remove(path)
            used -= stat.st_size
            free += stat.st_size
        self._listed = time.monotonic()
        self._headroom = (min(self.max_bytes - used, free) - num_bytes) // 4
        return num_bytes <= free

    def _remove_stale(self) -> None:
        """What a process that died was writing."""
        for path, stat in _stats(self.directory.glob(f"*/*{array_file.TEMPORARY}")):
            if time.time() - stat.st_mtime > _STALE_SECONDS:
                _remove(path)

    def _unusable(self, error: OSError) -> InvalidInput:
        return InvalidInput(
            f"the cache directory {self.directory} can not be used ({error.strerror}); set "
            "NEEDLEPOINT_CACHE__DIRECTORY to one that can be written"
        )


def _stats(paths: Iterator[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Another process may remove a file between its listing and a look at it."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            yield path, path.stat()


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, runs: Sequence[array_file.Run]) -> bool:
    """False where the disk has no room after all."""
    try:
        array_file.write(path, runs)
    except OSError as error:
        if error.errno in _NO_ROOM:
            return False
        raise
    return True


def _version_of(stat: os.stat_result) -> tuple[int, ...]:
    """Another one for a file that was written anew or used."""
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _documents_of(about: Mapping[str, str]) -> frozenset[str]:
    """Nothing for a file that is torn."""
    try:
        return frozenset(json.loads(about["documents"]))
    except (ValueError, KeyError, TypeError):
        return frozenset()


def _entry_of(found: ArrayFile | None, kind: str, key: str, owner: str) -> CachedArrays | None:
    """None for what is damaged or belongs to another key or owner."""
    if found is None or (found.about.get("kind"), found.about.get("key")) != (kind, key):
        return None
    if found.about.get("owner", "") != owner:
        return None
    try:
        return CachedArrays(json.loads(found.about["header"]), found.arrays)
    except (ValueError, KeyError):
        return None
