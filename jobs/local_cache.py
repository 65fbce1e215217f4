"""What has this machine kept, and how is it let go?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.disk_cache import DiskCache
from engine.kept_prompts import KeptPrompts
from jobs.library import cache_of
from schemas.caches import Cache, CacheChange
from schemas.errors import InvalidInput
from schemas.settings import Settings

KINDS = ("documents", "index", "prefix")
_PROMPT, _OWNER = "prefix", ""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    kind: str
    key: str
    num_bytes: int
    last_used: datetime
    label: str
    prompt: Cache | None = None  # what it is to the API


def service_cache_of(settings: Settings) -> DiskCache:
    """The engine process's: beside the service's other data and never shared with another
    installation, whose tenants may have the same names."""
    cache = settings.cache
    return DiskCache(settings.data_directory / "cache", cache.max_bytes, cache.pinned_share)


def list_entries(settings: Settings) -> list[CacheEntry]:
    """The most recently used first; the blocks of a prompt as one. The converted model is not
    among them."""
    cache = cache_of(settings)
    entries = [
        CacheEntry(
            entry.kind,
            entry.key,
            entry.num_bytes,
            datetime.fromtimestamp(entry.last_used, UTC),
            entry.label,
        )
        for entry in cache.entries()
        if entry.kind != _PROMPT or "stop" not in entry.header  # what is damaged is told, too
    ]
    prompts = [
        CacheEntry(
            _PROMPT,
            prompt.id,
            prompt.num_bytes,
            prompt.last_used_at,
            ", ".join(prompt.documents),
            prompt,
        )
        for prompt in KeptPrompts(cache).list(_OWNER)
    ]
    return sorted([*entries, *prompts], key=lambda entry: entry.last_used, reverse=True)


def change_prompt(settings: Settings, cache_id: str, change: CacheChange) -> Cache:
    """Raises `NotFound`, and `CapacityExceeded` for a pin past the share there is for pins."""
    return KeptPrompts(cache_of(settings)).change(_OWNER, cache_id, change)


def delete_prompt(settings: Settings, cache_id: str) -> int:
    """The bytes that it freed. Raises `NotFound`."""
    return KeptPrompts(cache_of(settings)).delete(_OWNER, cache_id)


def clear(settings: Settings, kind: str | None = None) -> tuple[int, int]:
    """How many entries were removed, and their bytes."""
    if kind is not None and kind not in KINDS:
        raise InvalidInput(f"no kind {kind!r}: one of {', '.join(KINDS)}", param="kind")
    return cache_of(settings).clear(kind)
