"""Which passages were looked into before, and with what keys?

Passages are kept in blocks of about sixteen that follow each other. Where a block ends is decided
by what its last passage says, not by where it stands, so that a changed document finds all blocks
but those that were changed (content-defined chunking: Muthitacharoen et al. 2001, "A Low-bandwidth
Network File System").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from blake3 import blake3

from engine.array_file import Array
from engine.disk_cache import DiskCache
from engine.passage_keys import PassageKeys

KIND, _PREPARED = "keys", "prepared"
_MEAN_PASSAGES, _MOST_PASSAGES = 16, 64
_UNREAD = -1


@dataclass(frozen=True, slots=True)
class Block:
    """Passages `start` to `stop` of a document, half-open."""

    start: int
    stop: int
    key: str


class KeyBlocks:
    """The keys of one document's passages on disk. `fingerprint` is that of what made them."""

    def __init__(
        self,
        cache: DiskCache,
        fingerprint: str,
        texts: Sequence[str],
        *,
        document: str,
        owner: str = "",
    ) -> None:
        self._cache, self._document, self._owner = cache, document, owner
        self.blocks = _blocks_of(texts, fingerprint)
        self._keys: list[PassageKeys | None] = [None] * len(texts)
        for block in self.blocks:
            self._keys[block.start : block.stop] = self._load(block)

    @property
    def keys(self) -> Sequence[PassageKeys | None]:
        """By passage; None for one that was not read yet."""
        return self._keys

    def add(self, read: Mapping[int, PassageKeys]) -> None:
        """Keep what was read, by passage: on disk when it returns, where there is room."""
        for number, keys in read.items():
            self._keys[number] = keys
        for block in self.blocks:
            if any(number in read for number in range(block.start, block.stop)):
                self._store(block)

    @property
    def is_prepared(self) -> bool:
        """Whether it was marked so, and is still there as a whole."""
        is_marked = self._cache.has(_PREPARED, self._key, owner=self._owner)
        return is_marked and all(keys is not None for keys in self._keys)

    def mark_prepared(self) -> None:
        size = np.array([len(self._keys)], dtype=np.int64)
        self._put(_PREPARED, self._key, {"num_passages": size})

    @property
    def _key(self) -> str:
        return blake3("\n".join(block.key for block in self.blocks).encode()).hexdigest()

    def _load(self, block: Block) -> list[PassageKeys | None]:
        unread: list[PassageKeys | None] = [None] * (block.stop - block.start)
        entry = self._cache.get(KIND, block.key, owner=self._owner)
        if entry is None:
            return unread
        sizes = entry.arrays["sizes"]
        stops = np.cumsum(np.maximum(sizes, 0))
        return [
            None
            if size == _UNREAD
            else PassageKeys(
                entry.arrays["keys"][stop - size : stop].copy(),  # the map of the file closes
                entry.arrays["scales"][stop - size : stop].copy(),
            )
            for size, stop in zip(sizes.tolist(), stops.tolist(), strict=True)
        ]

    def _store(self, block: Block) -> None:
        """With what another request may have kept of it meanwhile."""
        for number, kept in enumerate(self._load(block), start=block.start):
            if self._keys[number] is None:
                self._keys[number] = kept
        keys = self._keys[block.start : block.stop]
        read = [passage for passage in keys if passage is not None]
        sizes = [_UNREAD if passage is None else len(passage.keys) for passage in keys]
        arrays = {
            "keys": np.concatenate([passage.keys for passage in read]),
            "scales": np.concatenate([passage.scales for passage in read]),
            "sizes": np.array(sizes, dtype=np.int32),
        }
        self._put(KIND, block.key, arrays)

    def _put(self, kind: str, key: str, arrays: Mapping[str, Array]) -> None:
        self._cache.put(
            kind,
            key,
            arrays,
            {},
            label=self._document,
            owner=self._owner,
            documents=[self._document],
        )


def _blocks_of(texts: Sequence[str], fingerprint: str) -> list[Block]:
    digests = [blake3(text.encode()).digest() for text in texts]
    blocks = []
    start = 0
    for stop, digest in enumerate(digests, start=1):
        is_end = int.from_bytes(digest[:4], "little") % _MEAN_PASSAGES == 0
        if is_end or stop - start == _MOST_PASSAGES or stop == len(digests):
            made_of = blake3(fingerprint.encode())
            for each in digests[start:stop]:
                made_of.update(each)
            blocks.append(Block(start, stop, made_of.hexdigest()))
            start = stop
    return blocks
