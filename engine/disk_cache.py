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
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from engine import array_file
from engine.array_file import Array, ArrayFile
from engine.cache_entry import CacheEntry, documents_of, entry_of
from engine.cache_marks import Mark, count_hit, set_mark
from engine.cache_room import (
    SUFFIX,
    is_expired,
    make_room,
    pinned_files,
    remove,
    remove_expired,
    remove_with_base,
    rests_on,
    stats,
)
from schemas.errors import CapacityExceeded, InvalidInput, NotFound

_LISTED_SECONDS = 5.0  # that others may write into a quarter of the room
_TOUCH_NS = 1_000_000  # between a file and what it rests on, which goes after it
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedArrays:
    """`arrays` are read-only views of the file, which stays readable when it is removed."""

    header: Mapping[str, Any]
    arrays: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class _Origin:
    """Whose documents the file was made of, as it is at this `_version_of` it."""

    version: tuple[int, ...]
    owner: str
    documents: frozenset[str]


class DiskCache:
    """At most `max_bytes` of entries; the least recently used go first, pinned ones never. At
    most `pinned_share` of the bytes may be pinned."""

    def __init__(self, directory: Path, max_bytes: int, pinned_share: float = 0.5) -> None:
        self.directory = directory
        self.max_bytes, self._pinned_share = max_bytes, pinned_share
        self._origins: Mapping[Path, _Origin] = {}  # as of the last `forget`
        self._headroom, self._listed = 0, -math.inf

    def get(self, kind: str, key: str, *, owner: str = "") -> CachedArrays | None:
        """None for an entry that is not there; one that is torn or was changed is removed."""
        path = self._path(kind, key, owner)
        try:
            if is_expired(path, path.stat()):
                remove_with_base(path)
                return None
            found = _arrays_of(array_file.read(path), kind, key, owner)
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

    def num_bytes(self, kind: str, key: str, *, owner: str = "") -> int:
        """0 for an entry that is not there."""
        try:
            return self._path(kind, key, owner).stat().st_size
        except OSError:
            return 0

    def touch(self, kind: str, keys: Sequence[str], *, owner: str = "") -> None:
        """These were used together, each resting on those before it: the last one goes first."""
        now = time.time_ns()
        for place, key in enumerate(keys):
            path, at = self._path(kind, key, owner), now - place * _TOUCH_NS
            with contextlib.suppress(OSError):
                os.utime(path, ns=(at, at))

    def hit(self, kind: str, key: str, *, owner: str = "") -> None:
        """It saved somebody the work: counted for those who look at `entries`."""
        path = self._path(kind, key, owner)
        if path.is_file():
            count_hit(path)

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
        base: Sequence[str] = (),
    ) -> bool:
        """False for an entry that has no room, in the cache or on the disk.

        `documents` are those that it was made of, by their names in citations; `base` are the
        keys of those of its kind without which it is of no use.
        """
        about = {"kind": kind, "key": key, "label": label, "header": json.dumps(header)}
        about |= {"owner": owner, "documents": json.dumps(list(documents))}
        if base:
            stems = [self._path(kind, other, owner).stem for other in base]
            about["rests_on"] = json.dumps(stems)
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
            for path, stat in stats(self.directory.glob(f"*/*{SUFFIX}"))
        }
        self._origins = origins
        removed = [
            path
            for path, origin in origins.items()
            if origin.owner == owner and not origin.documents.isdisjoint(documents) and remove(path)
        ]
        return len(removed)

    def entries(self) -> list[CacheEntry]:
        """The least recently used first."""
        remove_expired(self.directory)
        found = [entry for _, entry in self._files()]
        return sorted(found, key=lambda entry: entry.last_used)

    def clear(self, kind: str | None = None) -> tuple[int, int]:
        """Remove the entries of a kind, or all; how many there were, and their bytes."""
        removed = [
            entry.num_bytes
            for path, entry in self._files()
            if kind in (None, entry.kind) and remove(path)
        ]
        return len(removed), sum(removed)

    def mark(self, kind: str, name: str, mark: Mark) -> None:
        """Pin it, with what it rests on, or give it a time to live, from now on. Raises
        `CapacityExceeded` for a pin that is past the share there is for pins."""
        path = self._named(kind, name)
        if not path.is_file():
            raise NotFound("there is no such cache any more")
        if mark.pinned:
            self._check_pin({path, *rests_on(path, array_file.about_of(path))})
        set_mark(path, mark)
        with contextlib.suppress(OSError):
            os.utime(path)

    def remove(self, kind: str, name: str) -> int:
        """With what it alone rested on; the bytes that it took."""
        return remove_with_base(self._named(kind, name))

    def _check_pin(self, wanted: set[Path]) -> None:
        pinned = wanted | pinned_files(self.directory)
        num_bytes = sum(stat.st_size for _, stat in stats(iter(pinned)))
        most = int(self.max_bytes * self._pinned_share)
        if num_bytes > most:
            raise CapacityExceeded(
                f"with this one {num_bytes:,} bytes would be pinned, and {most:,} may be "
                f"({self._pinned_share:.0%} of the cache): unpin another one, or raise "
                "NEEDLEPOINT_CACHE__PINNED_SHARE or NEEDLEPOINT_CACHE__MAX_BYTES",
                param="pinned",
            )

    def _path(self, kind: str, key: str, owner: str) -> Path:
        assert kind.isidentifier(), kind
        salted = json.dumps([owner, key]) if owner else key
        return self._named(kind, blake3(salted.encode()).hexdigest()[:40])

    def _named(self, kind: str, name: str) -> Path:
        return self.directory / kind / (name + SUFFIX)

    def _origin_of(self, path: Path, stat: os.stat_result) -> _Origin:
        """Another process may have written the file anew: what is known of it is then old."""
        known = self._origins.get(path)
        if known is not None and known.version == _version_of(stat):
            return known
        about = array_file.about_of(path)
        return _Origin(_version_of(stat), about.get("owner", ""), documents_of(about))

    def _files(self) -> Iterator[tuple[Path, CacheEntry]]:
        for path, stat in stats(self.directory.glob(f"*/*{SUFFIX}")):
            yield path, entry_of(path, stat)

    def _make_room(self, num_bytes: int) -> bool:
        """Looks at every file, but for entries that follow a look soon and are small beside the
        room that it found."""
        if num_bytes <= self._headroom and time.monotonic() - self._listed < _LISTED_SECONDS:
            self._headroom -= num_bytes
            return True
        room = make_room(self.directory, num_bytes, self.max_bytes)
        self._listed, self._headroom = time.monotonic(), room.num_bytes // 4
        return room.has_room

    def _unusable(self, error: OSError) -> InvalidInput:
        return InvalidInput(
            f"the cache directory {self.directory} can not be used ({error.strerror}); set "
            "NEEDLEPOINT_CACHE__DIRECTORY to one that can be written"
        )


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


def _arrays_of(found: ArrayFile | None, kind: str, key: str, owner: str) -> CachedArrays | None:
    """None for what is damaged or belongs to another key or owner."""
    if found is None or (found.about.get("kind"), found.about.get("key")) != (kind, key):
        return None
    if found.about.get("owner", "") != owner:
        return None
    try:
        return CachedArrays(json.loads(found.about["header"]), found.arrays)
    except (ValueError, KeyError):
        return None
