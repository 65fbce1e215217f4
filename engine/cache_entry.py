"""What does a cached file say about itself?"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import array_file
from engine.cache_marks import NO_MARK, Mark, mark_of, num_hits
from engine.cache_room import rests_on


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """`rests_on` are the names of the entries without which it is of no use."""

    kind: str
    key: str
    label: str
    num_bytes: int
    last_used: float  # seconds since the epoch
    name: str = ""
    owner: str = ""
    documents: tuple[str, ...] = ()
    header: Mapping[str, Any] = field(default_factory=dict)
    rests_on: tuple[str, ...] = ()
    num_hits: int = 0
    mark: Mark = NO_MARK


def entry_of(path: Path, stat: os.stat_result) -> CacheEntry:
    """Unverified: it may yet be found damaged."""
    about = array_file.about_of(path)
    return CacheEntry(
        path.parent.name,
        about.get("key", ""),
        about.get("label", "(damaged)"),
        stat.st_size,
        stat.st_mtime,
        path.stem,
        about.get("owner", ""),
        tuple(sorted(documents_of(about))),
        _header_of(about),
        tuple(other.stem for other in rests_on(path, about)),
        num_hits(path),
        mark_of(path),
    )


def documents_of(about: Mapping[str, str]) -> frozenset[str]:
    """Nothing for a file that is torn."""
    try:
        return frozenset(json.loads(about["documents"]))
    except (ValueError, KeyError, TypeError):
        return frozenset()


def _header_of(about: Mapping[str, str]) -> Mapping[str, Any]:
    """Nothing for a file that is torn."""
    try:
        return dict(json.loads(about["header"]))
    except (ValueError, KeyError, TypeError):
        return {}
