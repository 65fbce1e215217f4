"""What has been worked out before, and is still on disk?

Entries are files in the safetensors format: named arrays, and a header as its metadata. A file
is written whole under another name and then renamed, and carries a checksum, so that a reader
finds all of an entry or none of it. Several processes may share a directory: any of them may
remove a file at any time, and none of them waits for another.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import mmap
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from blake3 import blake3

from schemas.errors import InvalidInput

Array = npt.NDArray[Any]

_SUFFIX = ".safetensors"
_TEMPORARY = ".writing"
_STALE_SECONDS = 3600.0
_MAX_HEADER_BYTES = 64 << 20
_KEPT_FREE_BYTES = 1 << 30
_KEPT_FREE_SHARE = 0.05
_TYPES: Mapping[str, type[np.generic]] = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}
_TYPE_NAMES = {np.dtype(kind): name for name, kind in _TYPES.items()}
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


class DiskCache:
    """At most `max_bytes` of entries; the least recently used go first."""

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self.directory = directory
        self.max_bytes = max_bytes

    def get(self, kind: str, key: str) -> CachedArrays | None:
        """None for an entry that is not there; one that is torn or was changed is removed."""
        path = self._path(kind, key)
        data: mmap.mmap | None
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            return None
        except ValueError:  # an empty file can not be mapped
            data = None
        except OSError as error:
            raise self._unusable(error) from error
        found = _parsed(data, kind, key) if data else None
        if found is None:
            _log.warning("removed a damaged cache entry: %s", path)
            path.unlink(missing_ok=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put(
        self,
        kind: str,
        key: str,
        arrays: Mapping[str, Array],
        header: Mapping[str, Any],
        *,
        label: str = "",
    ) -> bool:
        """False for an entry that has no room, in the cache or on the disk."""
        ordered = _ordered(arrays)
        head = _head(kind, key, label, header, ordered)
        num_bytes = len(head) + sum(array.nbytes for array in ordered.values())
        if num_bytes > self.max_bytes:
            return False
        path = self._path(kind, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not self._make_room(num_bytes):
                return False
            return _write_whole(path, head, ordered)
        except OSError as error:
            raise self._unusable(error) from error

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

    def _path(self, kind: str, key: str) -> Path:
        assert kind.isidentifier(), kind
        return self.directory / kind / (blake3(key.encode()).hexdigest()[:40] + _SUFFIX)

    def _files(self) -> Iterator[tuple[Path, CacheEntry]]:
        for path, stat in _stats(self.directory.glob(f"*/*{_SUFFIX}")):
            about = _metadata(path)
            entry = CacheEntry(
                path.parent.name,
                about.get("key", ""),
                about.get("label", "(damaged)"),
                stat.st_size,
                stat.st_mtime,
            )
            yield path, entry

    def _make_room(self, num_bytes: int) -> bool:
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
        return num_bytes <= free

    def _remove_stale(self) -> None:
        """What a process that died was writing."""
        for path, stat in _stats(self.directory.glob(f"*/*{_TEMPORARY}")):
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


def _ordered(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Contiguous, the widest numbers first: so each array is aligned without padding."""
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    return {name: np.ascontiguousarray(arrays[name]) for name in names}


def _head(
    kind: str, key: str, label: str, header: Mapping[str, Any], arrays: Mapping[str, Array]
) -> bytes:
    about = {"kind": kind, "key": key, "label": label, "header": json.dumps(header)}
    fields: dict[str, Any] = {}
    stop = 0
    for name, array in arrays.items():
        start, stop = stop, stop + array.nbytes
        fields[name] = {
            "dtype": _TYPE_NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [start, stop],
        }
    checksum = _checksum(about, fields, (_bytes_of(array) for array in arrays.values()))
    text = json.dumps({"__metadata__": {**about, "blake3": checksum}, **fields}).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _checksum(about: Any, fields: Any, runs: Iterator[memoryview]) -> str:
    digest = blake3(json.dumps([about, fields], sort_keys=True).encode())
    for run in runs:
        digest.update(run)
    return str(digest.hexdigest())


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _write_whole(path: Path, head: bytes, arrays: Mapping[str, Array]) -> bool:
    """False where the disk has no room after all."""
    temporary = path.with_name(f"{uuid.uuid4().hex}{_TEMPORARY}")
    try:
        with temporary.open("xb") as file:
            file.write(head)
            for array in arrays.values():
                file.write(_bytes_of(array))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in _NO_ROOM:
            return False
        raise
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _metadata(path: Path) -> Mapping[str, str]:
    """What a file says about itself, unverified; nothing for one that is torn or gone."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            about = json.loads(file.read(min(size, _MAX_HEADER_BYTES)))["__metadata__"]
            return dict(about)
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _parsed(data: mmap.mmap, kind: str, key: str) -> CachedArrays | None:
    try:
        size = int.from_bytes(data[:8], "little")
        fields = json.loads(data[8 : 8 + size])
        about = fields.pop("__metadata__")
        expected = about.pop("blake3")
        body = memoryview(data)[8 + size :]
        is_whole = _checksum(about, fields, iter([body])) == expected
        if not is_whole or (about["kind"], about["key"]) != (kind, key):
            return None
        arrays = {name: _view(body, field) for name, field in fields.items()}
        return CachedArrays(json.loads(about["header"]), arrays)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _view(body: memoryview, field: Mapping[str, Any]) -> Array:
    start, stop = field["data_offsets"]
    flat = np.frombuffer(body[start:stop], dtype=_TYPES[field["dtype"]])
    return flat.reshape(field["shape"])
