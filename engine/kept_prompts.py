"""Which prompts were read and are kept, and how is one pinned, given a time to live, or removed?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from engine.cache_entry import CacheEntry
from engine.cache_marks import Mark
from engine.disk_cache import DiskCache
from engine.prefix_cache import KIND
from engine.prefix_memory import PrefixMemory
from schemas.caches import Cache, CacheChange, Warmed
from schemas.errors import CapacityExceeded, NotFound
from schemas.extraction import Usage

_ID = "cache_"


class KeptPrompts:
    """Of a cache on disk, and of what is in memory of it. No owner sees another's: to them, what
    is another's is not there (`NotFound`)."""

    def __init__(self, disk: DiskCache, memory: PrefixMemory | None = None) -> None:
        self._disk, self._memory = disk, memory

    def list(self, owner: str, documents: Sequence[str] = ()) -> list[Cache]:
        """The last used first; of any of these documents, of all where none is named."""
        known = self._entries(owner)
        others = {name for entry in known.values() for name in entry.rests_on}
        return [
            self._cache(entry, known)
            for entry in reversed(known.values())
            if entry.name not in others
            and (not documents or not set(documents).isdisjoint(entry.documents))
        ]

    def get(self, owner: str, cache_id: str) -> Cache:
        known = self._entries(owner)
        return self._cache(_named(known, cache_id), known)

    def warmed(self, owner: str, read: Callable[[], tuple[Sequence[str], Usage]]) -> Warmed:
        """What a reading left, which tells the keys that it kept its prompts under. Raises
        `CapacityExceeded` where there was no room for all."""
        begun = time.monotonic()
        keys, usage = read()
        known = self._entries(owner)
        by_key = {entry.key: entry for entry in known.values()}
        found = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
        if len(found) < len(set(keys)):
            raise CapacityExceeded(
                "the cache has no room for all that was read: raise NEEDLEPOINT_CACHE__MAX_BYTES, "
                "or unpin what is pinned"
            )
        return Warmed(
            data=[self._cache(entry, known) for entry in found],
            num_tokens=usage.prompt_tokens,
            num_tokens_read=usage.prompt_tokens - usage.cached_tokens,
            seconds=round(time.monotonic() - begun, 3),
        )

    def change(self, owner: str, cache_id: str, change: CacheChange) -> Cache:
        """Raises `CapacityExceeded` for a pin past the share there is for pins."""
        entry = _named(self._entries(owner), cache_id)
        mark, given = entry.mark, change.model_fields_set
        pinned = mark.pinned if change.pinned is None else change.pinned
        ttl = change.ttl_seconds if "ttl_seconds" in given else mark.ttl_seconds
        self._disk.mark(KIND, entry.name, Mark(pinned, ttl))
        return self.get(owner, cache_id)

    def delete(self, owner: str, cache_id: str) -> int:
        """The bytes that it freed on disk; what other prompts begin with, too, stays."""
        known = self._entries(owner)
        entry = _named(known, cache_id)
        num_bytes = self._disk.remove(KIND, entry.name)
        if self._memory is not None:
            left = self._entries(owner)
            self._memory.drop([one.key for name, one in known.items() if name not in left])
        return num_bytes

    def _entries(self, owner: str) -> dict[str, CacheEntry]:
        """By name, the least recently used first."""
        return {
            entry.name: entry
            for entry in self._disk.entries()
            if entry.kind == KIND and entry.owner == owner and "stop" in entry.header
        }

    def _cache(self, entry: CacheEntry, known: Mapping[str, CacheEntry]) -> Cache:
        blocks, num_tokens = [], 0
        for name in (*entry.rests_on, entry.name):
            if name not in known:
                break
            blocks.append(known[name])
            num_tokens = int(known[name].header["stop"])
        expires_at = entry.mark.expires_at(entry.last_used)
        return Cache(
            id=_ID + entry.name,
            documents=list(entry.documents),
            num_tokens=num_tokens,
            num_bytes=sum(block.num_bytes for block in blocks),
            num_blocks=len(blocks),
            in_memory=self._memory is not None and self._memory.has(entry.key),
            num_hits=entry.num_hits,
            last_used_at=datetime.fromtimestamp(entry.last_used, UTC),
            pinned=entry.mark.pinned,
            ttl_seconds=entry.mark.ttl_seconds,
            expires_at=None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
        )


def _named(known: Mapping[str, CacheEntry], cache_id: str) -> CacheEntry:
    entry = known.get(cache_id.removeprefix(_ID))
    if entry is None:
        raise NotFound("there is no such cache, or not any more", param="cache_id")
    return entry
