"""What has this machine kept, and how is it let go?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.disk_cache import DiskCache
from jobs.library import cache_of
from schemas.errors import InvalidInput
from schemas.settings import Settings

KINDS = ("documents", "index", "prefix")


@dataclass(frozen=True, slots=True)
class CacheEntry:
    kind: str
    key: str
    num_bytes: int
    last_used: datetime
    label: str


def service_cache_of(settings: Settings) -> DiskCache:
    """The engine process's: beside the service's other data and never shared with another
    installation, whose tenants may have the same names."""
    return DiskCache(settings.data_directory / "cache", settings.cache.max_bytes)


def list_entries(settings: Settings) -> list[CacheEntry]:
    """The most recently used first. The converted model is not among them."""
    entries = [
        CacheEntry(
            entry.kind,
            entry.key,
            entry.num_bytes,
            datetime.fromtimestamp(entry.last_used, UTC),
            entry.label,
        )
        for entry in cache_of(settings).entries()
    ]
    return sorted(entries, key=lambda entry: entry.last_used, reverse=True)


def clear(settings: Settings, kind: str | None = None) -> tuple[int, int]:
    """How many entries were removed, and their bytes."""
    if kind is not None and kind not in KINDS:
        raise InvalidInput(f"no kind {kind!r}: one of {', '.join(KINDS)}", param="kind")
    return cache_of(settings).clear(kind)
