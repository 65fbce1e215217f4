"""Which prefixes are in memory still?

A prefix is kept whole, and so are its starts at the ends of its blocks: views of the same keys,
with the state of the sliding layers there. Tensors that several share are counted once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from engine.decoder_model import KeysValues, Prefix
from engine.prefix_chain import Chain


@dataclass(frozen=True, slots=True)
class _Kept:
    prefix: Prefix
    owner: str
    documents: frozenset[str]


class PrefixMemory:
    """At most as many bytes as `max_bytes` says at the time; the least recently used go first.
    Threads may share it."""

    def __init__(self, max_bytes: Callable[[], int]) -> None:
        self._max_bytes, self._lock = max_bytes, threading.RLock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._num_users: dict[int, int] = {}  # of a tensor's memory, by its address
        self.num_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, chain: Chain) -> Prefix | None:
        """The longest start of a prompt that is here, unused."""
        with self._lock:
            for key in reversed(chain.keys):
                if key in self._kept:
                    return self._kept[key].prefix
        return None

    def take(self, chain: Chain) -> Prefix | None:
        """The longest start, for use: what it rests on is used with it."""
        with self._lock:
            for key in reversed(chain.keys):
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key].prefix
        return None

    def put(self, chain: Chain, prefix: Prefix, documents: Collection[str]) -> None:
        """Under the chain's last key. Nothing is kept of one that is larger than all the room."""
        key, room = chain.keys[-1], self._max_bytes()
        if prefix.num_bytes > room:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = _Kept(prefix, chain.owner, frozenset(documents))
            for address, num_bytes in _memory_of(prefix):
                users = self._num_users.get(address, 0)
                self._num_users[address] = users + 1
                self.num_bytes += 0 if users else num_bytes
            self.shrink(room)

    def shrink(self, num_bytes: int) -> None:
        """Down to so many bytes."""
        with self._lock:
            while self._kept and self.num_bytes > num_bytes:
                self._drop(next(iter(self._kept)))

    def forget(self, owner: str, documents: Collection[str]) -> None:
        """What was made of any of these documents."""
        with self._lock:
            for key, kept in list(self._kept.items()):
                if kept.owner == owner and not kept.documents.isdisjoint(documents):
                    self._drop(key)

    def has(self, key: str) -> bool:
        return key in self._kept

    def drop(self, keys: Collection[str]) -> None:
        with self._lock:
            for key in keys:
                self._drop(key)

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        for address, num_bytes in _memory_of(kept.prefix):
            self._num_users[address] -= 1
            if not self._num_users[address]:
                del self._num_users[address]
                self.num_bytes -= num_bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The start of a prefix, in what its layers that slide had; the others have it still."""

    num_tokens: int
    states: Mapping[int, KeysValues]

    @classmethod
    def of(cls, prefix: Prefix) -> Checkpoint:
        layers = enumerate(prefix.layers)
        states = {at: layer for at, layer in layers if layer[0].shape[1] < prefix.num_tokens}
        return cls(prefix.num_tokens, states)

    def start_of(self, prefix: Prefix) -> Prefix:
        """Views of a prefix that begins with it."""
        stop = self.num_tokens
        layers = tuple(
            self.states[at] if at in self.states else (keys[:, :stop], values[:, :stop])
            for at, (keys, values) in enumerate(prefix.layers)
        )
        return Prefix(stop, layers)


def _memory_of(prefix: Prefix) -> Iterator[tuple[int, int]]:
    """Each piece of memory that it holds, once."""
    pieces = {}
    for layer in prefix.layers:
        for tensor in layer:
            storage = tensor.untyped_storage()
            pieces[storage.data_ptr()] = storage.nbytes()
    yield from pieces.items()
