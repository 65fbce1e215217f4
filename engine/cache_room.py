"""Which files go, so that another one has room, and which may not?

The least recently used go first. What is pinned stays, and so does what it rests on.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import array_file
from engine.cache_marks import HITS, KEPT, mark_of, remove_marks

SUFFIX = ".safetensors"
_STALE_SECONDS = 3600.0
_KEPT_FREE_BYTES = 1 << 30
_KEPT_FREE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Room:
    """`num_bytes` that could be written yet, once what went had gone."""

    has_room: bool
    num_bytes: int


def make_room(directory: Path, num_bytes: int, max_bytes: int) -> Room:
    """Remove what has to go; nothing where all that may go is not enough."""
    _remove_stale(directory)
    remove_expired(directory)
    files = sorted(stats(directory.glob(f"*/*{SUFFIX}")), key=lambda found: found[1].st_mtime_ns)
    pinned = pinned_files(directory)
    used = sum(stat.st_size for _, stat in files)
    disk = shutil.disk_usage(directory)
    free = disk.free - min(_KEPT_FREE_BYTES, int(disk.total * _KEPT_FREE_SHARE))
    going = [(path, stat) for path, stat in files if path not in pinned]
    removable = sum(stat.st_size for _, stat in going)
    if free + removable < num_bytes or used - removable + num_bytes > max_bytes:
        return Room(False, 0)
    for path, stat in going:
        if used + num_bytes <= max_bytes and num_bytes <= free:
            break
        remove(path)
        used -= stat.st_size
        free += stat.st_size
    return Room(num_bytes <= free, min(max_bytes - used, free) - num_bytes)


def pinned_files(directory: Path) -> set[Path]:
    """Those with a pin, and what they rest on."""
    pinned: set[Path] = set()
    for mark in directory.glob(f"*/*{KEPT}"):
        path = mark.with_suffix(SUFFIX)
        if mark_of(path).pinned and path.is_file():
            pinned |= {path, *rests_on(path, array_file.about_of(path))}
    return pinned


def remove_expired(directory: Path) -> None:
    """With what they alone rested on."""
    for mark in list(directory.glob(f"*/*{KEPT}")):
        path = mark.with_suffix(SUFFIX)
        with contextlib.suppress(FileNotFoundError):
            if is_expired(path, path.stat()):
                remove_with_base(path)


def is_expired(path: Path, stat: os.stat_result) -> bool:
    expires_at = mark_of(path).expires_at(stat.st_mtime)
    return expires_at is not None and expires_at < time.time()


def remove_with_base(path: Path) -> int:
    """Remove a file and what it alone rested on; the bytes that it took."""
    base = rests_on(path, array_file.about_of(path))
    needed: set[Path] = set()
    for other, _ in stats(path.parent.glob(f"*{SUFFIX}")) if base else ():
        if other != path and other not in base:
            needed |= {other, *rests_on(other, array_file.about_of(other))}
    num_bytes = 0
    for gone in (path, *(file for file in base if file not in needed)):
        with contextlib.suppress(FileNotFoundError):
            size = gone.stat().st_size
            num_bytes += size if remove(gone) else 0
    return num_bytes


def rests_on(path: Path, about: Mapping[str, str]) -> list[Path]:
    """The files that are of no use without each other: what stands before this one."""
    try:
        return [path.with_name(f"{stem}{SUFFIX}") for stem in json.loads(about["rests_on"])]
    except (ValueError, KeyError, TypeError):
        return []


def remove(path: Path) -> bool:
    """With its marks. False where another process was first."""
    remove_marks(path)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def stats(paths: Iterator[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Another process may remove a file between its listing and a look at it."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            yield path, path.stat()


def _remove_stale(directory: Path) -> None:
    """What a process that died was writing, and marks of files that are gone."""
    for path, stat in stats(directory.glob(f"*/*{array_file.TEMPORARY}")):
        if time.time() - stat.st_mtime > _STALE_SECONDS:
            path.unlink(missing_ok=True)
    for suffix in (KEPT, HITS):
        for path, stat in stats(directory.glob(f"*/*{suffix}")):
            is_old = time.time() - stat.st_mtime > _STALE_SECONDS
            if is_old and not path.with_suffix(SUFFIX).exists():
                path.unlink(missing_ok=True)
